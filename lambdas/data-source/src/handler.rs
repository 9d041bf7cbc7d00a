//! Decides what becomes of one question.

use chat::Question;
use lambda_runtime::{Context, LambdaEvent};
use platform::clock;
use platform::logs::Pseudonyms;
use platform::metrics::{Metrics, Unit};
use serde_json::{Value, json};
use tokio::time::Instant;
use tracing::Instrument;

use crate::config::Config;
use crate::request::{self, Violation};
use crate::topic::{NotPublished, Topic};

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
            pseudonyms: Pseudonyms::new(&config.log_salt),
            metrics: Metrics::new(config.metrics_namespace.clone(), config.function_name.clone()),
        }
    }

    /// Takes one invocation and returns what the resolver gets.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Value {
        let (payload, context) = event.into_parts();
        match request::question(&payload, self.max_message_chars, clock::epoch_ms()) {
            Ok(question) => {
                let span = tracing::error_span!(
                    "question",
                    functionRequestId = %context.request_id,
                    requestId = %question.request_id,
                    session = self.pseudonyms.of(&question.session_id),
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
                tracing::info!(publishMs = publish_ms, locale = %question.locale, "question published");
                self.metrics.emit(&timing, None);
                acknowledgement(question)
            }
            Err(reason) => {
                tracing::error!(publishMs = publish_ms, %reason, "question not published");
                let code = match reason {
                    NotPublished::Unreachable => "topic_unreachable",
                    NotPublished::Refused(_) => "topic_refused",
                };
                self.metrics.emit(&timing, Some(code));
                json!({"error": {"type": "ServiceUnavailable", "message": "The question could not be taken. Please try again."}})
            }
        }
    }

    fn refuse(&self, violations: &[Violation], context: &Context) -> Value {
        let fields: Vec<_> = violations.iter().map(|violation| violation.field).collect();
        tracing::info!(functionRequestId = %context.request_id, fields = fields.join(","), "question refused");
        self.metrics.emit(&[("Refused", Unit::Count, 1)], None);
        let rules: Vec<_> = violations.iter().map(|violation| format!("{} {}", violation.field, violation.rule)).collect();
        json!({"error": {"type": "BadRequest", "message": rules.join("; "), "violations": violations}})
    }
}

/// The blog's acknowledgement, and which question it is for.
fn acknowledgement(question: &Question) -> Value {
    json!({
        "sessionId": question.session_id.as_str(),
        "locale": question.locale.code(),
        "requestId": question.request_id.as_str(),
        "messages": [{"content": "success", "contentType": "PlainText"}],
    })
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use chat::Question;
    use lambda_runtime::{Context, LambdaEvent};
    use platform::aws::Place;
    use serde_json::{Value, json};

    use super::Handler;
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
            log_salt: "salt".to_owned(),
            metrics_namespace: "Test".to_owned(),
            function_name: "test".to_owned(),
            sns: Place { region: "eu-west-1".to_owned(), endpoint: None },
        };
        let event = json!({
            "arguments": {"input": {"sessionId": "abcdefghijklmnop", "message": message, "locale": "en_US"}},
            "identity": null,
            "requestId": "3f2b8f0e-9c1d-4d7a-8a55-0d6a5b1f2c3d",
        });
        let mut context = Context::default();
        context.xray_trace_id = Some("Root=1-2-3".to_owned());
        Handler::new(topic, &config).handle(LambdaEvent::new(event, context)).await
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
        for reason in [NotPublished::Unreachable, NotPublished::Refused(403)] {
            let reply = ask(&topic(Err(reason)), "Why?").await;
            let expected = "The question could not be taken. Please try again.";
            assert_eq!(reply, json!({"error": {"type": "ServiceUnavailable", "message": expected}}));
        }
    }
}
