//! Opens the WebSocket through the HTTP client, so one TLS configuration, one proxy setting and one trust store serve
//! both the question and the answer.

use reqwest::{Client, Response, StatusCode, Url};
use reqwest_websocket::{Error, Upgrade as _, WebSocket};
use tungstenite::protocol::WebSocketConfig;

use crate::{failure::Failure, realtime::SUB_PROTOCOL};

/// Well above AppSync's 240 KB for a message, well below what could hurt.
const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// How much of a refusal's body is repeated to the reader.
const MAX_REASON_CHARS: usize = 200;

/// Opens a socket, offering the given sub-protocols.
///
/// # Errors
/// [`Failure::Unauthorized`] on 401 and 403, [`Failure::Connection`] on everything else that is not an open socket.
pub async fn open(client: &Client, url: &Url, protocols: [String; 2]) -> Result<WebSocket, Failure> {
    let limits = WebSocketConfig::default().max_message_size(Some(MAX_MESSAGE_BYTES));
    let request = client.get(url.clone()).upgrade().protocols(protocols).web_socket_config(limits);
    let response = request.send().await.map_err(|error| unopened(url, "cannot reach", error))?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refusal(url, response.into_inner()).await);
    }
    let socket = response.into_websocket().await.map_err(|error| unopened(url, "cannot open a WebSocket on", error))?;
    // The other one that was offered carries the credential and is no protocol to speak.
    if socket.protocol() != Some(SUB_PROTOCOL) {
        return Err(Failure::Connection(format!("the server does not speak the sub-protocol {SUB_PROTOCOL}")));
    }
    Ok(socket)
}

fn unopened(url: &Url, what: &str, error: Error) -> Failure {
    let why = match error {
        Error::Reqwest(error) => causes(&error.without_url()),
        other => causes(&other),
    };
    Failure::Connection(format!("{what} {}: {why}", place(url)))
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
