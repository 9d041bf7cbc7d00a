//! Everything one run found, before it is put into words.

use crate::lag::Answer;
use crate::plan::Pace;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The functions of this repository.
    Functions,
    /// The blog's algorithm in Python.
    Baseline,
}

impl Subject {
    /// Both, in the order of the tables.
    pub const ALL: [Self; 2] = [Self::Functions, Self::Baseline];

    /// As the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Functions => "this repository",
            Self::Baseline => "baseline",
        }
    }
}

/// Cold starts of one function of one subject; init has no CPU limit, so memory size plays no part.
pub struct Starts {
    /// Whose.
    pub subject: Subject,
    /// `orchestrator` or `data-source`.
    pub function: &'static str,
    /// Milliseconds from starting the process to its first poll.
    pub init_ms: Vec<f64>,
}

/// One answer with what it cost.
#[derive(Clone)]
pub struct Measured {
    /// What the reader saw.
    pub answer: Answer,
    /// CPU time of the function.
    pub cpu_ms: f64,
    /// From the invocation to the next poll.
    pub duration_ms: f64,
}

/// The answers of one process at one pace.
pub struct Answers {
    /// Whose.
    pub subject: Subject,
    /// Memory size.
    pub memory_mb: u64,
    /// Kind of answer.
    pub pace: Pace,
    /// The first answer after the cold start.
    pub cold: Measured,
    /// The answers after it.
    pub warm: Vec<Measured>,
    /// Connections the process opened to AppSync, over all its answers.
    pub connections: u64,
    /// Peak resident memory in bytes.
    pub peak_memory: u64,
}

impl Answers {
    /// The answers that count: warm ones, or the cold one where there is no other.
    pub fn steady(&self) -> Vec<&Measured> {
        if self.warm.is_empty() { vec![&self.cold] } else { self.warm.iter().collect() }
    }
}

/// Questions to a warm data source.
pub struct Questions {
    /// Whose.
    pub subject: Subject,
    /// Memory size.
    pub memory_mb: u64,
    /// Milliseconds from the invocation to its response.
    pub total_ms: Vec<f64>,
    /// Milliseconds of it that SNS took.
    pub sns_ms: Vec<f64>,
    /// Milliseconds of CPU time for one question.
    pub cpu_ms: f64,
    /// Peak resident memory in bytes.
    pub peak_memory: u64,
}

/// What surrounded the run.
pub struct Circumstances {
    /// Day of the run.
    pub date: String,
    /// Processor and kernel.
    pub machine: String,
    /// Load average over one minute before and after.
    pub load: (f64, f64),
    /// Why CPU was not limited, where it was not.
    pub unlimited: Option<String>,
    /// Version of the baseline's Python.
    pub python: String,
    /// Bytes of each function's zip.
    pub zips: Vec<(&'static str, u64)>,
}

/// A whole run.
pub struct Results {
    /// What surrounded it.
    pub circumstances: Circumstances,
    /// Cold starts.
    pub starts: Vec<Starts>,
    /// Streamed answers.
    pub answers: Vec<Answers>,
    /// Questions taken.
    pub questions: Vec<Questions>,
}

impl Results {
    /// The answers of this subject, size and pace.
    pub fn answers(&self, subject: Subject, memory_mb: u64, pace: Pace) -> Option<&Answers> {
        self.answers.iter().find(|answers| answers.subject == subject && answers.memory_mb == memory_mb && answers.pace == pace)
    }

    /// The questions of this subject and size.
    pub fn questions(&self, subject: Subject, memory_mb: u64) -> Option<&Questions> {
        self.questions.iter().find(|questions| questions.subject == subject && questions.memory_mb == memory_mb)
    }

    /// The cold starts of this subject's function.
    pub fn starts(&self, subject: Subject, function: &str) -> Option<&Starts> {
        self.starts.iter().find(|starts| starts.subject == subject && starts.function == function)
    }
}
