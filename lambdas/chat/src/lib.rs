//! The conversation contract: what a question is, what a piece of an answer is, and what can go wrong.
//!
//! Both functions speak through these types, whatever carries them. This crate must not know AWS, an async runtime, the
//! environment or a clock; `tests/dependencies.rs` proves it. The same contract for clients is `deployment/api/schema.graphql`.

mod apology;
mod error;
mod event;
mod ids;
mod locale;
mod question;
mod text;

pub use error::{Advice, Error, ErrorCode};
pub use event::{END_MARKER, ERROR_MARKER, Event, START_MARKER, StreamEvent, Usage};
pub use ids::{AnswerId, Broken, Owner, RequestId, SessionId};
pub use locale::Locale;
pub use question::{Malformed, Question};
pub use text::Text;
