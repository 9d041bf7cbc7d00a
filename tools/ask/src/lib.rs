//! A terminal client for the chat API: it subscribes, asks, and prints the answer as it arrives.
//!
//! What can be decided without a network is decided in [`realtime`] (the WebSocket protocol) and [`answer`] (order and
//! completeness), which do no I/O and read no clock. [`conversation`] drives both; [`load`] runs many conversations.
//! The environment is read in [`config`] only.

pub mod answer;
pub mod api;
pub mod config;
pub mod conversation;
pub mod failure;
pub mod load;
pub mod program;
pub mod realtime;
pub mod report;
pub mod socket;
pub mod texts;
