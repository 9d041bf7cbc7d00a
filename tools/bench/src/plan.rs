//! What is measured, and how often.

/// How long the model thinks before its first token, in milliseconds: Nova Micro's own figure is 0.21 to 0.33 s.
pub const THINKING_MS: u64 = 300;
/// How long AppSync takes for a mutation, at least and at most.
pub const APPSYNC_MS: (u64, u64) = (25, 40);
/// How long SNS takes for a publish.
pub const SNS_MS: u64 = 10;
/// The size the function is deployed with, and the one the targets are for.
pub const REFERENCE_MB: u64 = 256;

/// A kind of answer: so many tokens, one every so often.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Tokens in the answer.
    pub tokens: usize,
    /// Milliseconds from one to the next.
    pub interval_ms: u64,
    /// Milliseconds from the question to the first.
    pub thinking_ms: u64,
}

/// An answer of ordinary length from a model of ordinary speed.
pub const SLOW: Pace = Pace { tokens: 300, interval_ms: 15, thinking_ms: THINKING_MS };
/// An answer of ordinary length from a fast model.
pub const FAST: Pace = Pace { tokens: 400, interval_ms: 10, thinking_ms: THINKING_MS };
/// A long answer from a fast model.
pub const LONG: Pace = Pace { tokens: 2000, interval_ms: 10, thinking_ms: THINKING_MS };
/// A model whose first token comes just when START leaves: it waits for that one mutation.
pub const EARLY: Pace = Pace { tokens: 60, interval_ms: 15, thinking_ms: 200 };
/// A model whose first token comes when START has long left.
pub const LATE: Pace = Pace { tokens: 60, interval_ms: 15, thinking_ms: 600 };

/// How often each thing is measured at each memory size.
pub struct Plan {
    /// Memory sizes in MB.
    pub sizes: &'static [u64],
    /// Cold starts per function.
    pub starts: usize,
    /// Questions put to a warm data source.
    pub questions: usize,
    /// Warm answers of the functions per pace, at the reference size.
    pub answers: usize,
    /// Warm answers of everything else per pace.
    pub fewer_answers: usize,
}

impl Plan {
    /// The whole measurement takes about eight minutes, the quick one less than one.
    pub fn new(quick: bool) -> Self {
        if quick {
            Self { sizes: &[REFERENCE_MB], starts: 3, questions: 10, answers: 1, fewer_answers: 1 }
        } else {
            Self { sizes: &[128, REFERENCE_MB, 512], starts: 15, questions: 60, answers: 5, fewer_answers: 2 }
        }
    }

    /// Warm answers per pace for this subject and size.
    pub fn answers(&self, baseline: bool, memory_mb: u64) -> usize {
        if !baseline && memory_mb == REFERENCE_MB { self.answers } else { self.fewer_answers }
    }
}
