//! Handing a question to the orchestrator through SNS.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_sdk_sns::types::MessageAttributeValue;
use chat::Question;
use platform::aws::Place;

/// How long one attempt may take. SNS answers in milliseconds; a reader waits for this.
const ATTEMPT: Duration = Duration::from_secs(2);

/// How long all attempts may take together, below the function's 10 s.
const OPERATION: Duration = Duration::from_secs(7);

/// Accepts questions for answering.
pub trait Topic {
    /// Hands over `question`, with the X-Ray `trace` header it came with.
    ///
    /// Handing the same question over twice may answer it twice, so an implementation retries only where the first attempt
    /// most likely failed.
    fn publish(&self, question: &Question, trace: Option<&str>) -> impl Future<Output = Result<(), NotPublished>>;
}

/// The topic did not take the question. The variant tells operators where to look; readers are never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPublished {
    /// No answer: network, endpoint or time.
    #[error("unreachable")]
    Unreachable,
    /// An answer that refuses: permission, key, topic or request. `0` is the HTTP status.
    #[error("refused with status {0}")]
    Refused(u16),
}

/// A topic of SNS.
pub struct SnsTopic {
    client: Client,
    arn: String,
}

impl SnsTopic {
    /// Makes the client. Opens nothing.
    #[must_use]
    pub fn new(http: reqwest::Client, place: &Place, arn: String) -> Self {
        // The SDK's first pause is a second long, which a reader would wait for.
        let retries = RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50));
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION).build();
        Self { client: Client::new(&platform::aws::config(http, place, retries, timeouts)), arn }
    }
}

/// The address of SNS at `place`, for opening a connection during init.
pub async fn endpoint(place: &Place) -> Option<String> {
    let params = Params::builder().region(&place.region).set_endpoint(place.endpoint.clone()).build().ok()?;
    Some(DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().to_owned())
}

impl Topic for SnsTopic {
    async fn publish(&self, question: &Question, trace: Option<&str>) -> Result<(), NotPublished> {
        let publish = self.client.publish().topic_arn(&self.arn).message(question.to_json());
        let publish = publish.set_message_attributes(text_attribute("Question").map(|kind| [("type".to_owned(), kind)].into()));
        let publish = match trace.and_then(text_attribute) {
            Some(trace) => publish.message_attributes("trace", trace),
            None => publish,
        };
        match publish.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(error
                .raw_response()
                .map_or(NotPublished::Unreachable, |response| NotPublished::Refused(response.status().as_u16()))),
        }
    }
}

fn text_attribute(value: &str) -> Option<MessageAttributeValue> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build().ok()
}
