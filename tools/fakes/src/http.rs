//! The HTTP/1.1 server under every fake: hands whole requests to a handler, numbers connections and can break them.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinHandle};
use tokio_rustls::TlsAcceptor;

/// One request, read to its end.
#[derive(Clone, Debug)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path and query as they stood on the wire, percent-encoding included.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// Which connection of this server it came over, counted from 1.
    pub connection: u64,
    /// When its last byte was here.
    pub arrived: Instant,
}

impl Request {
    /// A header as text; absent and not ASCII are the same.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Checks that the request says what sent it. AWS WAF's common rules answer 403 to one that does not, signed or not:
    /// <https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html>.
    ///
    /// # Errors
    /// It has no `User-Agent`.
    pub fn names_itself(&self) -> Result<(), String> {
        self.header("user-agent").filter(|agent| !agent.is_empty()).map(drop).ok_or_else(|| "no User-Agent".to_owned())
    }
}

/// What a handler answers.
pub enum Reply {
    /// A response whose body is known.
    Whole(Response<Bytes>),
    /// A response whose body is still being written; an `Err` in it cuts the connection.
    Stream(StatusCode, &'static str, mpsc::Receiver<Result<Bytes, Cut>>),
    /// A response that ends HTTP on this connection, and what speaks on it from then on.
    Upgrade(Response<Bytes>, Takeover),
    /// No response: the connection is reset (TCP RST), as by a middlebox that forgot it.
    Reset,
}

/// Speaks another protocol on a connection that was upgraded. The connection ends when the future does.
pub type Takeover = Box<dyn FnOnce(TokioIo<Upgraded>) -> Task + Send>;

impl Reply {
    /// A JSON response.
    #[must_use]
    pub fn json(status: StatusCode, body: &serde_json::Value) -> Self {
        Self::text(status, "application/json", body.to_string())
    }

    /// A response of any text.
    #[must_use]
    pub fn text(status: StatusCode, content_type: &str, body: String) -> Self {
        let response = Response::builder().status(status).header(http::header::CONTENT_TYPE, content_type);
        Self::Whole(response.body(Bytes::from(body)).expect("a valid content type"))
    }
}

/// Ends a streamed body without its terminating chunk.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the script cuts the connection here")]
pub struct Cut;

/// The future a handler returns.
pub type ReplyFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;
/// The future of a [`Takeover`].
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;
type Handler = Arc<dyn Fn(Request) -> ReplyFuture + Send + Sync>;

/// A running server; dropping it closes the listener and every connection.
pub struct Server {
    address: SocketAddr,
    connections: Arc<Connections>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct Connections {
    /// How many were ever accepted. The newest has this number.
    opened: Mutex<u64>,
    /// Connections up to this number are forgotten, see [`Server::forget_connections`].
    forgotten: Mutex<u64>,
    /// Those that are open, by number: a second handle on the socket, to reset it, and the task that serves it.
    open: Mutex<HashMap<u64, (OwnedFd, Option<AbortHandle>)>>,
}

impl Server {
    /// Listens on a free loopback port; with `tls` every connection starts with a handshake.
    pub async fn start<F>(tls: Option<Arc<ServerConfig>>, handler: F) -> Self
    where
        F: Fn(Request) -> ReplyFuture + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free loopback port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let connections = Arc::new(Connections::default());
        let accepting = tokio::spawn(accept(listener, tls.map(TlsAcceptor::from), Arc::new(handler), Arc::clone(&connections)));
        Self { address, connections, accepting }
    }

    /// Port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were ever accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        *self.connections.opened.lock().expect("not poisoned")
    }

    /// Forgets every open connection, as a middlebox does with one that was silent for long: its peer learns of it, by a reset,
    /// only when it sends the next request over it.
    pub fn forget_connections(&self) {
        *self.connections.forgotten.lock().expect("not poisoned") = self.connections();
    }

    /// Resets every open connection at once, in whatever state it is.
    pub fn reset_connections(&self) {
        let mut open = self.connections.open.lock().expect("not poisoned");
        for (_, (socket, task)) in open.drain() {
            linger_zero(&socket);
            if let Some(task) = task {
                task.abort();
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
        self.reset_connections();
    }
}

/// Makes the close of this socket a reset instead of an orderly end.
fn linger_zero(socket: &OwnedFd) {
    // A socket that is already gone needs no reset.
    let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, handler: Handler, connections: Arc<Connections>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let number = {
            let mut opened = connections.opened.lock().expect("not poisoned");
            *opened += 1;
            *opened
        };
        let socket = stream.as_fd().try_clone_to_owned().expect("a free file descriptor");
        connections.open.lock().expect("not poisoned").insert(number, (socket, None));
        let task = tokio::spawn(serve(stream, tls.clone(), Arc::clone(&handler), number, Arc::clone(&connections)));
        if let Some(entry) = connections.open.lock().expect("not poisoned").get_mut(&number) {
            entry.1 = Some(task.abort_handle());
        }
    }
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, handler: Handler, number: u64, connections: Arc<Connections>) {
    // How a connection ended is told by what was recorded, not by this result: resets and cuts are part of the scripts.
    match tls {
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                speak(TokioIo::new(stream), handler, number, &connections).await;
            }
        }
        None => speak(TokioIo::new(stream), handler, number, &connections).await,
    }
    connections.open.lock().expect("not poisoned").remove(&number);
}

async fn speak<I>(io: I, handler: Handler, number: u64, connections: &Arc<Connections>)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let after_http = Arc::new(Mutex::new(None));
    let next = Arc::clone(&after_http);
    let service = service_fn(move |request| {
        let (handler, connections, next) = (Arc::clone(&handler), Arc::clone(connections), Arc::clone(&next));
        async move { answer(request, handler, number, &connections, &next).await }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(io, service).with_upgrades().await;
    // In this task, so that what ends the connection ends the other protocol too.
    let next = after_http.lock().expect("not poisoned").take();
    if let Some(next) = next {
        next.await;
    }
}

async fn answer(
    mut request: http::Request<Incoming>,
    handler: Handler,
    connection: u64,
    connections: &Connections,
    next: &Mutex<Option<Task>>,
) -> Result<Response<ReplyBody>, Cut> {
    let upgrade = hyper::upgrade::on(&mut request);
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let target = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let request = Request { method: parts.method, target, headers: parts.headers, body, connection, arrived: Instant::now() };
    let is_forgotten = connection <= *connections.forgotten.lock().expect("not poisoned");
    let reply = if is_forgotten { Reply::Reset } else { handler(request).await };
    match reply {
        Reply::Whole(response) => Ok(response.map(|body| ReplyBody::Whole(Some(body)))),
        Reply::Stream(status, content_type, chunks) => Ok(Response::builder()
            .status(status)
            .header(http::header::CONTENT_TYPE, content_type)
            .body(ReplyBody::Stream { chunks, cut: false })
            .expect("a valid content type")),
        Reply::Upgrade(response, takeover) => {
            *next.lock().expect("not poisoned") = Some(Box::pin(async move {
                // A client that goes away before the upgrade has nothing to hear.
                if let Ok(upgraded) = upgrade.await {
                    takeover(TokioIo::new(upgraded)).await;
                }
            }));
            Ok(response.map(|body| ReplyBody::Whole(Some(body))))
        }
        Reply::Reset => {
            if let Some((socket, _)) = connections.open.lock().expect("not poisoned").get(&connection) {
                linger_zero(socket);
            }
            Err(Cut)
        }
    }
}

/// The body of a response: known, or still being written.
enum ReplyBody {
    Whole(Option<Bytes>),
    Stream { chunks: mpsc::Receiver<Result<Bytes, Cut>>, cut: bool },
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.get_mut() {
            Self::Whole(body) => Poll::Ready(body.take().map(Frame::data).map(Ok)),
            Self::Stream { cut: true, .. } => Poll::Ready(Some(Err(Cut))),
            Self::Stream { chunks, cut } => match chunks.poll_recv(context) {
                Poll::Ready(Some(Err(Cut))) => {
                    // hyper throws away what it has not yet written when a body fails; one turn of "pending" makes it write.
                    *cut = true;
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                other => other.map(|chunk| chunk.map(|chunk| chunk.map(Frame::data))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        match self {
            Self::Whole(body) => http_body::SizeHint::with_exact(body.as_ref().map_or(0, Bytes::len) as u64),
            Self::Stream { .. } => http_body::SizeHint::default(),
        }
    }
}
