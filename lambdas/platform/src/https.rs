//! The one HTTPS client of a function: AppSync and every AWS SDK client call through it, so there is one pool, one set of
//! trusted roots and one place for the rules below.
//!
//! - Roots come from the system's bundle, or from the file that `SSL_CERT_FILE` names in its place.
//! - Proxies are ignored: in a private network there is none, and a stray variable must not reroute answers.
//! - HTTP/1.1 only. One mutation is in flight at a time and one model stream is open, so there is nothing to multiplex.
//! - Redirects are not followed.
//! - Every request names itself: AWS WAF's common rules refuse one that does not say what sent it.
//! - How long an idle connection is kept is the caller's to say: a connection may die while the sandbox is frozen, and the
//!   next request over it then fails without an answer.

use std::error::Error;
use std::io;
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
use http_body_util::BodyExt;
use reqwest::{Client, Method, Response, redirect};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

use crate::bounded::{Bounded, TooLong};

/// How long a connection may take to open. The SDK's default: every endpoint is a hop away in the same network.
const CONNECT: Duration = Duration::from_millis(3100);

/// What every request calls itself.
pub const USER_AGENT: &str = concat!("bedrock-appsync-streaming/", env!("CARGO_PKG_VERSION"));

/// The longest answer of an AWS service, or message in a stream of it, that is read: more than any of these functions needs.
const LONGEST: usize = 1024 * 1024;

/// How AWS marks a stream of messages.
const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// How long init waits for a connection. Longer than a handshake ever takes, far below Lambda's 10 s for init.
const WARM_UP: Duration = Duration::from_secs(1);

/// Makes the client. Reads the trusted roots, opens nothing.
///
/// `idle` is how long an unused connection is kept. Interface endpoints forget a silent connection after 350 s, and no service
/// says how long it keeps one. A caller that can send a request again may keep connections for long; one that must not, cannot.
///
/// # Errors
/// The TLS configuration could not be built; a fault of this software.
pub fn client(idle: Duration) -> Result<Client, Unusable> {
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
        .pool_idle_timeout(idle)
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

/// What [`cause`] says of a connection that was open and is no more.
pub const BROKE: &str = "connection broke";

/// Why a request got no answer, as one of a few fixed words. The error's own text could bring the address into a log.
#[must_use]
pub fn cause(error: &(dyn Error + 'static)) -> &'static str {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<io::Error>();
        if error.is::<rustls::Error>() {
            return "TLS failed";
        } else if error.to_string().starts_with("dns error") {
            return "name not found";
        } else if error.is::<TooLong>() {
            return "answer too long";
        } else if error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout) {
            return "no answer in time";
        } else if io.is_some_and(|io| io.kind() == io::ErrorKind::ConnectionRefused) {
            return "connection refused";
        }
        // `io::Error::source` leaves out the error inside it and names that one's source; `get_ref` has the error itself.
        next = match io {
            Some(io) => io.get_ref().map(|content| content as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    BROKE
}

/// Whether the request of `error` certainly reached nobody, since there never was a connection to send it over.
#[must_use]
pub fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let is_connect = error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_connect);
    is_connect || error.source().is_some_and(never_connected)
}

/// Reads the body of `response`, which may have at most `limit` bytes.
///
/// # Errors
/// The [`cause`] for which there is no whole body.
pub async fn read(response: Response, limit: usize) -> Result<Vec<u8>, &'static str> {
    let body = Bounded::whole(reqwest::Body::from(response), limit);
    let body = body.collect().await.map_err(|error| cause(&*error))?;
    Ok(body.to_bytes().to_vec())
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
            let is_stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == EVENT_STREAM);
            let bounded = |body| if is_stream { Bounded::frames(body, LONGEST) } else { Bounded::whole(body, LONGEST) };
            HttpResponse::try_from(response.map(|body| SdkBody::from_body_1_x(bounded(body))))
                .map_err(|error| ConnectorError::user(error.into()))
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

    use super::{BROKE, WARM_UP, cause, client, never_connected, read, warm_up};

    #[tokio::test]
    async fn a_host_that_is_not_there_or_never_answers_delays_the_start_by_a_bounded_time() {
        let client = client(WARM_UP).unwrap();
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let silent_url = format!("http://{}/", silent.local_addr().unwrap());
        let started = Instant::now();
        warm_up(&client, "").await;
        warm_up(&client, "http://127.0.0.1:1/").await;
        assert!(started.elapsed() < WARM_UP);
        warm_up(&client, &silent_url).await;
        assert!(started.elapsed() < WARM_UP * 2);
    }

    /// A host that reads the beginning of what each connection brings, and then does this to it.
    fn host(and: impl Fn(std::net::TcpStream) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let begun = move |mut socket: std::net::TcpStream| {
            if std::io::Read::read(&mut socket, &mut [0; 4096]).is_ok() {
                and(socket);
            }
        };
        std::thread::spawn(move || listener.incoming().flatten().for_each(begun));
        address.to_string()
    }

    async fn check_cause(url: &str, expected: &str, connected: bool) {
        let error = client(WARM_UP).unwrap().get(url).send().await.unwrap_err();
        assert_eq!((cause(&error), never_connected(&error)), (expected, !connected), "{url}");
    }

    #[tokio::test]
    async fn each_way_to_get_no_answer_has_its_own_word() {
        let plain = host(|mut socket| {
            let answered = std::io::Write::write_all(&mut socket, b"220 this is no TLS\r\n");
            // Until the client has gone.
            drop(answered.and_then(|()| std::io::Read::read(&mut socket, &mut [0; 16])));
        });
        let hanging_up = host(drop);
        check_cause("http://127.0.0.1:1/", "connection refused", false).await;
        check_cause("http://no-such-host.invalid/", "name not found", false).await;
        check_cause(&format!("https://{plain}/"), "TLS failed", false).await;
        check_cause(&format!("http://{hanging_up}/"), BROKE, true).await;
    }

    #[tokio::test]
    async fn an_answer_beyond_reason_is_not_read_to_its_end() {
        let endless = host(|mut socket| {
            let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n";
            let mut sent = std::io::Write::write_all(&mut socket, head);
            while sent.is_ok() {
                sent = std::io::Write::write_all(&mut socket, &[7; 16_000]);
            }
        });
        let response = client(WARM_UP).unwrap().get(format!("http://{endless}/")).send().await.unwrap();
        assert_eq!(read(response, 1_000_000).await, Err("answer too long"));
    }
}
