//! The built function as Lambda runs it, against fakes of the Runtime API and SNS. Everything runs at TRACE level, and every
//! test ends with a search of all output for everything that must not be in it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken assumption is a failed test")]

mod faults;
mod harness;
mod logs;
mod questions;
mod start;
