//! Handing a question to the orchestrator through SNS.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::types::MessageAttributeValue;
use chat::Question;
use platform::aws::Place;
use platform::https;
use tokio::time::{Instant, sleep, timeout_at};

/// How long all attempts may take together, below the function's 10 s. SNS answers in milliseconds; a reader waits for this.
const OPERATION: Duration = Duration::from_secs(5);

/// How long a silent connection to SNS is trusted. A question is sent once: over a connection that the other side is closing,
/// or forgot while the sandbox was frozen, nobody could say whether it was taken. So init's connection serves a cold start and
/// a burst keeps its own; after a longer silence a question pays a handshake of a few milliseconds.
pub const IDLE: Duration = Duration::from_secs(1);

/// Pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_millis(200)];

/// Accepts questions for answering.
pub trait Topic {
    /// Hands over `question`, with the X-Ray `trace` header it came with.
    ///
    /// Handing the same question over twice answers it twice, so an implementation tries again only where the question
    /// certainly was not taken.
    fn publish(&self, question: &Question, trace: Option<&str>) -> impl Future<Output = Result<(), NotPublished>>;
}

/// The topic is not known to have taken the question. The variant tells operators where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    /// Nobody was reached. `0` is the cause.
    #[error("unreachable: {0}")]
    Unreachable(&'static str),
    /// An answer that refuses: permission, key, topic or request. `0` is the HTTP status.
    #[error("refused with status {0}")]
    Refused(u16),
    /// More questions at once than SNS takes.
    #[error("throttled")]
    Throttled,
    /// The question left and no answer came: it may have been taken. `0` is the cause.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(&'static str),
}

impl NotPublished {
    /// Another attempt may succeed, and repeats nothing.
    fn may_pass(self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Throttled => true,
            Self::Refused(status) => status >= 500,
            Self::OutcomeUnknown(_) => false,
        }
    }
}

/// A topic of SNS.
pub struct SnsTopic {
    client: Client,
    arn: String,
}

impl SnsTopic {
    /// Makes the client. Opens nothing.
    ///
    /// The SDK's own tries are off: it tries again after a time-out, when the question may long have been taken.
    #[must_use]
    pub fn new(http: reqwest::Client, place: &Place, arn: String) -> Self {
        let config = platform::aws::config(http, place, RetryConfig::disabled(), TimeoutConfig::disabled());
        Self { client: Client::new(&config), arn }
    }

    async fn attempt(&self, question: &Question, trace: Option<&str>) -> Result<(), NotPublished> {
        let publish = self.client.publish().topic_arn(&self.arn).message(question.to_json());
        let publish = publish.set_message_attributes(text_attribute("Question").map(|kind| [("type".to_owned(), kind)].into()));
        let publish = match trace.and_then(text_attribute) {
            Some(trace) => publish.message_attributes("trace", trace),
            None => publish,
        };
        publish.send().await.map(drop).map_err(|error| {
            let code = error.as_service_error().and_then(|error| error.meta().code()).unwrap_or_default();
            let status = error.raw_response().map(|response| response.status().as_u16());
            match (status, &error) {
                (Some(429), _) => NotPublished::Throttled,
                (Some(_), _) if code.contains("Throttl") => NotPublished::Throttled,
                (Some(status), SdkError::ServiceError(_)) => NotPublished::Refused(status),
                (None, SdkError::ConstructionFailure(_)) => NotPublished::Unreachable("request not made"),
                (None, _) if https::never_connected(&error) => NotPublished::Unreachable(https::cause(&error)),
                _ => NotPublished::OutcomeUnknown(https::cause(&error)),
            }
        })
    }
}

/// The address of SNS at `place`, for opening a connection during init.
pub async fn endpoint(place: &Place) -> Option<String> {
    let params = Params::builder().region(&place.region).set_endpoint(place.endpoint.clone()).build().ok()?;
    Some(DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().to_owned())
}

impl Topic for SnsTopic {
    async fn publish(&self, question: &Question, trace: Option<&str>) -> Result<(), NotPublished> {
        let until = Instant::now() + OPERATION;
        let mut pauses = PAUSES.into_iter();
        loop {
            let attempt = timeout_at(until, self.attempt(question, trace)).await;
            let failed = match attempt.unwrap_or(Err(NotPublished::OutcomeUnknown("no answer in time"))) {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            };
            let pause = pauses.next().filter(|_| failed.may_pass());
            let Some(pause) = pause else { return Err(failed) };
            tracing::warn!(reason = %failed, "topic will be tried again");
            sleep(pause).await;
        }
    }
}

fn text_attribute(value: &str) -> Option<MessageAttributeValue> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build().ok()
}
