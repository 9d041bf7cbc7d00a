//! Opens the WebSocket through the HTTP client, so one TLS configuration, one proxy setting and one trust store serve
//! both the question and the answer.

use reqwest::{
    Client, Response, StatusCode, Upgraded, Url,
    header::{self, HeaderMap},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use crate::{failure::Failure, realtime::SUB_PROTOCOL};

/// An open connection to AppSync's real-time endpoint.
pub type Socket = WebSocketStream<Upgraded>;

/// Well above AppSync's 240 KB for a message, well below what could hurt.
const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// How much of a refusal's body is repeated to the reader.
const MAX_REASON_CHARS: usize = 200;

/// Opens a socket, offering the given value of `Sec-WebSocket-Protocol`.
///
/// # Errors
/// [`Failure::Unauthorized`] on 401 and 403, [`Failure::Connection`] on everything else that is not an open socket.
pub async fn open(client: &Client, url: &Url, protocols: &str) -> Result<Socket, Failure> {
    let key = generate_key();
    let response = client
        .get(as_http(url)?)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, &key)
        .header(header::SEC_WEBSOCKET_PROTOCOL, protocols)
        .send()
        .await
        .map_err(|error| Failure::Connection(format!("cannot reach {}: {}", place(url), causes(&error.without_url()))))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refusal(url, response).await);
    }
    check(response.headers(), &key)?;
    let stream = response.upgrade().await.map_err(|error| {
        Failure::Connection(format!("cannot open a WebSocket on {}: {}", place(url), causes(&error.without_url())))
    })?;
    let limits = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE_BYTES));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await)
}

/// The URL as the HTTP client wants it: a WebSocket starts as an HTTP request.
fn as_http(url: &Url) -> Result<Url, Failure> {
    let text = url.as_str();
    let rest = text.strip_prefix("ws").ok_or_else(|| Failure::Connection(format!("{} is not a ws URL", place(url))))?;
    format!("http{rest}").parse().map_err(|error| Failure::Connection(format!("{} is not a URL: {error}", place(url))))
}

/// RFC 6455 section 4.1: the answer must prove that a WebSocket server read this very request.
fn check(headers: &HeaderMap, key: &str) -> Result<(), Failure> {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if said(header::SEC_WEBSOCKET_ACCEPT) != Some(&derive_accept_key(key.as_bytes())) {
        return Err(Failure::Connection("the server did not complete the WebSocket handshake".to_owned()));
    }
    if said(header::SEC_WEBSOCKET_PROTOCOL) != Some(SUB_PROTOCOL) {
        return Err(Failure::Connection(format!("the server does not speak the sub-protocol {SUB_PROTOCOL}")));
    }
    Ok(())
}

/// Explains an answer that is not an open socket.
async fn refusal(url: &Url, response: Response) -> Failure {
    let status = response.status();
    let body = response.text().await.unwrap_or_default();
    let reason: String = body.trim().chars().take(MAX_REASON_CHARS).collect();
    let text = format!("{} answered {status} to the WebSocket request {reason}", place(url)).trim_end().to_owned();
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::Unauthorized(text),
        _ => Failure::Connection(text),
    }
}

/// Host and port for a message. Not the whole URL, which is long and where users put what should not be printed.
#[must_use]
pub fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// An error with all its causes: the outermost one alone only says that sending failed.
#[must_use]
pub fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_websocket_server_that_read_this_request_is_trusted() {
        let passes = |accept: &str, protocol: &str| {
            let members = [(header::SEC_WEBSOCKET_ACCEPT, accept), (header::SEC_WEBSOCKET_PROTOCOL, protocol)];
            let headers = members.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect();
            // The key and its answer are the example of RFC 6455, section 1.3.
            check(&headers, "dGhlIHNhbXBsZSBub25jZQ==").is_ok()
        };
        assert!(passes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "graphql-ws"));
        assert!(!passes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "graphql-transport-ws"));
        assert!(!passes("YW5vdGhlciBrZXkncyBhbnN3ZXI=", "graphql-ws"));
    }
}
