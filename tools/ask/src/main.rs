//! `ask`: see the library's documentation, and `ask --help`.

use std::process::ExitCode;

use ask::{config::Arguments, program};
use clap::Parser as _;

fn main() -> ExitCode {
    ExitCode::from(program::run(Arguments::parse()))
}
