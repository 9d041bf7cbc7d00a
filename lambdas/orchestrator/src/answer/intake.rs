//! Takes an answer from its source into the buffer, and decides how it ended.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use chat::{Error, ErrorCode, StopReason, Usage};
use tokio::time::{sleep, timeout, timeout_at};

use super::backoff::pauses;
use super::buffer::Sender;
use super::context::Context;
use super::ending::Ending;
use super::source::{AnswerSource, AnswerStream, ModelEvent};

/// The first pause between tries of a model: short, because a connection that died in a frozen sandbox is the usual reason.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No pause is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Tries after the first where the model is throttled or not there: some seconds together.
const RETRIES: usize = 6;
/// Tries after the first where the model failed while it worked on this question.
const RETRIES_AFTER_WORK: usize = 1;
/// How long the usage of a complete answer may take to follow. The answer ends without it then.
const USAGE_WAIT: Duration = Duration::from_secs(2);
/// How long a silent model is waited for once more. A sandbox that was frozen wakes with its time up, while the model's text may
/// wait unread in the socket.
const SECOND_LOOK: Duration = Duration::from_millis(100);

/// Takes in the answer to the question of `context` until it ends, one way or another, and says how. Dropping `buffer` at the
/// end tells the publisher that no more text will come.
///
/// A failure that may pass is tried again while there is no text. After that a new try would be a second answer.
pub async fn take_in<S: AnswerSource>(source: Arc<S>, context: Context, buffer: Sender) -> Ending {
    let mut intake = Intake { context: &context, buffer: Some(buffer), spoke: false, retries: 0 };
    let result = timeout_at(context.intake_ends(), intake.answer(&*source)).await.unwrap_or(Err(ErrorCode::Deadline));
    let (outcome, usage) = match result {
        Ok((stop, usage)) if !intake.spoke && !stop.explains_silence() => (Err(ErrorCode::EmptyAnswer), usage),
        Ok((stop, usage)) => (Ok(stop), usage),
        Err(code) => (Err(code), None),
    };
    Ending { outcome, usage, retries: intake.retries }
}

struct Intake<'a> {
    /// What is asked, and how long it may take.
    context: &'a Context,
    /// Where text goes. `None` once the model has stopped: dropping it lets the publisher end while the usage is still awaited.
    buffer: Option<Sender>,
    /// There was text. From then on nothing is tried again: a second answer would not fit the first.
    spoke: bool,
    /// Tries beyond the first.
    retries: u32,
}

impl Intake<'_> {
    /// Tries until there is an answer, or a reason to try no more.
    async fn answer<S: AnswerSource>(&mut self, source: &S) -> Result<(StopReason, Option<Usage>), ErrorCode> {
        let mut many = pauses(FIRST_PAUSE, LONGEST_PAUSE).take(RETRIES);
        let mut few = pauses(FIRST_PAUSE, LONGEST_PAUSE).take(RETRIES_AFTER_WORK);
        loop {
            let failed = match self.attempt(source).await {
                Ok(complete) => return Ok(complete),
                Err(failed) => failed,
            };
            let pause = match failed {
                Error::Retry(_) if self.spoke => None,
                Error::Retry(ErrorCode::ModelThrottled | ErrorCode::ModelUnavailable) => many.next(),
                Error::Retry(_) => few.next(),
                Error::Tell(_) => None,
            };
            let Some(pause) = pause else { return Err(failed.code()) };
            self.retries += 1;
            tracing::warn!(code = %failed.code(), pauseMs = pause.as_millis(), "model will be tried again");
            sleep(pause).await;
        }
    }

    /// One try: the stop reason and the usage of a complete answer.
    async fn attempt<S: AnswerSource>(&mut self, source: &S) -> Result<(StopReason, Option<Usage>), Error> {
        let idle = self.context.pace.idle_timeout;
        let mut stream = unless_silent(idle, source.open(&self.context.question)).await??;
        let mut usage = None;
        loop {
            match unless_silent(idle, stream.next()).await?? {
                Some(ModelEvent::Text(text)) => self.push(text.as_str()).await,
                Some(ModelEvent::Usage(told)) => usage = Some(told),
                Some(ModelEvent::Busy) => {}
                Some(ModelEvent::Stop(reason)) => {
                    self.buffer = None;
                    let usage = match usage {
                        Some(usage) => Some(usage),
                        None => trailing_usage(&mut stream).await,
                    };
                    return Ok((reason, usage));
                }
                None => return Err(Error::Retry(ErrorCode::ModelInterrupted)),
            }
        }
    }

    async fn push(&mut self, text: &str) {
        self.spoke |= !text.is_empty();
        if let Some(buffer) = &self.buffer {
            buffer.push(text).await;
        }
    }
}

/// What `answer` brings, unless it takes longer than `idle`.
async fn unless_silent<T>(idle: Duration, answer: impl Future<Output = T>) -> Result<T, Error> {
    let mut answer = pin!(answer);
    if let Ok(answer) = timeout(idle, &mut answer).await {
        return Ok(answer);
    }
    timeout(SECOND_LOOK, answer).await.map_err(|_| Error::Tell(ErrorCode::ModelTimeout))
}

/// The usage that follows a complete answer. Whatever else happens now no longer matters.
async fn trailing_usage(stream: &mut impl AnswerStream) -> Option<Usage> {
    let usage = async {
        loop {
            match stream.next().await {
                Ok(Some(ModelEvent::Usage(usage))) => return Some(usage),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    };
    timeout(USAGE_WAIT, usage).await.ok().flatten()
}
