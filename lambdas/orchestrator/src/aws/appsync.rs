//! Publishing through the `sendMessage` mutation of an AppSync API, signed with the function's own credentials.
//! <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html>

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use chat::Piece;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use platform::https;
use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde_json::Value;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::answer::backoff::pauses;
use crate::answer::sink::{AnswerSink, Published};

/// Selects every field a subscriber may want: one that the mutation leaves out reaches nobody, not even filters.
const SEND_MESSAGE: &str = include_str!("../../../../deployment/api/operations/send-message.graphql");

/// Above this AppSync takes a mutation but delivers it to nobody: <https://docs.aws.amazon.com/general/latest/gr/appsync.html>.
const EVENT_LIMIT: usize = 240_000;

/// A reply repeats the piece. One that is longer than this, in bytes, is none of AppSync's and is not read to its end.
const REPLY_LIMIT: usize = 1024 * 1024;

/// How long one try may take. AppSync itself gives up after 30 s.
const ATTEMPT: Duration = Duration::from_secs(15);

/// The pause after the first failure is none: its usual reason is a connection that died while the sandbox was frozen, and a new
/// connection works.
const NO_PAUSE: Duration = Duration::ZERO;
/// The shortest pause where the connection did not break: AppSync itself failed, and needs a moment.
const PAUSE_FOR_APPSYNC: Duration = Duration::from_millis(50);
/// Later pauses double, from the first to the longest. There is no count of them: as long as the invocation has time, AppSync may
/// come back.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// An AppSync API.
pub struct AppSync {
    /// The one client of the process, so that a connection opened in init is used here.
    client: Client,
    /// The GraphQL endpoint. The signature covers it, so requests go to exactly this address.
    url: String,
    /// The API's Region, which the signature names.
    region: String,
    /// The role's credentials. They are asked for anew at each try, as they expire.
    credentials: SharedCredentialsProvider,
}

impl AppSync {
    /// Publishes to the API at `url`, which is in `region`. Opens nothing.
    #[must_use]
    pub fn new(client: Client, url: String, region: String, credentials: SharedCredentialsProvider) -> Self {
        Self { client, url, region, credentials }
    }

    /// Headers for one try with `body`. The date is signed, so each try needs its own.
    async fn signed(&self, body: &[u8]) -> Result<HeaderMap, Unsigned> {
        let identity = self.credentials.provide_credentials().await.map_err(|_| Unsigned)?.into();
        let content_type = "application/json";
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("appsync")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|_| Unsigned)?
            .into();
        let headers = [(CONTENT_TYPE.as_str(), content_type)].into_iter();
        let request = SignableRequest::new("POST", &self.url, headers, SignableBody::Bytes(body)).map_err(|_| Unsigned)?;
        let (instructions, _) = sign(request, &params).map_err(|_| Unsigned)?.into_parts();
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        for (name, value) in instructions.headers() {
            let mut value = HeaderValue::from_str(value).map_err(|_| Unsigned)?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| Unsigned)?, value);
        }
        Ok(headers)
    }

    async fn attempt(&self, body: &[u8]) -> Verdict {
        let Ok(headers) = self.signed(body).await else { return Verdict::Refused("not signed") };
        let sent = self.client.post(&self.url).headers(headers).body(body.to_vec()).send().await;
        let response = match sent {
            Ok(response) => response,
            Err(error) => return Verdict::Again(https::cause(&error)),
        };
        let status = response.status();
        match https::read(response, REPLY_LIMIT).await {
            Ok(reply) => verdict(status, &reply),
            Err(cause) => Verdict::Again(cause),
        }
    }
}

/// The request could not be signed: no credentials, or a value that fits no request.
struct Unsigned;

#[derive(Serialize)]
struct Mutation<'a> {
    query: &'static str,
    variables: Variables<'a>,
}

#[derive(Serialize)]
struct Variables<'a> {
    input: &'a Piece<'a>,
}

/// What one try came to. The words are for logs.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Delivered,
    Again(&'static str),
    Refused(&'static str),
}

/// AppSync answers most failures with status 200 and `errors`, so the status alone proves nothing.
fn verdict(status: StatusCode, reply: &[u8]) -> Verdict {
    match status {
        StatusCode::OK => {}
        StatusCode::TOO_MANY_REQUESTS => return Verdict::Again("throttled"),
        StatusCode::REQUEST_TIMEOUT => return Verdict::Again("no answer"),
        status if status.is_server_error() => return Verdict::Again("server error"),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Verdict::Refused("not authorized"),
        _ => return Verdict::Refused("unexpected status"),
    }
    let Ok(Value::Object(reply)) = serde_json::from_slice(reply) else { return Verdict::Again("not a GraphQL reply") };
    match reply.get("errors") {
        None | Some(Value::Null) => {}
        Some(Value::Array(errors)) if errors.is_empty() => {}
        Some(errors) if errors[0]["errorType"].as_str().is_some_and(may_pass) => {
            return Verdict::Again("GraphQL error that may pass");
        }
        Some(_) => return Verdict::Refused("GraphQL error"),
    }
    if reply.get("data").is_some_and(|data| data["sendMessage"].is_object()) {
        Verdict::Delivered
    } else {
        Verdict::Refused("no result")
    }
}

/// Error types of AppSync and of gateways before it that another try can get past.
fn may_pass(error_type: &str) -> bool {
    ["Throttl", "TooManyRequests", "LimitExceeded", "ServiceUnavailable", "InternalFailure", "ExecutionTimeout"]
        .iter()
        .any(|known| error_type.contains(known))
}

impl AnswerSink for AppSync {
    /// JSON can turn one byte into six, so this much text takes at most 192 KB of [`EVENT_LIMIT`], and what goes around it a few.
    const LONGEST_TEXT: usize = 32 * 1024;

    /// AppSync counts deliveries in units of 5 KB, and what goes around the text is in it.
    const ENOUGH_TEXT: usize = 4 * 1024;

    async fn publish(&self, piece: &Piece<'_>, until: Instant) -> Published {
        let mut retries = 0;
        let Ok(body) = serde_json::to_vec(&Mutation { query: SEND_MESSAGE, variables: Variables { input: piece } }) else {
            return Published { retries, delivered: false };
        };
        if body.len() > EVENT_LIMIT {
            tracing::error!(bytes = body.len(), "piece is too large to be delivered");
            return Published { retries, delivered: false };
        }
        for pause in std::iter::once(NO_PAUSE).chain(pauses(FIRST_PAUSE, LONGEST_PAUSE)) {
            let limit = until.min(Instant::now() + ATTEMPT);
            let reason = match timeout_at(limit, self.attempt(&body)).await.unwrap_or(Verdict::Again("no answer")) {
                Verdict::Delivered => return Published { retries, delivered: true },
                Verdict::Refused(reason) => {
                    tracing::error!(reason, sequence = piece.sequence, "AppSync refused a piece");
                    break;
                }
                Verdict::Again(reason) => reason,
            };
            let shortest = if reason == https::BROKE { NO_PAUSE } else { PAUSE_FOR_APPSYNC };
            let next = Instant::now() + pause.max(shortest);
            if next >= until {
                break;
            }
            retries += 1;
            tracing::warn!(reason, sequence = piece.sequence, "AppSync will be tried again");
            sleep_until(next).await;
        }
        Published { retries, delivered: false }
    }
}

#[cfg(test)]
mod tests {
    use chat::{AnswerId, Event, Owner, Piece, Recipient, RequestId, SessionId};
    use reqwest::StatusCode;

    use super::{AppSync, EVENT_LIMIT, Mutation, SEND_MESSAGE, Variables, Verdict, verdict};
    use crate::answer::sink::AnswerSink;

    fn check(status: u16, reply: &str, expected: &Verdict) {
        assert_eq!(verdict(StatusCode::from_u16(status).unwrap(), reply.as_bytes()), *expected, "{status} {reply}");
    }

    #[test]
    fn only_a_result_without_errors_is_a_delivery() {
        check(200, r#"{"data":{"sendMessage":{"sequence":1}}}"#, &Verdict::Delivered);
        check(200, r#"{"data":{"sendMessage":{"sequence":1}},"errors":[]}"#, &Verdict::Delivered);
        check(200, r#"{"data":{"sendMessage":{}},"errors":[{"message":"Not Authorized"}]}"#, &Verdict::Refused("GraphQL error"));
        check(200, r#"{"data":null,"errors":[{"errorType":"Unauthorized"}]}"#, &Verdict::Refused("GraphQL error"));
        check(200, r#"{"data":{"sendMessage":null}}"#, &Verdict::Refused("no result"));
        check(200, r#"{"data":{"sendMessage":[]}}"#, &Verdict::Refused("no result"));
        check(200, r#"{"data":[{"sendMessage":{}}]}"#, &Verdict::Refused("no result"));
        check(200, r#"{"data":{"sendMessage":{}},"errors":"none"}"#, &Verdict::Refused("GraphQL error"));
        check(200, "[[1]]", &Verdict::Again("not a GraphQL reply"));
        check(200, "<html>", &Verdict::Again("not a GraphQL reply"));
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        check(
            200,
            r#"{"data":null,"errors":[{"errorType":"ThrottlingException"}]}"#,
            &Verdict::Again("GraphQL error that may pass"),
        );
        check(429, "", &Verdict::Again("throttled"));
        check(500, "", &Verdict::Again("server error"));
        check(503, "", &Verdict::Again("server error"));
    }

    #[test]
    fn other_refusals_are_not() {
        check(400, "", &Verdict::Refused("unexpected status"));
        check(401, "", &Verdict::Refused("not authorized"));
        check(403, "", &Verdict::Refused("not authorized"));
        check(301, "", &Verdict::Refused("unexpected status"));
    }

    #[test]
    fn the_longest_text_fits_whatever_it_says_and_whoever_it_is_for() {
        let recipient = Recipient {
            request_id: RequestId::parse("3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d").unwrap(),
            session_id: SessionId::parse(&"s".repeat(128)).unwrap(),
            owner: Some(Owner::parse(&"\u{1}".repeat(256)).unwrap()),
            locale: chat::Locale::parse("es_419").unwrap(),
        };
        let piece = Piece {
            recipient: &recipient,
            answer_id: AnswerId(u64::MAX),
            sequence: u32::MAX,
            event: Event::Delta("\u{1}".repeat(AppSync::LONGEST_TEXT).into()),
        };
        let body = serde_json::to_vec(&Mutation { query: SEND_MESSAGE, variables: Variables { input: &piece } }).unwrap();
        assert!(body.len() <= EVENT_LIMIT, "{} bytes", body.len());
    }

    #[test]
    fn the_mutation_selects_every_field_of_the_schema() {
        let operation = fakes::schema::operation(SEND_MESSAGE).unwrap();
        let fields = fakes::schema::fields("SendMessageResponse").into_iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!((operation.root, operation.field.as_str(), operation.selected), ("Mutation", "sendMessage", fields));
    }
}
