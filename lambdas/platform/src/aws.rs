//! The configuration that every AWS SDK client of a function shares.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use reqwest::Client;

use crate::https::SdkHttp;

/// Configuration with a fixed behaviour version, the function's own credentials and the shared HTTPS client.
///
/// Lambda puts credentials and region into the environment, so nothing else is searched for them: no file, no metadata
/// service. Endpoints can be replaced by the SDK's own `AWS_ENDPOINT_URL…` variables only.
pub async fn config(client: Client, retries: RetryConfig, timeouts: TimeoutConfig) -> SdkConfig {
    aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(SdkHttp(client))
        .credentials_provider(credentials())
        .retry_config(retries)
        .timeout_config(timeouts)
        .load()
        .await
}

/// The function's own credentials, read from the environment at each use. They live as long as the sandbox.
#[must_use]
pub fn credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new())
}
