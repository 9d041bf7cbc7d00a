//! Runs the real binary against an `AppSync` that speaks the real protocol on a local port and misbehaves on demand.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod asking;
mod configuration;
mod failing;
mod load;
mod program;
