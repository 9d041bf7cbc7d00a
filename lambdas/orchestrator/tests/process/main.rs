//! The built function as Lambda runs it, against fakes of the Runtime API, Bedrock and AppSync. Everything runs at TRACE level,
//! and every test ends with a search of all output for every question, token, secret and key used.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken assumption is a failed test")]

mod appsync_faults;
mod deadline;
mod harness;
mod logs;
mod memory;
mod model_faults;
mod model_request;
mod pacing;
mod properties;
mod reader;
mod records;
mod start;
mod text;
