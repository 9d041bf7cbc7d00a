//! The fakes around the functions, and the order in which everything is measured.

use std::process::Command;
use std::time::Duration;

use fakes::appsync::AppSync;
use fakes::aws::Latency;
use fakes::bedrock::Bedrock;
use fakes::function::{Function, Launch};
use fakes::sns::Sns;
use fakes::tls::Authority;
use time::OffsetDateTime;
use time::macros::format_description;

use crate::artifacts::Artifacts;
use crate::control_group::{ControlGroup, share};
use crate::lag::milliseconds;
use crate::plan::{APPSYNC_MS, EARLY, FAST, LATE, LONG, Plan, SLOW, SNS_MS};
use crate::results::{Circumstances, Results, Starts, Subject};
use crate::{answers, questions};

/// Functions of both subjects.
pub const FUNCTIONS: [&str; 2] = ["data-source", "orchestrator"];

/// The services of one run.
pub struct Services {
    authority: Authority,
    /// Takes mutations in 25 to 40 ms.
    pub appsync: AppSync,
    /// Answers as scripted.
    pub bedrock: Bedrock,
    /// Takes messages in 10 ms.
    pub sns: Sns,
}

impl Services {
    async fn start() -> Self {
        let authority = Authority::new();
        let (low, high) = APPSYNC_MS;
        let appsync = Latency::Between(Duration::from_millis(low), Duration::from_millis(high));
        Self {
            appsync: AppSync::start(&authority, appsync).await,
            bedrock: Bedrock::start(&authority).await,
            sns: Sns::start(&authority, Latency::Fixed(Duration::from_millis(SNS_MS))).await,
            authority,
        }
    }

    /// A function of a subject, ready to be started.
    pub fn launch(&self, artifacts: &Artifacts, subject: Subject, function: &str, memory_mb: u64) -> Launch {
        // Python reads its trusted roots again for every connection. To be on the safe side the baseline is spared the many roots
        // that it would read on Lambda; the functions load them all.
        let certificate = self.authority.certificate().display().to_string();
        let launch = match subject {
            Subject::Functions => Launch::new(artifacts.function(function), function, &self.authority),
            Subject::Baseline => {
                let folder = artifacts.baseline();
                Launch::new(&artifacts.python, function, &self.authority)
                    .argument(&folder.join("runtime.py").display().to_string())
                    .set("_HANDLER", &format!("{}.handler", function.replace('-', "_")))
                    .set("AWS_CA_BUNDLE", &certificate)
                    .set("REQUESTS_CA_BUNDLE", &certificate)
            }
        };
        launch
            .set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory_mb.to_string())
            .set("AWS_ENDPOINT_URL_SNS", &self.sns.endpoint())
            .set("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", &self.bedrock.endpoint())
            .set("APPSYNC_GRAPHQL_URL", &self.appsync.url())
            .set("SNS_TOPIC_ARN", "arn:aws:sns:eu-central-1:111122223333:questions")
            .set("MODEL_ID", "eu.amazon.nova-micro-v1:0")
            .set("LOG_SALT", "a-salt-for-the-benchmark")
    }

    /// Complains about requests AWS would have refused: what they cost would not be what is claimed.
    pub fn check(&self) -> Result<(), String> {
        let refused = [self.appsync.refused(), self.bedrock.refused(), self.sns.refused()].concat();
        refused.first().map_or(Ok(()), |why| Err(format!("a fake refused a request: {why}")))
    }
}

/// A started function in its control group; the group outlives the process.
pub struct Limited {
    /// The process.
    pub function: Function,
    /// Its group.
    pub group: ControlGroup,
    /// How long init took, in milliseconds.
    pub init_ms: f64,
}

impl Limited {
    /// Starts a function, lets init run without a limit and then gives it the CPU share of its memory size.
    pub async fn start(launch: Launch, memory_mb: u64) -> Result<Self, String> {
        let group = ControlGroup::new("function");
        let mut function = launch.start().await;
        group.add(function.id())?;
        let init = function.ready().await.map_err(|output| format!("init failed:\n{output}"))?;
        group.limit(Some(share(memory_mb)))?;
        Ok(Self { function, group, init_ms: milliseconds(init) })
    }

    /// Ends the process, so that its group can be removed.
    pub async fn stop(self) {
        self.function.stop().await;
    }
}

/// Measures everything the plan names.
pub async fn measure(artifacts: &Artifacts, plan: &Plan) -> Result<Results, String> {
    let _first_in_line = ControlGroup::around_this_process();
    let services = Services::start().await;
    let load_before = load();
    let (mut starts, mut all_answers, mut all_questions) = (Vec::new(), Vec::new(), Vec::new());
    for subject in Subject::ALL {
        for function in FUNCTIONS {
            starts.push(cold_starts(&services, artifacts, subject, function, plan.starts).await?);
        }
        for &memory_mb in plan.sizes {
            all_questions.push(questions::measure(&services, artifacts, subject, memory_mb, plan.questions).await?);
            let mut paces = vec![SLOW, FAST, EARLY, LATE];
            if subject == Subject::Functions {
                paces.push(LONG);
            }
            for pace in paces {
                eprintln!("{} at {memory_mb} MB, a token every {} ms", subject.name(), pace.interval_ms);
                let warm = if pace == LONG { 0 } else { plan.answers(subject == Subject::Baseline, memory_mb) };
                all_answers.push(answers::measure(&services, artifacts, subject, memory_mb, pace, warm).await?);
            }
        }
    }
    let circumstances = circumstances(artifacts, load_before)?;
    Ok(Results { circumstances, starts, answers: all_answers, questions: all_questions })
}

async fn cold_starts(
    services: &Services,
    artifacts: &Artifacts,
    subject: Subject,
    function: &'static str,
    count: usize,
) -> Result<Starts, String> {
    let mut init_ms = Vec::with_capacity(count);
    for _ in 0..count {
        let launch = services.launch(artifacts, subject, function, crate::plan::REFERENCE_MB);
        let started = Limited::start(launch, crate::plan::REFERENCE_MB).await?;
        init_ms.push(started.init_ms);
        started.stop().await;
    }
    Ok(Starts { subject, function, init_ms })
}

fn circumstances(artifacts: &Artifacts, load_before: f64) -> Result<Circumstances, String> {
    let version = Command::new(&artifacts.python).arg("--version").output().map_err(|error| error.to_string())?;
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut zips = Vec::new();
    for name in FUNCTIONS {
        zips.push((name, artifacts.zip_bytes(name)?));
    }
    let today = OffsetDateTime::now_utc().format(format_description!("[year]-[month]-[day]"));
    Ok(Circumstances {
        date: today.map_err(|error| error.to_string())?,
        machine: format!("{cores} cores, {}", model.trim_start_matches([' ', '\t', ':'])),
        load: (load_before, load()),
        unlimited: ControlGroup::new("function").reason_for_none().map(str::to_owned),
        python: String::from_utf8_lossy(&version.stdout).trim().to_owned(),
        zips,
    })
}

/// Load average over the last minute.
fn load() -> f64 {
    let averages = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split_whitespace().next().and_then(|load| load.parse().ok()).unwrap_or_default()
}
