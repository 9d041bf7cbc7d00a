//! Runs a built function the way Lambda does: its environment, its Runtime API, frozen between invocations, killed when its
//! time is up, everything it prints kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};

use crate::aws::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, SESSION_TOKEN};
use crate::runtime_api::{Outcome, RuntimeApi};
use crate::tls::Authority;
use crate::wait;

/// Lambda's own limit for init.
const INIT_LIMIT: Duration = Duration::from_secs(10);
/// How long output may take from the pipe into the record once the process is known to be idle or gone.
const OUTPUT_LIMIT: Duration = Duration::from_secs(5);

/// What to start and with which environment.
#[derive(Clone)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<String>,
    name: String,
    environment: BTreeMap<String, String>,
}

impl Launch {
    /// Prepares `program` with the variables Lambda sets itself and nothing of this process's environment.
    #[must_use]
    pub fn new(program: impl AsRef<Path>, function_name: &str, authority: &Authority) -> Self {
        let bundle = authority.bundle().display().to_string();
        let environment = [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("AWS_SESSION_TOKEN", SESSION_TOKEN),
            ("AWS_REGION", REGION),
            ("AWS_DEFAULT_REGION", REGION),
            ("AWS_LAMBDA_FUNCTION_NAME", function_name),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            ("LAMBDA_TASK_ROOT", "/var/task"),
            ("_HANDLER", "bootstrap"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("SSL_CERT_FILE", &bundle),
        ];
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            name: function_name.to_owned(),
            environment: environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }
    }

    /// Adds an argument, for a program that is an interpreter.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.environment.remove(name);
        self
    }

    /// Starts the process; init runs from here to [`Function::ready`].
    pub async fn start(self) -> Function {
        let runtime = RuntimeApi::start(&self.name).await;
        let started = Instant::now();
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(&self.environment)
            .env("AWS_LAMBDA_RUNTIME_API", runtime.address())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        let output = Arc::new(Mutex::new(Vec::new()));
        let stdout = child.stdout.take().expect("stdout is piped");
        let stderr = child.stderr.take().expect("stderr is piped");
        let readers = [tokio::spawn(record(stdout, Arc::clone(&output))), tokio::spawn(record(stderr, Arc::clone(&output)))];
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)).expect("a started child has an id");
        Function { child, pid, runtime, output, readers, started, frozen: false, completed: 0 }
    }
}

async fn record(stream: impl AsyncRead + Unpin, output: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        output.lock().expect("not poisoned").push(line);
    }
}

/// A started function.
pub struct Function {
    child: Child,
    pid: Pid,
    runtime: RuntimeApi,
    output: Arc<Mutex<Vec<String>>>,
    readers: [tokio::task::JoinHandle<()>; 2],
    started: Instant,
    frozen: bool,
    completed: u64,
}

impl Function {
    /// Waits for the end of init and returns how long it took since the process was started.
    ///
    /// # Errors
    /// Everything printed so far, where the process ended or Lambda's ten seconds passed before it asked for work.
    pub async fn ready(&mut self) -> Result<Duration, String> {
        let mut polls = self.runtime.polls();
        let ready = tokio::select! {
            ready = tokio::time::timeout(INIT_LIMIT, polls.wait_for(|polls| *polls > 0)) => ready.is_ok_and(|polls| polls.is_ok()),
            _ = self.child.wait() => false,
        };
        if ready { Ok(self.started.elapsed()) } else { Err(self.finish_output().await) }
    }

    /// Invokes the function, thawing it first, and freezes it when it asks for the next event. A function still busy after
    /// `timeout` is killed, as Lambda does.
    pub async fn invoke(&mut self, payload: &Value, timeout: Duration) -> Outcome {
        self.thaw();
        let polls_before = *self.runtime.polls().borrow();
        let invocation = self.runtime.invoke(payload, timeout);
        let outcome = tokio::select! {
            outcome = tokio::time::timeout(timeout, invocation.outcome()) => outcome.unwrap_or(Outcome::TimedOut),
            _ = self.child.wait() => Outcome::Crashed,
        };
        if matches!(outcome, Outcome::TimedOut | Outcome::Crashed) {
            self.runtime.abandon();
            // The process may be gone already.
            let _ = kill_process(self.pid, Signal::KILL);
            return outcome;
        }
        let mut polls = self.runtime.polls();
        let idle = polls.wait_for(|polls| *polls > polls_before);
        assert!(tokio::time::timeout(INIT_LIMIT, idle).await.is_ok_and(|polls| polls.is_ok()), "asks for the next event");
        self.completed += 1;
        self.freeze();
        outcome
    }

    /// Stops the process where it stands.
    pub fn freeze(&mut self) {
        kill_process(self.pid, Signal::STOP).expect("the process is running");
        self.frozen = true;
    }

    /// Lets a frozen process go on.
    pub fn thaw(&mut self) {
        if std::mem::take(&mut self.frozen) {
            kill_process(self.pid, Signal::CONT).expect("the process exists");
        }
    }

    /// What the function reported as its init error.
    #[must_use]
    pub fn init_error(&self) -> Option<Value> {
        self.runtime.init_error()
    }

    /// Everything printed so far, standard output and standard error.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.lock().expect("not poisoned").join("\n")
    }

    /// The lines printed so far that are JSON objects.
    #[must_use]
    pub fn log(&self) -> Vec<Value> {
        let lines = self.output.lock().expect("not poisoned");
        lines.iter().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect()
    }

    /// Waits for a JSON line that fulfils `wanted`; `None` where none was printed in time.
    pub async fn logged(&self, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        wait::until(OUTPUT_LIMIT, || self.log().into_iter().find(|line| wanted(line))).await
    }

    /// Process id, for `/proc` and control groups.
    #[must_use]
    pub fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Largest resident memory the process ever had, in bytes.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) * 1024
    }

    /// Ends the process and returns everything it ever printed.
    pub async fn stop(mut self) -> String {
        let _ = kill_process(self.pid, Signal::KILL);
        let _ = self.child.wait().await;
        self.finish_output().await
    }

    async fn finish_output(&mut self) -> String {
        for reader in &mut self.readers {
            // A grandchild that kept the pipe open must not keep the test.
            let _ = tokio::time::timeout(OUTPUT_LIMIT, reader).await;
        }
        self.output()
    }
}
