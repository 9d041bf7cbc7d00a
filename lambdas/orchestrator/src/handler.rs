//! Decides what becomes of an invocation: which records are questions, what is logged and counted, what Lambda is told.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chat::{AnswerId, ErrorCode, Question, Recipient, StopReason, Unreadable};
use futures_util::FutureExt;
use futures_util::future::join_all;
use lambda_runtime::LambdaEvent;
use platform::logs::Pseudonyms;
use platform::metrics::{Metrics, Unit};
use platform::{Failed, clock};
use serde_json::value::RawValue;
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span};

use crate::answer::context::{Context, Pace, START_AFTER};
use crate::answer::sink::AnswerSink;
use crate::answer::source::AnswerSource;
use crate::answer::{self, Report, publisher};
use crate::config::Config;
use crate::recent::Recent;
use crate::records::{self, Record};

/// The event is none of SNS.
pub const NOT_AN_SNS_EVENT: Failed = Failed { kind: "NotAnSnsEvent", meaning: "the event is not one of an SNS topic" };
/// At least one question's reader got neither an answer nor an error.
pub const READER_NOT_TOLD: Failed = Failed { kind: "ReaderNotTold", meaning: "a reader could not be told how an answer ended" };
/// At least one record holds no question that this version can read.
pub const QUESTION_UNREADABLE: Failed =
    Failed { kind: "QuestionUnreadable", meaning: "a record is no question of a known version" };

/// Answers invocations.
pub struct Handler<S, K> {
    source: Arc<S>,
    sink: K,
    pace: Pace,
    pseudonyms: Pseudonyms,
    metrics: Metrics,
    recent: Recent,
    /// How long an invocation may take; `None` where nobody said.
    timeout: Option<Duration>,
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
            pseudonyms: Pseudonyms::new(&config.common.log_salt),
            metrics: Metrics::new(config.common.metrics_namespace.clone(), config.common.function_name.clone()),
            recent: Recent::default(),
            timeout: config.timeout,
        }
    }

    /// Answers the question of each record. What holds no question does not keep its siblings from being answered.
    ///
    /// # Errors
    /// The event should go to the dead letter: it is none of SNS, holds something that is no question, or a reader could not be
    /// told how the answer ended.
    pub async fn handle(&self, event: LambdaEvent<Box<RawValue>>) -> Result<(), Failed> {
        let (payload, context) = event.into_parts();
        let received = Instant::now();
        let Some(records) = records::records(payload.get()) else {
            tracing::error!(functionRequestId = %context.request_id, "not an SNS event");
            return Err(NOT_AN_SNS_EVENT);
        };
        let deadline = received + self.time_left(context.deadline);
        let invocation = Invocation { function_request_id: &context.request_id, received, deadline };
        let outcomes = join_all(records.into_iter().map(|record| self.record(record, &invocation))).await;
        outcomes.into_iter().collect()
    }

    /// How long this invocation still has. Lambda says when it ends by the wall clock; where that gives more time than the
    /// function may take, or none, the clock is wrong.
    fn time_left(&self, deadline_ms: u64) -> Duration {
        let told = Duration::from_millis(deadline_ms.saturating_sub(clock::epoch_ms()));
        match self.timeout {
            Some(timeout) if told.is_zero() || told > timeout => timeout,
            _ => told,
        }
    }

    async fn record(&self, record: Record, invocation: &Invocation<'_>) -> Result<(), Failed> {
        match record.question {
            Ok(question) => {
                let span = self.span(&question.recipient, invocation);
                self.question(question, invocation).instrument(span).await
            }
            Err(Unreadable { violation, recipient }) => {
                let (function_request_id, message_id) = (invocation.function_request_id, record.message_id);
                tracing::error!(functionRequestId = function_request_id, snsMessageId = message_id, %violation, "record is no question");
                self.metrics.emit(&[("UnreadableRecords", Unit::Count, 1)], Some(ErrorCode::QuestionUnreadable.as_str()));
                if let Some(recipient) = recipient {
                    let span = self.span(&recipient, invocation);
                    self.apologise(&recipient, invocation).instrument(span).await;
                }
                Err(QUESTION_UNREADABLE)
            }
        }
    }

    fn span(&self, recipient: &Recipient, invocation: &Invocation<'_>) -> Span {
        tracing::error_span!(
            "answer",
            functionRequestId = invocation.function_request_id,
            requestId = %recipient.request_id,
            session = self.pseudonyms.of(&recipient.session_id),
        )
    }

    async fn question(&self, question: Question, invocation: &Invocation<'_>) -> Result<(), Failed> {
        if !self.recent.take_up(&question.recipient) {
            tracing::info!("question was already taken up");
            return Ok(());
        }
        let question = Arc::new(question);
        if self.answer(&question, invocation).await {
            Ok(())
        } else {
            self.recent.forget(&question.recipient);
            Err(READER_NOT_TOLD)
        }
    }

    /// Whether the reader knows how the answer ended.
    async fn answer(&self, question: &Arc<Question>, invocation: &Invocation<'_>) -> bool {
        let context = Context {
            question: Arc::clone(question),
            answer_id: AnswerId(fastrand::u64(..)),
            pace: self.pace,
            received: invocation.received,
            waited: Duration::from_millis(clock::epoch_ms().saturating_sub(question.asked_at_ms)),
            deadline: invocation.deadline,
        };
        let report = answer::answer(&context, &self.source, &self.sink);
        // The runtime would put a panic's message, which may quote content, into the invocation's error.
        let Ok(report) = AssertUnwindSafe(report).catch_unwind().await else {
            self.metrics.emit(&[], Some(ErrorCode::Internal.as_str()));
            return false;
        };
        self.summarise(&context, &report);
        report.delivery.told
    }

    /// Tells whoever waits for an answer to something that could not be read, once they are listening.
    async fn apologise(&self, recipient: &Recipient, invocation: &Invocation<'_>) {
        sleep(START_AFTER).await;
        let answer_id = AnswerId(fastrand::u64(..));
        let delivery =
            publisher::tell(&self.sink, recipient, answer_id, ErrorCode::QuestionUnreadable, invocation.deadline).await;
        tracing::info!(answerId = %answer_id, told = delivery.told, "reader of an unreadable question");
    }

    fn summarise(&self, context: &Context, report: &Report) {
        let Report { delivery, ending, first_text, took } = report;
        let usage = ending.as_ref().and_then(|ending| ending.usage);
        let retries = delivery.retries + ending.as_ref().map_or(0, |ending| ending.retries);
        let stop_reason = ending.as_ref().and_then(|ending| ending.outcome.ok()).map(StopReason::as_str);
        let code = delivery.error.map(ErrorCode::as_str);

        let mut values = vec![
            ("QueueWaitMs", Unit::Milliseconds, ms(context.waited)),
            ("AnswerMs", Unit::Milliseconds, ms(*took)),
            ("Mutations", Unit::Count, delivery.pieces.into()),
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
            locale = %context.question.recipient.locale,
            answerId = %context.answer_id,
            stopReason = stop_reason,
            errorCode = code,
            told = delivery.told,
            queueWaitMs = ms(context.waited),
            modelFirstTokenMs = first_text.map(ms),
            firstPublishLagMs = delivery.first_lag.map(ms),
            answerMs = ms(*took),
            mutations = delivery.pieces,
            retries,
            inputTokens = usage.map(|usage| usage.input_tokens),
            outputTokens = usage.map(|usage| usage.output_tokens),
            "answer ended"
        );
    }
}

/// What all records of one invocation share.
struct Invocation<'a> {
    /// Lambda's id of the invocation.
    function_request_id: &'a str,
    /// When it was here.
    received: Instant,
    /// When it is over.
    deadline: Instant,
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
