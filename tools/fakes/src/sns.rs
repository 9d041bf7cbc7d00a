//! SNS `Publish` over the query protocol: records what was published, holds it to SNS's size limit, fails as scripted.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http::{Method, StatusCode};

use crate::aws::Latency;
use crate::http::{Reply, Request, Server};
use crate::sigv4;
use crate::tls::Authority;

/// Body and attributes together; the default `MaximumMessageSize` of a topic.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// A message the topic took.
#[derive(Clone, Debug)]
pub struct Published {
    /// Topic it was published to.
    pub topic_arn: String,
    /// The body.
    pub message: String,
    /// String attributes by name.
    pub attributes: BTreeMap<String, String>,
    /// Connection it came over.
    pub connection: u64,
    /// When the request was here.
    pub arrived: Instant,
    /// When the answer was given.
    pub answered: Instant,
}

/// How one request is answered instead of with success.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An error response of the query protocol.
    Error(StatusCode, &'static str),
    /// The connection is reset.
    Reset,
    /// No answer, for longer than any caller waits.
    Silence,
}

#[derive(Default)]
struct State {
    published: Vec<Published>,
    refused: Vec<String>,
    requests: u64,
    faults: VecDeque<Fault>,
}

/// A running fake.
pub struct Sns {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Sns {
    /// Starts SNS over TLS; every answer takes `latency`.
    pub async fn start(authority: &Authority, latency: Latency) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let handler_state = Arc::clone(&state);
        let server = Server::start(Some(authority.server_config()), move |request| {
            Box::pin(answer(request, Arc::clone(&handler_state), latency))
        })
        .await;
        Self { server, state }
    }

    /// For `AWS_ENDPOINT_URL_SNS`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.server.port())
    }

    /// Answers the next requests with these, in order; afterwards requests succeed again.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().expect("not poisoned").faults.extend(faults);
    }

    /// Everything published so far, in order.
    #[must_use]
    pub fn published(&self) -> Vec<Published> {
        self.state.lock().expect("not poisoned").published.clone()
    }

    /// Publish requests seen, failed ones included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.state.lock().expect("not poisoned").requests
    }

    /// Requests that AWS would have refused, with the reason.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").refused.clone()
    }

    /// The server below, for connection counts and resets.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }
}

async fn answer(request: Request, state: Arc<Mutex<State>>, latency: Latency) -> Reply {
    if let Err(why) = request.names_itself() {
        state.lock().expect("not poisoned").refused.push(why);
        return error(StatusCode::FORBIDDEN, "AccessDenied", "no User-Agent");
    }
    if request.method != Method::POST {
        // A connection warmed by an unsigned request is nothing to record.
        return error(StatusCode::FORBIDDEN, "MissingAuthenticationToken", "Request is missing Authentication Token");
    }
    let (count, fault) = {
        let mut state = state.lock().expect("not poisoned");
        state.requests += 1;
        (state.requests, state.faults.pop_front())
    };
    tokio::time::sleep(latency.of(count)).await;
    match fault {
        Some(Fault::Error(status, code)) => return error(status, code, "scripted by the test"),
        Some(Fault::Reset) => return Reply::Reset,
        Some(Fault::Silence) => tokio::time::sleep(Duration::from_hours(1)).await,
        None => {}
    }
    match accept(&request) {
        Ok(published) => {
            state.lock().expect("not poisoned").published.push(published);
            success(count)
        }
        Err(why) => {
            state.lock().expect("not poisoned").refused.push(why.clone());
            error(StatusCode::BAD_REQUEST, "InvalidParameter", &why)
        }
    }
}

/// Reads a `Publish` request, or says why SNS would not take it.
fn accept(request: &Request) -> Result<Published, String> {
    sigv4::verify(request, "sns").map_err(|refused| refused.to_string())?;
    let form: HashMap<String, String> = form_urlencoded::parse(&request.body).into_owned().collect();
    let field = |name: &str| form.get(name).cloned().ok_or_else(|| format!("{name} is missing"));
    if field("Action")? != "Publish" || field("Version")? != "2010-03-31" {
        return Err("not a Publish of 2010-03-31".to_owned());
    }
    let message = field("Message")?;
    let mut attributes = BTreeMap::new();
    let mut size = message.len();
    for index in 1.. {
        let entry = format!("MessageAttributes.entry.{index}");
        let Some(name) = form.get(&format!("{entry}.Name")) else {
            break;
        };
        let data_type = field(&format!("{entry}.Value.DataType"))?;
        let value = field(&format!("{entry}.Value.StringValue"))?;
        if data_type != "String" || value.is_empty() {
            return Err(format!("attribute {name} is not a String with a value"));
        }
        size += name.len() + data_type.len() + value.len();
        attributes.insert(name.clone(), value);
    }
    if size > MAX_MESSAGE_BYTES {
        return Err(format!("Message too long: {size} bytes"));
    }
    let (topic_arn, connection, arrived) = (field("TopicArn")?, request.connection, request.arrived);
    Ok(Published { topic_arn, message, attributes, connection, arrived, answered: Instant::now() })
}

fn success(count: u64) -> Reply {
    let body = format!(
        "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
         <MessageId>00000000-0000-4000-8000-{count:012}</MessageId></PublishResult><ResponseMetadata>\
         <RequestId>00000000-0000-4000-9000-{count:012}</RequestId></ResponseMetadata></PublishResponse>"
    );
    Reply::text(StatusCode::OK, "text/xml", body)
}

fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
    let body = format!(
        "<ErrorResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>{fault}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>00000000-0000-4000-9000-000000000000</RequestId></ErrorResponse>"
    );
    Reply::text(status, "text/xml", body)
}
