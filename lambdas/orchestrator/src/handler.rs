//! Decides what becomes of an invocation: which records are questions, what is logged and counted, what Lambda is told.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chat::{AnswerId, ErrorCode, Question};
use futures_util::FutureExt;
use futures_util::future::join_all;
use lambda_runtime::{Context, LambdaEvent};
use platform::logs::Pseudonyms;
use platform::metrics::{Metrics, Unit};
use platform::{Failed, clock};
use serde_json::Value;
use tracing::Instrument;

use crate::answer::{self, Pace, Report};
use crate::config::Config;
use crate::recent::Recent;
use crate::records::{self, Record};
use crate::sink::AnswerSink;
use crate::source::AnswerSource;

/// The event is none of SNS.
pub const NOT_AN_SNS_EVENT: Failed = Failed { kind: "NotAnSnsEvent", meaning: "the event is not one of an SNS topic" };
/// At least one question's reader got neither an answer nor an error.
pub const READER_NOT_TOLD: Failed = Failed { kind: "ReaderNotTold", meaning: "a reader could not be told how an answer ended" };

/// Answers invocations.
pub struct Handler<S, K> {
    source: Arc<S>,
    sink: K,
    pace: Pace,
    pseudonyms: Pseudonyms,
    metrics: Metrics,
    recent: Recent,
}

impl<S: AnswerSource, K: AnswerSink> Handler<S, K> {
    /// A handler that answers from `source` to `sink`.
    pub fn new(source: S, sink: K, config: &Config) -> Self {
        Self {
            source: Arc::new(source),
            sink,
            pace: Pace {
                flush_interval: config.flush_interval,
                idle_timeout: config.idle_timeout,
                buffer_limit: config.buffer_limit(),
            },
            pseudonyms: Pseudonyms::new(&config.log_salt),
            metrics: Metrics::new(config.metrics_namespace.clone(), config.function_name.clone()),
            recent: Recent::default(),
        }
    }

    /// Answers the question of each record. Records that are no questions are logged by their shape and left alone.
    ///
    /// # Errors
    /// The event should go to the dead letter: it is none of SNS, or a reader could not be told how the answer ended.
    pub async fn handle(&self, event: LambdaEvent<Value>) -> Result<(), Failed> {
        let (payload, context) = event.into_parts();
        let Some(records) = records::records(payload) else {
            tracing::error!(functionRequestId = %context.request_id, "not an SNS event");
            return Err(NOT_AN_SNS_EVENT);
        };
        let told = join_all(records.into_iter().map(|record| self.record(record, &context))).await;
        if told.into_iter().all(|told| told) { Ok(()) } else { Err(READER_NOT_TOLD) }
    }

    /// Whether nobody is left waiting because of this record.
    async fn record(&self, record: Record, context: &Context) -> bool {
        let question = match record.question {
            Ok(question) => question,
            Err(malformed) => {
                let message_id = record.message_id;
                tracing::error!(functionRequestId = %context.request_id, snsMessageId = message_id, %malformed, "record is no question");
                self.metrics.emit(&[("MalformedRecords", Unit::Count, 1)], None);
                return true;
            }
        };
        let span = tracing::error_span!(
            "answer",
            functionRequestId = %context.request_id,
            requestId = %question.request_id,
            session = self.pseudonyms.of(&question.session_id),
        );
        let answered = async {
            if !self.recent.take_up(&question) {
                tracing::info!("question was already taken up");
                return true;
            }
            let told = self.answer(&question, context.deadline).await;
            if !told {
                self.recent.forget(&question);
            }
            told
        };
        answered.instrument(span).await
    }

    async fn answer(&self, question: &Question, deadline_ms: u64) -> bool {
        let queue_wait = Duration::from_millis(clock::epoch_ms().saturating_sub(question.asked_at_ms));
        let deadline = clock::instant_at(deadline_ms);
        let answer_id = AnswerId(fastrand::u64(..));
        let report = answer::answer(question, answer_id, &self.source, &self.sink, self.pace, deadline);
        // The runtime would put a panic's message, which may quote content, into the invocation's error.
        let Ok(report) = AssertUnwindSafe(report).catch_unwind().await else {
            self.metrics.emit(&[], Some(ErrorCode::Internal.as_str()));
            return false;
        };
        self.summarise(question, answer_id, &report, queue_wait);
        report.delivery.told
    }

    fn summarise(&self, question: &Question, answer_id: AnswerId, report: &Report, queue_wait: Duration) {
        let Report { delivery, ending, first_text, took } = report;
        let usage = ending.as_ref().and_then(|ending| ending.usage);
        let retries = delivery.retries + ending.as_ref().map_or(0, |ending| ending.retries);
        let stop_reason = ending.as_ref().and_then(|ending| ending.outcome.as_deref().ok());
        let code = delivery.error.map(ErrorCode::as_str);

        let mut values = vec![
            ("QueueWaitMs", Unit::Milliseconds, ms(queue_wait)),
            ("AnswerMs", Unit::Milliseconds, ms(*took)),
            ("Mutations", Unit::Count, delivery.mutations.into()),
            ("Retries", Unit::Count, retries.into()),
        ];
        values.extend(first_text.map(|time| ("ModelFirstTokenMs", Unit::Milliseconds, ms(time))));
        values.extend(delivery.first_lag.map(|lag| ("FirstPublishLagMs", Unit::Milliseconds, ms(lag))));
        if let Some(usage) = usage {
            values.push(("InputTokens", Unit::Count, usage.input_tokens.into()));
            values.push(("OutputTokens", Unit::Count, usage.output_tokens.into()));
        }
        self.metrics.emit(&values, code);

        tracing::info!(
            locale = %question.locale,
            answerId = %answer_id,
            stopReason = stop_reason,
            errorCode = code,
            told = delivery.told,
            queueWaitMs = ms(queue_wait),
            modelFirstTokenMs = first_text.map(ms),
            firstPublishLagMs = delivery.first_lag.map(ms),
            answerMs = ms(*took),
            mutations = delivery.mutations,
            retries,
            inputTokens = usage.map(|usage| usage.input_tokens),
            outputTokens = usage.map(|usage| usage.output_tokens),
            "answer ended"
        );
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
