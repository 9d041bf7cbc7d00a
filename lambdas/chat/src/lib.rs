//! The conversation contract: what a question is, what a piece of an answer is, and what can go wrong.
//!
//! Both functions speak through these types, whatever carries them. This crate must not know AWS, an async runtime, the
//! environment or a clock; `tests/dependencies.rs` proves it. The same contract for clients is `deployment/api/schema.graphql`.

mod apology;
mod error;
mod ids;
mod locale;
mod message;
mod piece;
mod question;
mod stop_reason;
mod text;
mod violation;

pub use error::{Advice, Error, ErrorCode};
pub use ids::{AnswerId, Owner, RequestId, SessionId};
pub use locale::Locale;
pub use message::Message;
pub use piece::{END_MARKER, ERROR_MARKER, Event, Piece, START_MARKER, Usage};
pub use question::{Question, Recipient, Unreadable};
pub use stop_reason::StopReason;
pub use text::Text;
pub use violation::Violation;
