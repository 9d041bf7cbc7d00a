//! Runs `ask` as a user would.

use std::{path::PathBuf, process::Stdio, time::Duration};

use fakes::appsync::AppSync;
use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, process::Command, time::timeout};

/// No test waits for `ask` longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a finished program left behind.
#[derive(Debug)]
pub struct Finished {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Finished {
    /// Standard output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// `ask` with nothing in its environment.
pub fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ask"));
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// `ask` with this API and the key it takes by default.
pub fn ask(api: &AppSync) -> Command {
    let mut command = bare();
    command.args(["--graphql-url", &api.url(), "--realtime-url", &api.realtime_url()]).env("ASK_API_KEY", "da2-key");
    command
}

/// Runs to the end.
pub async fn finish(command: &mut Command) -> Finished {
    finish_with_input(command, "").await
}

/// Runs to the end with this on standard input.
pub async fn finish_with_input(command: &mut Command, input: &str) -> Finished {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A program that refuses its arguments does not read its input.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = timeout(PATIENCE, child.wait_with_output()).await.expect("ask ends").unwrap();
    Finished {
        code: output.status.code().expect("ask exits"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file of this test's own, removed when the guard goes.
pub struct File(pub PathBuf);

impl File {
    pub fn new(name: &str, text: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
