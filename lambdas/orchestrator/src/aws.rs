//! The two ends of an answer on AWS. Nothing in [`crate::answer`] knows them.

pub mod appsync;
pub mod bedrock;
pub mod refusals;
