//! A queue of text between the task that reads the model and the one that publishes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use unicode_segmentation::GraphemeCursor;

/// A queue that holds at most `limit` bytes, or one single text that is longer. Its sender waits while it is full.
#[must_use]
pub fn buffer(limit: usize) -> (Sender, Receiver) {
    let shared = Arc::new(Shared { limit, state: Mutex::default(), changed: Notify::new(), drained: Notify::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

#[derive(Debug)]
struct Shared {
    /// How many bytes may wait before the sender waits too.
    limit: usize,
    /// Both ends change it. A lock is never held across an `await`, so neither end blocks the other for long.
    state: Mutex<State>,
    /// Tells the receiver that there is more text, or that there will be none.
    changed: Notify,
    /// Tells the sender that there is room.
    drained: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// What the sender added. Its first `taken` bytes are gone already.
    text: String,
    /// How many bytes at the front of `text` the receiver has taken. They are removed only once they are more than half of it:
    /// removing them at each take would copy the rest each time, and a long text would take quadratic time.
    taken: usize,
    /// When the oldest text that waits arrived. `None` where none waits.
    since: Option<Instant>,
    /// The sender is gone: what is here is all there will be.
    closed: bool,
}

impl Shared {
    /// A task that panicked while it held the lock does not stop the other: no field is ever half written.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end that text goes into. Dropping it says that no more will come.
#[derive(Debug)]
pub struct Sender(Arc<Shared>);

impl Sender {
    /// Adds text, once there is room for it.
    pub async fn push(&self, text: &str) {
        if text.is_empty() {
            return;
        }
        while !self.fits(text.len()) {
            self.0.drained.notified().await;
        }
        let mut state = self.0.state();
        state.since.get_or_insert_with(Instant::now);
        state.text.push_str(text);
        drop(state);
        self.0.changed.notify_one();
    }

    fn fits(&self, bytes: usize) -> bool {
        let state = self.0.state();
        let waiting = state.text.len() - state.taken;
        waiting == 0 || waiting + bytes <= self.0.limit
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.changed.notify_one();
    }
}

/// What waits in a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Bytes of text; may be 0.
    pub bytes: usize,
    /// No more text will come.
    pub closed: bool,
}

/// The end that text is taken from.
#[derive(Debug)]
pub struct Receiver(Arc<Shared>);

impl Receiver {
    /// What waits.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        let state = self.0.state();
        Waiting { bytes: state.text.len() - state.taken, closed: state.closed }
    }

    /// When the oldest text that waits arrived; `None` where none waits.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        self.0.state().since
    }

    /// Waits until something may have changed. A change since the last wait is not missed.
    pub async fn changed(&self) {
        self.0.changed.notified().await;
    }

    /// Takes the text that waits, at most `limit` bytes of it.
    #[must_use]
    pub fn take(&self, limit: usize) -> String {
        let mut state = self.0.state();
        let waiting = &state.text[state.taken..];
        let text = waiting[..cut(waiting, limit)].to_owned();
        state.taken += text.len();
        if state.taken == state.text.len() {
            state.text.clear();
            state.taken = 0;
            state.since = None;
        } else if state.taken > state.text.len() / 2 {
            let taken = std::mem::take(&mut state.taken);
            state.text.drain(..taken);
        }
        drop(state);
        self.0.drained.notify_one();
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

    use super::{Waiting, buffer, cut};

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
    async fn a_full_buffer_makes_the_writer_wait_and_a_drained_one_lets_it_go_on() {
        let (sender, receiver) = buffer(8);
        sender.push("12345678").await;
        let push = sender.push("9");
        tokio::pin!(push);
        assert!(std::future::poll_fn(|cx| std::task::Poll::Ready(push.as_mut().poll(cx).is_pending())).await);
        assert_eq!(receiver.take(4), "1234");
        push.await;
        assert_eq!(receiver.take(9), "56789");
    }

    #[tokio::test]
    async fn a_dropped_writer_closes_the_buffer_behind_its_text() {
        let (sender, receiver) = buffer(8);
        sender.push("end").await;
        drop(sender);
        receiver.changed().await;
        assert_eq!(receiver.waiting(), Waiting { bytes: 3, closed: true });
        assert_eq!((receiver.take(8).as_str(), receiver.since()), ("end", None));
    }

    /// 16 MB in pieces of 32 KB: copying the rest at each take would be 4 GB.
    #[tokio::test]
    async fn a_very_long_text_is_taken_in_linear_time() {
        let (sender, receiver) = buffer(usize::MAX);
        sender.push(&"x".repeat(16 * 1024 * 1024)).await;
        let begun = std::time::Instant::now();
        let taken: usize = std::iter::from_fn(|| Some(receiver.take(32 * 1024).len()).filter(|taken| *taken > 0)).sum();
        assert_eq!(taken, 16 * 1024 * 1024);
        assert!(begun.elapsed() < std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    }

    proptest! {
        #[test]
        fn pieces_add_up_to_the_text_and_divide_no_character(text in any::<String>(), limit in 32..200_usize) {
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
