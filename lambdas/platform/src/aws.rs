//! The configuration that every AWS SDK client of a function shares.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use reqwest::Client;

use crate::https::SdkHttp;
use crate::settings::Settings;

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The region, such as `eu-west-1`.
    pub region: String,
    /// The value of one of the SDK's own `AWS_ENDPOINT_URL…` variables; `None` for AWS itself.
    pub endpoint: Option<String>,
}

impl Place {
    /// The place of `service`, spelt as in the SDK's variables: `AWS_ENDPOINT_URL_SNS`, or else `AWS_ENDPOINT_URL`.
    pub fn read(settings: &mut Settings<'_>, region: &str, service: &str) -> Self {
        let own = settings.address(&format!("AWS_ENDPOINT_URL_{service}"));
        let endpoint = own.or_else(|| settings.address("AWS_ENDPOINT_URL"));
        Self { region: region.to_owned(), endpoint }
    }
}

/// Configuration with a fixed behaviour version, the function's own credentials and the shared HTTPS client.
///
/// It is put together from what Lambda provides. The SDK's loader would also look for profiles, metadata services and roles to
/// assume: code that a function never uses, and time in every cold start.
#[must_use]
pub fn config(client: Client, place: &Place, retries: RetryConfig, timeouts: TimeoutConfig) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(SdkHttp(client))
        .credentials_provider(credentials())
        .region(Region::new(place.region.clone()))
        .retry_config(retries)
        .timeout_config(timeouts);
    config.set_endpoint_url(place.endpoint.clone());
    config.build()
}

/// The function's own credentials, read from the environment at each use. They live as long as the sandbox.
#[must_use]
pub fn credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new())
}
