//! How connections are opened: TCP whose reading can pause, TLS around it, and a limit on the time both take.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::time::timeout;
use tower_service::Service;

use crate::pause::{Pausable, Pause};

/// How long a connection may take to open. The SDK's default: every endpoint is a hop away in the same network.
const CONNECT: Duration = Duration::from_millis(3100);

/// A peer that is gone is found out by three unanswered probes this far apart, or by half a minute in which it confirms nothing:
/// neither a model that thinks nor an AppSync that works keeps TCP itself from answering.
const PROBE: Duration = Duration::from_secs(15);
const PROBES: u32 = 3;
const UNCONFIRMED: Duration = Duration::from_secs(30);

type Error = Box<dyn std::error::Error + Send + Sync>;
type Opening<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Opens connections within the time limit; the error is [`Elapsed`](tokio::time::error::Elapsed) where that is over.
#[derive(Clone, Debug)]
pub struct Connector(HttpsConnector<Tcp>);

impl Connector {
    /// Opens connections with `tls`, or without it where the address begins with `http:`, whose reading pauses as `pause` says.
    pub fn new(tls: Arc<ClientConfig>, pause: Pause) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(PROBE));
        tcp.set_keepalive_interval(Some(PROBE));
        tcp.set_keepalive_retries(Some(PROBES));
        tcp.set_tcp_user_timeout(Some(UNCONFIRMED));
        Self(HttpsConnector::from((Tcp { tcp, pause }, tls)))
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<Pausable>>;
    type Error = Error;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let opening = self.0.call(address);
        Box::pin(async move { timeout(CONNECT, opening).await? })
    }
}

/// Opens TCP connections.
#[derive(Clone, Debug)]
struct Tcp {
    tcp: HttpConnector,
    pause: Pause,
}

impl Service<Uri> for Tcp {
    type Response = TokioIo<Pausable>;
    type Error = Error;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let opening = self.tcp.call(address);
        let pause = self.pause.clone();
        Box::pin(async move { Ok(TokioIo::new(Pausable::new(opening.await?.into_inner(), pause))) })
    }
}
