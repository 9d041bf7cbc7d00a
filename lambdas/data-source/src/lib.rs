//! The function behind `Query.getLlmResponse`: checks a question, hands it to the topic and acknowledges it.
//!
//! A question goes through [`request`] (what AppSync sent, and every rule it breaks), [`handler`] (the decision) and
//! [`topic`] (SNS). Only [`config`] reads the environment.

pub mod config;
pub mod handler;
pub mod request;
pub mod topic;
