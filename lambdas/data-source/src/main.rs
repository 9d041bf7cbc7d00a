//! Wires the function together: logs, settings, clients, an open connection, handler.

use std::convert::Infallible;
use std::process::ExitCode;

use data_source::config::{self, Config};
use data_source::handler::Handler;
use data_source::topic::{self, SnsTopic};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use platform::{https, logs};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logs::init(logs::level(config::log_level().as_deref()), &["data_source"]);
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(problems) => return platform::cannot_start(&problems),
    };
    let http = match https::client(topic::IDLE) {
        Ok(http) => http,
        Err(unusable) => return platform::cannot_start(&unusable),
    };
    if let Some(endpoint) = topic::endpoint(&config.sns).await {
        https::warm_up(&http, &endpoint).await;
    }

    let topic = SnsTopic::new(http, &config.sns, config.topic_arn.clone());
    let handler = Handler::new(topic, &config);
    let handler = &handler;
    let answer =
        service_fn(move |event: LambdaEvent<Box<RawValue>>| async move { Ok::<_, Infallible>(handler.handle(event).await) });
    match Runtime::new(answer).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => platform::cannot_start(&*error),
    }
}
