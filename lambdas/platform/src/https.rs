//! The HTTPS clients of a function: AppSync and every AWS SDK client call through one, so there is one set of trusted roots and
//! one place for the rules below.
//!
//! - Roots come from the system's bundle, or from the file that `SSL_CERT_FILE` names in its place.
//! - There is no proxy, whatever the environment says: a private network has none, and a stray variable must not reroute answers.
//! - HTTP/1.1 only. One mutation is in flight at a time and one model stream is open, so there is nothing to multiplex.
//! - Redirects are not followed.
//! - An idle connection is kept for 90 s; a connection that died while the sandbox was frozen costs the caller a retry.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::connect::Connector;
use crate::pause::Pause;

/// How long an unused connection is kept. Interface endpoints forget a silent connection after 350 s; a sandbox that sleeps
/// longer than this pays one handshake instead of a reset and a retry.
const IDLE: Duration = Duration::from_secs(90);

/// How long init waits for a connection. Longer than a handshake ever takes, far below Lambda's 10 s for init.
const WARM_UP: Duration = Duration::from_secs(1);

/// What all clients of a function trust.
#[derive(Clone, Debug)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Reads the trusted roots.
    ///
    /// # Errors
    /// The TLS configuration could not be built; a fault of this software.
    pub fn new() -> Result<Self, Unusable> {
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| Unusable)?
            .with_root_certificates(trusted_roots())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self(Arc::new(config)))
    }

    /// Makes a client with connections of its own. Opens none.
    #[must_use]
    pub fn client(&self) -> Client {
        let pause = Pause::default();
        let connector = Connector::new(Arc::clone(&self.0), pause.clone());
        let http = legacy::Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).build(connector);
        Client { http, pause }
    }
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

/// Calls one service over connections it keeps.
#[derive(Clone, Debug)]
pub struct Client {
    http: legacy::Client<Connector, Full<Bytes>>,
    pause: Pause,
}

impl Client {
    /// Sends `request`, whose address is absolute, and waits for the whole response.
    ///
    /// # Errors
    /// No whole response came, for which another try may be worth it.
    pub async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NoResponse> {
        let (head, body) = self.send(request).await?.into_parts();
        let body = body.collect().await.map_err(|error| NoResponse::Broken(error.into()))?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Incoming>, NoResponse> {
        self.http.request(request.map(Full::new)).await.map_err(|error| {
            let is_late = error.source().is_some_and(<dyn Error>::is::<Elapsed>);
            if is_late { NoResponse::Unreachable(error.into()) } else { NoResponse::Broken(error.into()) }
        })
    }

    /// Pauses the reading of this client's connections.
    #[must_use]
    pub fn pause(&self) -> Pause {
        self.pause.clone()
    }

    /// Opens a connection to the host of `url` and leaves it in the pool. An `OPTIONS` request without a body or a signature does
    /// it: every AWS endpoint answers at once, AppSync as it answers a browser's preflight, and none counts it as a failed call.
    ///
    /// Waits no longer than a second and never fails: a connection that is not there is opened when it is needed.
    pub async fn warm_up(&self, url: &str) {
        let outcome = match Request::options(url).body(Bytes::new()) {
            Ok(request) => match timeout(WARM_UP, self.fetch(request)).await {
                Ok(Ok(_)) => "open",
                Ok(Err(_)) => "failed",
                Err(_) => "slow",
            },
            Err(_) => "no address",
        };
        tracing::debug!(outcome, "connection warmed up");
    }
}

/// A request without a response. No message names the address, which could bring a model's or a topic's name into a log.
#[derive(Debug, thiserror::Error)]
pub enum NoResponse {
    /// No connection could be opened in time.
    #[error("no connection in time")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The connection could not be opened, or broke.
    #[error("the connection broke")]
    Broken(#[source] Box<dyn Error + Send + Sync>),
}

impl HttpClient for Client {
    /// The settings hold timeouts only. Connecting is timed by the client itself; the SDK times whole attempts.
    fn http_connector(&self, _settings: &HttpConnectorSettings, _components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Client {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.clone();
        HttpConnectorFuture::new(async move {
            let response = client.send(outgoing(request)?).await.map_err(classified)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x)).map_err(|error| ConnectorError::user(error.into()))
        })
    }
}

/// Operations of these functions send their bodies whole; one that streams is a programming mistake.
fn outgoing(request: HttpRequest) -> Result<Request<Bytes>, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.bytes().ok_or_else(|| ConnectorError::user("the body of a request must not be a stream".into()))?;
    Ok(Request::from_parts(parts, Bytes::copy_from_slice(body)))
}

/// Tells the SDK what may be tried again: whatever failed on the way, before a response began.
fn classified(error: NoResponse) -> ConnectorError {
    match error {
        NoResponse::Unreachable(_) => ConnectorError::timeout(error.into()),
        NoResponse::Broken(_) => ConnectorError::io(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use bytes::Bytes;
    use http::Request;
    use tokio::time::Instant;

    use super::{NoResponse, Tls, WARM_UP};

    #[tokio::test]
    async fn a_host_that_is_not_there_or_never_answers_delays_the_start_by_a_bounded_time() {
        let client = Tls::new().unwrap().client();
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent_url = format!("http://{}/", silent.local_addr().unwrap());
        let started = Instant::now();
        client.warm_up("").await;
        client.warm_up("http://127.0.0.1:1/").await;
        assert!(started.elapsed() < WARM_UP);
        client.warm_up(&silent_url).await;
        assert!(started.elapsed() < WARM_UP * 2);
    }

    async fn failure(url: &str) -> NoResponse {
        Tls::new().unwrap().client().fetch(Request::get(url).body(Bytes::new()).unwrap()).await.unwrap_err()
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_shakes_hands_is_told_from_one_that_refuses() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent_url = format!("https://{}/", silent.local_addr().unwrap());
        assert!(matches!(failure(&silent_url).await, NoResponse::Unreachable(_)));
        assert!(matches!(failure("https://127.0.0.1:1/").await, NoResponse::Broken(_)));
    }
}
