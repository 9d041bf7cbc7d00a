//! Decides what becomes of one question.

use chat::{Question, Recipient, Violation};
use lambda_runtime::{Context, LambdaEvent};
use platform::clock;
use platform::logs::Pseudonyms;
use platform::metrics::{Metrics, Unit};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::Instrument;

use crate::config::Config;
use crate::request;
use crate::topic::{NotPublished, Topic};

/// What callers hear where the question certainly was not taken.
const NOT_TAKEN: &str = "The question could not be taken. Please try again.";
/// What callers hear where there are too many questions at once.
const BUSY: &str = "Too many questions at the moment. Please try again shortly.";
/// What callers hear where asking again might answer the question twice.
const OUTCOME_UNKNOWN: &str = "It is not known whether the question was taken. Its answer may still arrive.";

/// Answers invocations. The reply is always a value: the resolver turns an `error` in it into a GraphQL error, so a caller
/// never gets half a result.
pub struct Handler<T> {
    topic: T,
    max_message_chars: usize,
    pseudonyms: Pseudonyms,
    metrics: Metrics,
}

impl<T: Topic> Handler<T> {
    /// A handler that hands questions to `topic`.
    pub fn new(topic: T, config: &Config) -> Self {
        Self {
            topic,
            max_message_chars: config.max_message_chars,
            pseudonyms: Pseudonyms::new(&config.common.log_salt),
            metrics: Metrics::new(config.common.metrics_namespace.clone(), config.common.function_name.clone()),
        }
    }

    /// Takes one invocation and returns what the resolver gets.
    pub async fn handle(&self, event: LambdaEvent<Box<RawValue>>) -> Value {
        let (payload, context) = event.into_parts();
        match request::question(payload.get(), self.max_message_chars, clock::epoch_ms()) {
            Ok(question) => {
                let span = tracing::error_span!(
                    "question",
                    functionRequestId = %context.request_id,
                    requestId = %question.recipient.request_id,
                    session = self.pseudonyms.of(&question.recipient.session_id),
                );
                self.publish(&question, &context).instrument(span).await
            }
            Err(violations) => self.refuse(&violations, &context),
        }
    }

    async fn publish(&self, question: &Question, context: &Context) -> Value {
        let started = Instant::now();
        let published = self.topic.publish(question, context.xray_trace_id.as_deref()).await;
        let publish_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let timing = [("PublishMs", Unit::Milliseconds, publish_ms)];
        match published {
            Ok(()) => {
                tracing::info!(publishMs = publish_ms, locale = %question.recipient.locale, "question published");
                self.metrics.emit(&timing, None);
                acknowledgement(&question.recipient)
            }
            Err(reason) => {
                tracing::error!(publishMs = publish_ms, %reason, "question not published");
                let (code, error_type, message) = match reason {
                    NotPublished::Unreachable(_) => ("topic_unreachable", "ServiceUnavailable", NOT_TAKEN),
                    NotPublished::Refused(_) => ("topic_refused", "ServiceUnavailable", NOT_TAKEN),
                    NotPublished::Throttled => ("topic_throttled", "Busy", BUSY),
                    NotPublished::OutcomeUnknown(_) => ("topic_outcome_unknown", "OutcomeUnknown", OUTCOME_UNKNOWN),
                };
                self.metrics.emit(&timing, Some(code));
                json!({"error": {"type": error_type, "message": message}})
            }
        }
    }

    fn refuse(&self, violations: &[Violation], context: &Context) -> Value {
        let fields: Vec<_> = violations.iter().map(|violation| violation.field).collect();
        tracing::info!(functionRequestId = %context.request_id, fields = fields.join(","), "question refused");
        self.metrics.emit(&[("Refused", Unit::Count, 1)], None);
        let rules: Vec<_> = violations.iter().map(ToString::to_string).collect();
        json!({"error": {"type": "BadRequest", "message": rules.join("; "), "violations": violations}})
    }
}

/// The blog's acknowledgement, and which question it is for.
fn acknowledgement(recipient: &Recipient) -> Value {
    json!({
        "sessionId": recipient.session_id.as_str(),
        "locale": recipient.locale.code(),
        "requestId": recipient.request_id.as_str(),
        "messages": [{"content": "success", "contentType": "PlainText"}],
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use chat::Question;
    use lambda_runtime::{Context, LambdaEvent};
    use platform::aws::Place;
    use platform::settings::Common;
    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::{BUSY, Handler, NOT_TAKEN, OUTCOME_UNKNOWN};
    use crate::config::Config;
    use crate::topic::{NotPublished, Topic};

    struct Recorded {
        questions: RefCell<Vec<(Question, Option<String>)>>,
        outcome: Result<(), NotPublished>,
    }

    impl Topic for &Recorded {
        async fn publish(&self, question: &Question, trace: Option<&str>) -> Result<(), NotPublished> {
            self.questions.borrow_mut().push((question.clone(), trace.map(str::to_owned)));
            self.outcome
        }
    }

    async fn ask(topic: &Recorded, message: &str) -> Value {
        let config = Config {
            topic_arn: String::new(),
            max_message_chars: 100,
            common: Common {
                log_salt: "salt".to_owned(),
                metrics_namespace: "Test".to_owned(),
                function_name: "test".to_owned(),
                region: "eu-west-1".to_owned(),
            },
            sns: Place { region: "eu-west-1".to_owned(), endpoint: None },
        };
        let event = json!({
            "arguments": {"input": {"sessionId": "abcdefghijklmnop", "message": message, "locale": "en_US"}},
            "identity": null,
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d",
        });
        let mut context = Context::default();
        context.xray_trace_id = Some("Root=1-2-3".to_owned());
        Handler::new(topic, &config).handle(LambdaEvent::new(to_raw_value(&event).unwrap(), context)).await
    }

    fn topic(outcome: Result<(), NotPublished>) -> Recorded {
        Recorded { questions: RefCell::default(), outcome }
    }

    #[tokio::test]
    async fn a_good_question_is_published_once_and_acknowledged() {
        let topic = topic(Ok(()));
        let expected = json!({
            "sessionId": "abcdefghijklmnop",
            "locale": "en_US",
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d",
            "messages": [{"content": "success", "contentType": "PlainText"}],
        });
        assert_eq!(ask(&topic, "Why?").await, expected);
        let questions = topic.questions.borrow();
        assert_eq!(questions.len(), 1);
        assert_eq!((questions[0].0.message.as_str(), questions[0].1.as_deref()), ("Why?", Some("Root=1-2-3")));
    }

    #[tokio::test]
    async fn a_bad_question_is_refused_with_its_violations_and_not_published() {
        let topic = topic(Ok(()));
        let expected = json!({"error": {
            "type": "BadRequest",
            "message": "message must not be blank",
            "violations": [{"field": "message", "rule": "must not be blank"}],
        }});
        assert_eq!(ask(&topic, " ").await, expected);
        assert!(topic.questions.borrow().is_empty());
    }

    #[tokio::test]
    async fn a_failing_topic_is_an_error_without_internals() {
        for (reason, error_type, message) in [
            (NotPublished::Unreachable("connection refused"), "ServiceUnavailable", NOT_TAKEN),
            (NotPublished::Refused(403), "ServiceUnavailable", NOT_TAKEN),
            (NotPublished::Throttled, "Busy", BUSY),
            (NotPublished::OutcomeUnknown("no answer in time"), "OutcomeUnknown", OUTCOME_UNKNOWN),
        ] {
            let reply = ask(&topic(Err(reason)), "Why?").await;
            assert_eq!(reply, json!({"error": {"type": error_type, "message": message}}));
        }
    }
}
