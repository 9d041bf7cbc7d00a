//! Bodies that end where they grow too long: memory is bounded whatever a service answers.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame};

/// A body, or one message in it, is longer than anything a service has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is too long")]
pub struct TooLong;

/// The body of a response that fails once it breaks its bound.
#[derive(Debug)]
pub struct Bounded {
    body: reqwest::Body,
    bound: Bound,
}

#[derive(Debug)]
enum Bound {
    /// How many bytes may still come before the body is too long.
    Whole(usize),
    /// How many bytes one message may have.
    Messages(Messages),
}

impl Bounded {
    /// `body`, which may have at most `limit` bytes.
    #[must_use]
    pub fn whole(body: reqwest::Body, limit: usize) -> Self {
        Self { body, bound: Bound::Whole(limit) }
    }

    /// `body`, an event stream in which each message may have at most `limit` bytes.
    #[must_use]
    pub fn frames(body: reqwest::Body, limit: usize) -> Self {
        Self { body, bound: Bound::Messages(Messages::new(limit)) }
    }
}

impl Body for Bounded {
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => frame,
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        };
        let data = frame.data_ref().map(Bytes::as_ref).unwrap_or_default();
        let kept = match &mut self.bound {
            Bound::Whole(left) => left.checked_sub(data.len()).map(|rest| *left = rest).ok_or(TooLong),
            Bound::Messages(messages) => messages.pass(data),
        };
        Poll::Ready(Some(kept.map(|()| frame).map_err(Into::into)))
    }
}

/// Follows the messages of an event stream by the length that each begins with, four bytes, most significant first.
/// <https://smithy.io/2.0/aws/amazon-eventstream.html>
#[derive(Debug)]
struct Messages {
    limit: usize,
    /// Bytes of the present message's length that are here.
    length: Vec<u8>,
    /// Bytes of the present message that are to come.
    left: usize,
}

/// How many bytes the length takes; it counts itself.
const LENGTH: usize = 4;

impl Messages {
    fn new(limit: usize) -> Self {
        Self { limit, length: Vec::with_capacity(LENGTH), left: 0 }
    }

    fn pass(&mut self, mut data: &[u8]) -> Result<(), TooLong> {
        while !data.is_empty() {
            if self.left == 0 {
                let (head, rest) = data.split_at(data.len().min(LENGTH - self.length.len()));
                self.length.extend_from_slice(head);
                data = rest;
                let Ok(length) = <[u8; LENGTH]>::try_from(self.length.as_slice()) else { return Ok(()) };
                self.length.clear();
                let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
                if length > self.limit {
                    return Err(TooLong);
                }
                self.left = length.saturating_sub(LENGTH);
            } else {
                let passed = data.len().min(self.left);
                self.left -= passed;
                data = &data[passed..];
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::{Bounded, TooLong};

    fn message(length: u32) -> Vec<u8> {
        let mut message = length.to_be_bytes().to_vec();
        message.resize(length as usize, 7);
        message
    }

    async fn whole(bytes: usize, limit: usize) -> Option<usize> {
        let body = Bounded::whole(vec![0; bytes].into(), limit).collect().await;
        body.map(|body| body.to_bytes().len()).map_err(|error| assert!(error.is::<TooLong>())).ok()
    }

    #[tokio::test]
    async fn a_body_has_at_most_its_bytes() {
        assert_eq!((whole(10, 10).await, whole(11, 10).await), (Some(10), None));
    }

    #[test]
    fn a_stream_may_be_endless_but_no_message_in_it() {
        let stream = [message(16), message(100), message(20)].concat();
        for chunk in 1..stream.len() {
            let mut messages = super::Messages::new(100);
            assert!(stream.chunks(chunk).all(|chunk| messages.pass(chunk).is_ok()), "{chunk}");
            let mut messages = super::Messages::new(99);
            assert!(stream.chunks(chunk).any(|chunk| messages.pass(chunk) == Err(TooLong)), "{chunk}");
        }
    }
}
