//! Takes an answer from its source into the buffer, and decides how it ended.

use std::time::Duration;

use chat::{Error, ErrorCode, Question, Usage};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::backoff::Backoff;
use crate::buffer::Buffer;
use crate::source::{AnswerSource, AnswerStream, Piece};

/// The first pause between tries of a model: short, because a connection that died in a frozen sandbox is the usual reason.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// No pause is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Tries after the first where the model is throttled or not there: some seconds together.
const RETRIES: u32 = 6;
/// Tries after the first where the model failed while it worked on this question.
const RETRIES_AFTER_WORK: u32 = 1;
/// How long the price of a complete answer may take to follow. The answer ends without it then.
const USAGE_WAIT: Duration = Duration::from_secs(2);
/// Why a model may stop without a word and still have said what there is to say.
const TELLING_STOPS: [&str; 4] = ["content_filtered", "guardrail_intervened", "max_tokens", "model_context_window_exceeded"];

/// The time a reader has.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The longest silence of a model that is taken for thinking.
    pub idle: Duration,
    /// When reading ends, whatever is still to come.
    pub cutoff: Instant,
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The model's word for why it stopped, or what went wrong.
    pub outcome: Result<String, ErrorCode>,
    /// What it cost, where the model told.
    pub usage: Option<Usage>,
    /// Tries beyond the first.
    pub retries: u32,
}

/// Reads the answer to `question` from `source` into `buffer` until it ends, one way or another, and says how.
///
/// A failure that may pass is tried again while the reader has seen no text. After that a new try would be a second answer.
pub async fn read<S: AnswerSource>(source: &S, question: &Question, buffer: &Buffer, patience: Patience) -> Ending {
    let mut retries = 0;
    let answer = async {
        let mut many = Backoff::new(RETRIES, FIRST_PAUSE, LONGEST_PAUSE);
        let mut few = Backoff::new(RETRIES_AFTER_WORK, FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let failed = match attempt(source, question, buffer, patience.idle).await {
                Ok(complete) => return Ok(complete),
                Err(failed) => failed,
            };
            let pause = match failed {
                Error::Retry(_) if buffer.first().is_some() => None,
                Error::Retry(ErrorCode::ModelThrottled | ErrorCode::ModelUnavailable) => many.pause(),
                Error::Retry(_) => few.pause(),
                Error::Tell(_) | Error::GiveUp(_) => None,
            };
            let Some(pause) = pause else { return Err(failed.code()) };
            retries += 1;
            tracing::warn!(code = %failed.code(), pauseMs = pause.as_millis(), "model will be tried again");
            sleep(pause).await;
        }
    };
    let result = timeout_at(patience.cutoff, answer).await.unwrap_or(Err(ErrorCode::Deadline));
    match result {
        Ok((stop, usage)) if buffer.first().is_none() && !TELLING_STOPS.contains(&stop.as_str()) => {
            Ending { outcome: Err(ErrorCode::EmptyAnswer), usage, retries }
        }
        Ok((stop, usage)) => Ending { outcome: Ok(stop), usage, retries },
        Err(code) => Ending { outcome: Err(code), usage: None, retries },
    }
}

/// One try: the stop reason and the price of a complete answer.
async fn attempt<S: AnswerSource>(
    source: &S,
    question: &Question,
    buffer: &Buffer,
    idle: Duration,
) -> Result<(String, Option<Usage>), Error> {
    let silent = |_| Error::Tell(ErrorCode::ModelTimeout);
    let mut stream = timeout(idle, source.open(question)).await.map_err(silent)??;
    let mut usage = None;
    loop {
        match timeout(idle, stream.next()).await.map_err(silent)?? {
            Some(Piece::Text(text)) => buffer.push(text.as_str()).await,
            Some(Piece::Usage(told)) => usage = Some(told),
            Some(Piece::Busy) => {}
            Some(Piece::Stop(reason)) => {
                buffer.complete();
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

/// The price that follows a complete answer. Whatever else happens now no longer matters.
async fn trailing_usage(stream: &mut impl AnswerStream) -> Option<Usage> {
    let usage = async {
        loop {
            match stream.next().await {
                Ok(Some(Piece::Usage(usage))) => return Some(usage),
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    };
    timeout(USAGE_WAIT, usage).await.ok().flatten()
}
