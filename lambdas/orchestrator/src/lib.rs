//! The function that answers: a question from SNS, a stream from the model, paced mutations to AppSync.
//!
//! [`handler`] takes an event and decides what an invocation returns; [`answer`] is the engine that turns one question into
//! pieces; [`aws`] holds the two ends of an answer on AWS. Only [`config`] reads the environment.

pub mod answer;
pub mod aws;
pub mod config;
pub mod handler;
pub mod recent;
pub mod records;
