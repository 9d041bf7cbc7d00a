//! Text on its way from the reader to the publisher.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use unicode_segmentation::GraphemeCursor;

use crate::pacer::ENOUGH_BYTES;
use crate::reader::Ending;

/// The text that waits to be published, and what is known about the answer's end. The lock never crosses a wait.
///
/// A task that wakes pays for cold caches, every token anew, and that is most of what an answer costs. So text wakes the
/// publisher only when it has a use for it.
///
/// Memory is bounded: the reader waits when more than the limit is waiting. The limit is far above any answer of the size the
/// model was asked for, so this happens only to a model that does not keep to it while AppSync takes nothing.
#[derive(Debug)]
pub struct Buffer {
    limit: usize,
    state: Mutex<State>,
    changed: Notify,
    drained: Notify,
}

#[derive(Debug, Default)]
struct State {
    text: String,
    first: Option<Instant>,
    newest: Option<Instant>,
    complete: bool,
    ending: Option<Ending>,
    due: Option<Instant>,
}

/// What waits in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Bytes of text.
    pub bytes: usize,
    /// When the last of it arrived.
    pub newest: Instant,
    /// No more text will come.
    pub complete: bool,
}

impl Buffer {
    /// An empty buffer that holds at most `limit` bytes, or one single longer piece.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, state: Mutex::default(), changed: Notify::new(), drained: Notify::new() }
    }

    /// Adds text, once there is room for it.
    pub async fn push(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        while !self.fits(text.len()) {
            self.drained.notified().await;
        }
        {
            let mut state = self.state();
            let now = Instant::now();
            state.first.get_or_insert(now);
            state.newest = Some(now);
            state.text.push_str(text);
            if state.due.is_some_and(|due| now < due) && state.text.len() < ENOUGH_BYTES {
                return;
            }
        }
        self.changed.notify_one();
    }

    fn fits(&self, bytes: usize) -> bool {
        let state = self.state();
        state.text.is_empty() || state.text.len() + bytes <= self.limit
    }

    /// Says that no more text will come, though it is not yet known how the answer ends.
    pub fn complete(&self) {
        self.state().complete = true;
        self.changed.notify_one();
    }

    /// Says how the answer ended.
    pub fn end(&self, ending: Ending) {
        let mut state = self.state();
        state.complete = true;
        state.ending = Some(ending);
        drop(state);
        self.changed.notify_one();
    }

    /// How the answer ended, if it has.
    pub fn ending(&self) -> Option<Ending> {
        self.state().ending.clone()
    }

    /// When the first text arrived; `None` before that.
    pub fn first(&self) -> Option<Instant> {
        self.state().first
    }

    /// What waits, or `None` where no text does.
    pub fn waiting(&self) -> Option<Waiting> {
        let state = self.state();
        let newest = state.newest.filter(|_| !state.text.is_empty())?;
        Some(Waiting { bytes: state.text.len(), newest, complete: state.complete })
    }

    /// Says when the next piece is due: a little text that arrives before then wakes nobody.
    pub fn next_due(&self, due: Instant) {
        self.state().due = Some(due);
    }

    /// Waits until anything above may have changed. A change since the last wait is not missed, unless it is a little text
    /// before it is due.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// A panic with the lock held would have left complete fields behind: each is written whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the waiting text, at most `limit` bytes of it.
    pub fn take(&self, limit: usize) -> String {
        let mut state = self.state();
        let cut = cut(&state.text, limit);
        let rest = state.text.split_off(cut);
        let text = mem::replace(&mut state.text, rest);
        drop(state);
        self.drained.notify_one();
        text
    }
}

/// The last place at or before `limit` bytes where `text` can be cut without dividing what a reader sees as one character.
/// Where a single such character is longer than the limit, it is cut between its code points.
fn cut(text: &str, limit: usize) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    let at = text.floor_char_boundary(limit);
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if cursor.is_boundary(text, 0) == Ok(true) {
        return at;
    }
    match cursor.prev_boundary(text, 0) {
        Ok(Some(boundary)) if boundary > 0 => boundary,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use unicode_segmentation::UnicodeSegmentation;

    use super::{Buffer, cut};

    fn check_cut(text: &str, limit: usize, expected: &str) {
        assert_eq!(&text[..cut(text, limit)], expected);
    }

    #[test]
    fn text_is_cut_where_a_reader_sees_a_character_end() {
        check_cut("hello", 9, "hello");
        check_cut("hello", 3, "hel");
        check_cut("naïve", 3, "na");
        check_cut("ab👩‍👩‍👧cd", 12, "ab");
        check_cut("e\u{301}e\u{301}", 4, "e\u{301}");
    }

    #[test]
    fn a_character_longer_than_the_limit_is_cut_between_its_code_points() {
        let tower = format!("a{}", "\u{301}".repeat(20));
        check_cut(&tower, 8, "a\u{301}\u{301}\u{301}");
    }

    #[tokio::test]
    async fn a_full_buffer_makes_the_reader_wait_and_a_drained_one_lets_it_go_on() {
        let buffer = Buffer::new(8);
        buffer.push("12345678").await;
        let push = buffer.push("9");
        tokio::pin!(push);
        assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(push.as_mut().poll(cx).is_pending())).await);
        assert_eq!(buffer.take(4), "1234");
        push.await;
        assert_eq!(buffer.take(9), "56789");
    }

    proptest! {
        #[test]
        fn chunks_add_up_to_the_text_and_divide_no_character(text in any::<String>(), limit in 32..200_usize) {
            let boundaries: Vec<_> = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).collect();
            let mut rest = text.as_str();
            let mut position = 0;
            while !rest.is_empty() {
                let at = cut(rest, limit);
                prop_assert!(at > 0 && at <= limit);
                rest = &rest[at..];
                position += at;
                let longest = boundaries.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default();
                prop_assert!(longest > limit || boundaries.contains(&position));
            }
            prop_assert_eq!(position, text.len());
        }
    }
}
