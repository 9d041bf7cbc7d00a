//! Wires the function together: logs, settings, clients, open connections, handler.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use orchestrator::appsync::AppSync;
use orchestrator::bedrock::{self, Bedrock};
use orchestrator::config::{self, Config};
use orchestrator::handler::Handler;
use platform::{aws, https, logs};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logs::init(logs::level(config::log_level().as_deref()), &["orchestrator"]);
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(problems) => return platform::cannot_start(&problems),
    };
    let http = match https::client() {
        Ok(http) => http,
        Err(unusable) => return platform::cannot_start(&unusable),
    };
    let bedrock_url = bedrock::endpoint(&config.bedrock).await.unwrap_or_default();
    tokio::join!(https::warm_up(&http, &config.appsync_url), https::warm_up(&http, &bedrock_url));

    let bedrock = Bedrock::new(http.clone(), &config.bedrock, config.model.clone());
    let appsync = AppSync::new(http, config.appsync_url.clone(), config.bedrock.region.clone(), aws::credentials());
    let handler = Arc::new(Handler::new(bedrock, appsync, &config));
    let runtime = Runtime::new(service_fn(move |event: LambdaEvent<Value>| {
        let handler = Arc::clone(&handler);
        async move { handler.handle(event).await }
    }));
    // In a task of its own: whenever the main future is woken, tokio asks the kernel for news twice.
    match tokio::spawn(runtime.run()).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => platform::cannot_start(&*error),
        // The panic is logged already, by its place: its message, which this error holds, may quote content.
        Err(_) => platform::cannot_start("the runtime panicked"),
    }
}
