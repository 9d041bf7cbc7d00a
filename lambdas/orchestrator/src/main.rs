//! Wires the function together: logs, settings, clients, open connections, handler.

use std::process::ExitCode;
use std::time::Duration;

use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use orchestrator::aws::appsync::AppSync;
use orchestrator::aws::bedrock::{self, Bedrock};
use orchestrator::config::{self, Config};
use orchestrator::handler::Handler;
use platform::{aws, https, logs};
use serde_json::value::RawValue;

/// How long a silent connection is kept. Everything this function sends may be sent again before an answer began, so one that
/// died while the sandbox was frozen costs a retry.
const IDLE: Duration = Duration::from_secs(90);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logs::init(logs::level(config::log_level().as_deref()), &["orchestrator"]);
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(problems) => return platform::cannot_start(&problems),
    };
    let http = match https::client(IDLE) {
        Ok(http) => http,
        Err(unusable) => return platform::cannot_start(&unusable),
    };
    let bedrock_url = bedrock::endpoint(&config.bedrock).await.unwrap_or_default();
    tokio::join!(https::warm_up(&http, &config.appsync_url), https::warm_up(&http, &bedrock_url));

    let bedrock = Bedrock::new(http.clone(), &config.bedrock, config.model.clone());
    let appsync = AppSync::new(http, config.appsync_url.clone(), config.common.region.clone(), aws::credentials());
    let handler = &Handler::new(bedrock, appsync, &config);
    // Taken as raw JSON, so that a payload nobody can read reaches the handler, which says so.
    let answer = service_fn(move |event: LambdaEvent<Box<RawValue>>| handler.handle(event));
    match Runtime::new(answer).run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => platform::cannot_start(&*error),
    }
}
