//! Questions this sandbox has taken up, so that a record that SNS delivers twice is answered once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chat::{Question, RequestId, SessionId};

/// How many questions are remembered. SNS repeats a delivery within seconds, in which one sandbox answers a handful.
const REMEMBERED: usize = 256;

/// The last questions, oldest first. It knows this sandbox only: a copy delivered to another one is answered there too, under
/// another answer id, and clients keep to the one they hear of first.
#[derive(Debug, Default)]
pub struct Recent(Mutex<VecDeque<(SessionId, RequestId)>>);

impl Recent {
    /// Remembers `question`; `false` where it was known.
    #[must_use]
    pub fn take_up(&self, question: &Question) -> bool {
        let key = (question.session_id.clone(), question.request_id.clone());
        let mut recent = self.known();
        if recent.contains(&key) {
            return false;
        }
        if recent.len() == REMEMBERED {
            recent.pop_front();
        }
        recent.push_back(key);
        true
    }

    /// Forgets `question`, whose answer reached nobody: an operator may send it again from the dead letter.
    pub fn forget(&self, question: &Question) {
        self.known().retain(|known| known.0 != question.session_id || known.1 != question.request_id);
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<(SessionId, RequestId)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
