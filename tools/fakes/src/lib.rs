//! The services around the two functions and the terminal client, in process, for tests and for the benchmark: the Lambda Runtime
//! API, SNS, Bedrock's `ConverseStream` and `AppSync`, and a harness that runs a built function the way Lambda does.
//!
//! What they check is what AWS checks (signatures, sizes, the schema's input types); what they record is what a test asks
//! about (order, times, connections). Nothing here is shared with the functions: framing and signatures are written from the
//! specifications, so that a mistake in the functions or the SDK cannot agree with itself.
//! Every server listens on a free port of the loopback interface and stops when dropped.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fake that cannot start, or whose lock is poisoned, must stop its test loudly"
)]

pub mod appsync;
pub mod aws;
pub mod bedrock;
pub mod event_stream;
pub mod events;
pub mod function;
pub mod http;
pub mod pieces;
pub mod runtime_api;
pub mod schema;
pub mod secrets;
pub mod sigv4;
pub mod sns;
pub mod tls;
pub mod wait;
