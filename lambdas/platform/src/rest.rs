//! A connection that can be left alone for a while.
//!
//! A model sends a packet for every token, and a packet wakes whoever waits for it: a few calls of the kernel, and all the code
//! between it and the text with cold caches. That is most of the CPU time an answer costs. While nobody can use what arrives, a
//! [`Rest`] leaves it in the kernel, and many packets are then read at once.

use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Lets the connections of one client rest. All copies are one; without a connection it does nothing.
#[derive(Clone, Debug, Default)]
pub struct Rest(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What was said last and has not been done.
    order: Option<Order>,
    /// Whoever waits for the connection that was read last.
    reader: Option<Waker>,
}

#[derive(Debug)]
enum Order {
    Rest(Instant),
    Resume,
}

impl Rest {
    /// What arrives from now on waits in the kernel, the end of the connection included, and wakes nobody. It is read at `until`,
    /// or before that when [`Rest::over`] is called or something is written: who writes wants an answer.
    pub fn until(&self, until: Instant) {
        self.order(Order::Rest(until));
    }

    /// What has arrived is read.
    pub fn over(&self) {
        self.order(Order::Resume);
    }

    fn order(&self, order: Order) {
        let mut state = self.state();
        state.order = Some(order);
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// An order that was given and not taken. `reader` is woken by the next.
    fn take_order(&self, reader: &Waker) -> Option<Order> {
        let mut state = self.state();
        if !state.reader.as_ref().is_some_and(|known| known.will_wake(reader)) {
            state.reader = Some(reader.clone());
        }
        state.order.take()
    }

    /// A panic with the lock held would have left complete fields behind: each is written whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A TCP connection that rests when told to.
#[derive(Debug)]
pub struct Restful {
    socket: Socket,
    rest: Rest,
}

#[derive(Debug)]
enum Socket {
    /// The runtime is told of every packet.
    Watched(TcpStream),
    /// Out of the runtime's sight until then. The timer ends with the rest, so that it wakes nobody later.
    Resting(std::net::TcpStream, Pin<Box<Sleep>>),
    /// Could not be moved from one to the other.
    Lost,
}

impl Restful {
    /// Makes `socket` rest when `rest` says so.
    #[must_use]
    pub fn new(socket: TcpStream, rest: Rest) -> Self {
        Self { socket: Socket::Watched(socket), rest }
    }
}

impl Socket {
    fn leave(&mut self, until: Instant) -> io::Result<()> {
        let over = Box::pin(sleep_until(until));
        *self = match mem::replace(self, Self::Lost) {
            Self::Watched(socket) => Self::Resting(socket.into_std()?, over),
            Self::Resting(socket, _) => Self::Resting(socket, over),
            Self::Lost => Self::Lost,
        };
        Ok(())
    }

    /// The connection, watched again. The runtime hears at once of what has arrived meanwhile.
    fn watched(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        *self = match mem::replace(self, Self::Lost) {
            Self::Resting(socket, _) => Self::Watched(TcpStream::from_std(socket)?),
            other => other,
        };
        match self {
            Self::Watched(socket) => Ok(Pin::new(socket)),
            Self::Resting(..) | Self::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl AsyncRead for Restful {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.rest.take_order(context.waker()) {
            Some(Order::Rest(until)) => this.socket.leave(until)?,
            Some(Order::Resume) => {
                this.socket.watched()?;
            }
            None => {}
        }
        if let Socket::Resting(_, over) = &mut this.socket {
            ready!(over.as_mut().poll(context));
        }
        this.socket.watched()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Restful {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.get_mut().socket.watched()?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().socket.watched()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// TCP holds nothing back, so there is nothing to do. HTTP asks for it after every read, and must not end a rest with it.
    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.watched()?.poll_shutdown(context)
    }
}

impl Connection for Restful {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream as Peer};
    use std::pin::Pin;
    use std::task::ready;
    use std::thread;
    use std::time::Duration;

    use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
    use tokio::net::TcpStream;
    use tokio::time::{Instant, timeout};

    use super::{Rest, Restful};

    const REST: Duration = Duration::from_millis(200);

    async fn connected() -> (Restful, Rest, Peer) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let rest = Rest::default();
        (Restful::new(socket, rest.clone()), rest, listener.accept().unwrap().0)
    }

    /// Sends one byte after another, far enough apart to be packets of their own.
    fn send_slowly(mut peer: Peer, text: &'static str) -> thread::JoinHandle<Peer> {
        thread::spawn(move || {
            for byte in text.bytes() {
                thread::sleep(Duration::from_millis(5));
                peer.write_all(&[byte]).unwrap();
            }
            peer
        })
    }

    /// Reads once; also says how often that was tried.
    async fn read(connection: &mut Restful) -> (String, u32) {
        let (mut polls, mut bytes) = (0, [0; 64]);
        let read = poll_fn(|context| {
            polls += 1;
            let mut buffer = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut *connection).poll_read(context, &mut buffer)).unwrap();
            std::task::Poll::Ready(buffer.filled().to_vec())
        })
        .await;
        (String::from_utf8(read).unwrap(), polls)
    }

    #[tokio::test]
    async fn what_arrives_during_a_rest_wakes_nobody_and_is_read_at_once_after_it() {
        let (mut connection, rest, peer) = connected().await;
        let begun = Instant::now();
        rest.until(begun + REST);
        let sending = send_slowly(peer, "twelve bytes");
        let (text, polls) = read(&mut connection).await;
        assert_eq!(text, "twelve bytes");
        assert!(begun.elapsed() >= REST);
        // When it begins, when it is over, and when the kernel has said that bytes wait.
        assert!(polls <= 3, "{polls} polls");
        sending.join().unwrap();
    }

    #[tokio::test]
    async fn a_rest_begins_while_a_reader_waits() {
        let (mut connection, rest, peer) = connected().await;
        let begun = Instant::now();
        let asking = tokio::spawn(async move { rest.until(begun + REST) });
        let sending = thread::spawn(move || {
            thread::sleep(REST / 2);
            send_slowly(peer, "late").join().unwrap()
        });
        assert_eq!(read(&mut connection).await.0, "late");
        assert!(begun.elapsed() >= REST);
        asking.await.unwrap();
        sending.join().unwrap();
    }

    #[tokio::test]
    async fn writing_ends_a_rest() {
        let (mut connection, rest, mut peer) = connected().await;
        rest.until(Instant::now() + Duration::from_hours(1));
        assert!(timeout(REST, read(&mut connection)).await.is_err());
        connection.write_all(b"ping").await.unwrap();
        let mut asked = [0; 4];
        peer.read_exact(&mut asked).unwrap();
        peer.write_all(b"pong").unwrap();
        assert_eq!((read(&mut connection).await.0.as_str(), &asked), ("pong", b"ping"));
    }

    #[tokio::test]
    async fn a_rest_can_be_ended_before_its_time() {
        let (mut connection, rest, mut peer) = connected().await;
        rest.until(Instant::now() + Duration::from_hours(1));
        peer.write_all(b"early").unwrap();
        assert!(timeout(REST, read(&mut connection)).await.is_err());
        rest.over();
        assert_eq!(timeout(REST, read(&mut connection)).await.unwrap().0, "early");
    }

    #[tokio::test]
    async fn the_end_of_the_connection_and_all_before_it_are_read_after_a_rest() {
        let (mut connection, rest, peer) = connected().await;
        rest.until(Instant::now() + REST);
        drop(send_slowly(peer, "the end").join().unwrap());
        let mut text = String::new();
        connection.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "the end");
    }

    #[tokio::test]
    async fn a_rest_that_is_over_before_it_begins_costs_nothing() {
        let (mut connection, rest, mut peer) = connected().await;
        rest.until(Instant::now());
        peer.write_all(b"now").unwrap();
        assert_eq!(timeout(REST, read(&mut connection)).await.unwrap().0, "now");
    }
}
