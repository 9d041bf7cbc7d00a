//! Where an answer comes from.

use chat::{Error, Question, StopReason, Text, Usage};

/// Produces answers: a model, or in tests a script.
pub trait AnswerSource: Send + Sync + 'static {
    /// An answer under way.
    type Stream: AnswerStream;

    /// Starts the answer to `question`. Opening it again is a new answer, with its own cost.
    ///
    /// # Errors
    /// [`Error::Retry`] where another try may succeed, else [`Error::Tell`]. It makes no second try itself.
    fn open(&self, question: &Question) -> impl Future<Output = Result<Self::Stream, Error>> + Send;
}

/// An answer under way.
pub trait AnswerStream: Send {
    /// The next event, or `None` where the stream ended. It may wait for ever: the caller keeps the time. A call that is
    /// dropped loses nothing.
    ///
    /// # Errors
    /// As [`AnswerSource::open`]. The stream is over then.
    fn next(&mut self) -> impl Future<Output = Result<Option<ModelEvent>, Error>> + Send;
}

/// What a model's stream brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelEvent {
    /// Text for the reader.
    Text(Text),
    /// The answer is complete.
    Stop(StopReason),
    /// The tokens the answer used. It may follow [`ModelEvent::Stop`].
    Usage(Usage),
    /// Work that is not for the reader, such as reasoning. It shows that the model is alive.
    Busy,
}
