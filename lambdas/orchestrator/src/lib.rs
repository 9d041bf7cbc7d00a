//! The function that answers: a question from SNS, a stream from the model, paced mutations to AppSync.
//!
//! One answer is two tasks joined by a [`buffer`]: the [`reader`] takes pieces from an [`source::AnswerSource`] and never waits
//! for the [`publisher`], which hands chunks to an [`sink::AnswerSink`] at the [`pacer`]'s pace. [`answer`] joins them,
//! [`handler`] decides what an invocation returns. [`bedrock`] and [`appsync`] are the two ends on AWS; nothing else knows AWS,
//! and only [`config`] reads the environment.

pub mod answer;
pub mod appsync;
pub mod backoff;
pub mod bedrock;
pub mod buffer;
pub mod config;
pub mod handler;
pub mod pacer;
pub mod publisher;
pub mod reader;
pub mod recent;
pub mod records;
pub mod sink;
pub mod source;

#[cfg(test)]
mod scripted;
