//! The one HTTPS client of a function: AppSync and every AWS SDK client call through it, so there is one pool, one set of
//! trusted roots and one place for the rules below.
//!
//! - Roots come from the system's bundle, or from the file that `SSL_CERT_FILE` names in its place.
//! - Proxies are ignored: in a private network there is none, and a stray variable must not reroute answers.
//! - HTTP/1.1 only. One mutation is in flight at a time and one model stream is open, so there is nothing to multiplex.
//! - Redirects are not followed.
//! - Every request names itself: AWS WAF's common rules refuse one that does not say what sent it.
//! - An idle connection is kept for 90 s; a connection that died while the sandbox was frozen costs the caller a retry.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::header::{self, HeaderValue};
use reqwest::{Client, Method, redirect};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

/// How long an unused connection is kept. Interface endpoints forget a silent connection after 350 s; a sandbox that sleeps
/// longer than this pays one handshake instead of a reset and a retry.
const IDLE: Duration = Duration::from_secs(90);

/// How long a connection may take to open. The SDK's default: every endpoint is a hop away in the same network.
const CONNECT: Duration = Duration::from_millis(3100);

/// What every request calls itself.
pub const USER_AGENT: &str = concat!("bedrock-appsync-streaming/", env!("CARGO_PKG_VERSION"));

/// How long init waits for a connection. Longer than a handshake ever takes, far below Lambda's 10 s for init.
const WARM_UP: Duration = Duration::from_secs(1);

/// Makes the client. Reads the trusted roots, opens nothing.
///
/// # Errors
/// The TLS configuration could not be built; a fault of this software.
pub fn client() -> Result<Client, Unusable> {
    let mut tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| Unusable)?
        .with_root_certificates(trusted_roots())
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .http1_only()
        .pool_idle_timeout(IDLE)
        .connect_timeout(CONNECT)
        .build()
        .map_err(|_| Unusable)
}

/// The roots in the system's bundle, or in its folder where it has no bundle. A folder beside a bundle holds the same roots once
/// more, a file each; reading it too would take most of a cold start.
fn trusted_roots() -> RootCertStore {
    let found = match openssl_probe::probe().cert_file {
        Some(bundle) => rustls_native_certs::load_certs_from_paths(Some(&bundle), None),
        None => rustls_native_certs::load_native_certs(),
    };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    roots
}

/// The HTTPS client cannot be built on this system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the HTTPS client cannot be built")]
pub struct Unusable;

/// Opens a connection to the host of `url` and leaves it in the pool. An `OPTIONS` request without a body or a signature does
/// it: every AWS endpoint answers at once, AppSync as it answers a browser's preflight, and none counts it as a failed call.
///
/// Waits no longer than a second and never fails: a connection that is not there is opened when it is needed.
pub async fn warm_up(client: &Client, url: &str) {
    let opened = async { client.request(Method::OPTIONS, url).send().await?.bytes().await };
    let outcome = match tokio::time::timeout(WARM_UP, opened).await {
        Ok(Ok(_)) => "open",
        Ok(Err(_)) => "failed",
        Err(_) => "slow",
    };
    tracing::debug!(outcome, "connection warmed up");
}

/// Lets SDK clients call through a [`Client`].
#[derive(Clone, Debug)]
pub struct SdkHttp(pub Client);

impl HttpClient for SdkHttp {
    /// The settings hold timeouts only. Connecting is timed by the client itself; the SDK times whole attempts.
    fn http_connector(&self, _settings: &HttpConnectorSettings, _components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for SdkHttp {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let response = client.execute(outgoing(request)?).await.map_err(classified)?;
            let response: http::Response<reqwest::Body> = response.into();
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x)).map_err(|error| ConnectorError::user(error.into()))
        })
    }
}

/// Operations of these functions send their bodies whole; one that streams is a programming mistake.
fn outgoing(request: HttpRequest) -> Result<reqwest::Request, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (mut parts, body) = request.into_parts();
    // The SDK names itself; who uses it stands before that, as everywhere else.
    let sdk = parts.headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
    let name = HeaderValue::try_from(format!("{USER_AGENT} {sdk}").trim_end());
    parts.headers.insert(header::USER_AGENT, name.map_err(|error| ConnectorError::user(error.into()))?);
    let body = body.bytes().ok_or_else(|| ConnectorError::user("the body of a request must not be a stream".into()))?.to_vec();
    reqwest::Request::try_from(http::Request::from_parts(parts, body)).map_err(|error| ConnectorError::user(error.into()))
}

/// Tells the SDK what may be tried again: whatever failed on the way, before a response began.
fn classified(error: reqwest::Error) -> ConnectorError {
    // An error that carries the address could bring a model's or a topic's name into a log.
    let error = error.without_url();
    if error.is_timeout() {
        ConnectorError::timeout(error.into())
    } else if error.is_builder() {
        ConnectorError::user(error.into())
    } else {
        ConnectorError::io(error.into())
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use tokio::time::Instant;

    use super::{WARM_UP, client, warm_up};

    #[tokio::test]
    async fn a_host_that_is_not_there_or_never_answers_delays_the_start_by_a_bounded_time() {
        let client = client().unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent_url = format!("http://{}/", silent.local_addr().unwrap());
        let started = Instant::now();
        warm_up(&client, "").await;
        warm_up(&client, "http://127.0.0.1:1/").await;
        assert!(started.elapsed() < WARM_UP);
        warm_up(&client, &silent_url).await;
        assert!(started.elapsed() < WARM_UP * 2);
    }
}
