//! Questions this sandbox has taken up, so that a record that SNS delivers twice is answered once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chat::{Owner, Recipient, RequestId, SessionId};

/// How many questions are remembered. SNS repeats a delivery within seconds, in which one sandbox answers a handful.
const REMEMBERED: usize = 256;

/// What tells one question from another. The owner is part of it: else somebody who knows another's ids could ask with them first,
/// and the other's question would be taken for a repetition.
type Key = (Option<Owner>, SessionId, RequestId);

/// The last questions, oldest first. It knows this sandbox only: a copy delivered to another one is answered there too, under
/// another answer id, and clients keep to the one they hear of first.
#[derive(Debug, Default)]
pub struct Recent(Mutex<VecDeque<Key>>);

impl Recent {
    /// Remembers the question of `recipient`; `false` where it was known.
    #[must_use]
    pub fn take_up(&self, recipient: &Recipient) -> bool {
        let key = key(recipient);
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

    /// Forgets a question whose answer reached nobody: an operator may send it again from the dead letter.
    pub fn forget(&self, recipient: &Recipient) {
        let key = key(recipient);
        self.known().retain(|known| *known != key);
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(recipient: &Recipient) -> Key {
    (recipient.owner.clone(), recipient.session_id.clone(), recipient.request_id.clone())
}

#[cfg(test)]
mod tests {
    use chat::{Owner, Recipient};

    use super::Recent;
    use crate::answer::scripted::question;

    #[test]
    fn another_owners_question_with_the_same_ids_is_another_question() {
        let mine = question().recipient;
        let others = Recipient { owner: Some(Owner::parse("mallory").unwrap()), ..mine.clone() };
        let recent = Recent::default();
        assert!(recent.take_up(&others));
        assert!(recent.take_up(&mine));
        assert!(!recent.take_up(&mine));
        recent.forget(&others);
        assert!(!recent.take_up(&mine));
    }
}
