//! A connection whose reading can be paused.
//!
//! A model sends a packet for every token, and a packet wakes whoever waits for it: a few calls of the kernel, and all the code
//! between it and the text with cold caches. That is most of the CPU time an answer costs. While nobody can use what arrives, a
//! [`Pause`] leaves it in the kernel, and many packets are then read at once.

use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Pauses the reading of one client's connections. All copies are one; without a connection it does nothing.
#[derive(Clone, Debug, Default)]
pub struct Pause(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What was said last and has not been done.
    order: Option<Order>,
    /// Whoever waits for the connection that was read last.
    reader: Option<Waker>,
}

#[derive(Debug)]
enum Order {
    Pause(Instant),
    Resume,
}

impl Pause {
    /// What arrives from now on waits in the kernel, the end of the connection included, and wakes nobody. It is read at `until`,
    /// or before that when [`Pause::end`] is called or something is written: who writes wants an answer.
    pub fn until(&self, until: Instant) {
        self.order(Order::Pause(until));
    }

    /// What has arrived is read.
    pub fn end(&self) {
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

/// A TCP connection that is not read while it is paused.
#[derive(Debug)]
pub struct Pausable {
    socket: Socket,
    pause: Pause,
}

#[derive(Debug)]
enum Socket {
    /// The runtime is told of every packet.
    Watched(TcpStream),
    /// Out of the runtime's sight until then. The timer ends with the pause, so that it wakes nobody later.
    Paused(std::net::TcpStream, Pin<Box<Sleep>>),
    /// Could not be moved from one to the other.
    Lost,
}

impl Pausable {
    /// Makes the reading of `socket` pause when `pause` says so.
    #[must_use]
    pub fn new(socket: TcpStream, pause: Pause) -> Self {
        Self { socket: Socket::Watched(socket), pause }
    }
}

impl Socket {
    fn leave(&mut self, until: Instant) -> io::Result<()> {
        let over = Box::pin(sleep_until(until));
        *self = match mem::replace(self, Self::Lost) {
            Self::Watched(socket) => Self::Paused(socket.into_std()?, over),
            Self::Paused(socket, _) => Self::Paused(socket, over),
            Self::Lost => Self::Lost,
        };
        Ok(())
    }

    /// The connection, watched again. The runtime hears at once of what has arrived meanwhile.
    fn watched(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        *self = match mem::replace(self, Self::Lost) {
            Self::Paused(socket, _) => Self::Watched(TcpStream::from_std(socket)?),
            other => other,
        };
        match self {
            Self::Watched(socket) => Ok(Pin::new(socket)),
            Self::Paused(..) | Self::Lost => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl AsyncRead for Pausable {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match this.pause.take_order(context.waker()) {
            Some(Order::Pause(until)) => this.socket.leave(until)?,
            Some(Order::Resume) => {
                this.socket.watched()?;
            }
            None => {}
        }
        if let Socket::Paused(_, over) = &mut this.socket {
            ready!(over.as_mut().poll(context));
        }
        this.socket.watched()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Pausable {
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

    /// TCP holds nothing back, so there is nothing to do. HTTP asks for it after every read, and must not end a pause with it.
    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().socket.watched()?.poll_shutdown(context)
    }
}

impl Connection for Pausable {
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

    use super::{Pausable, Pause};

    const PAUSE: Duration = Duration::from_millis(200);

    async fn connected() -> (Pausable, Pause, Peer) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let pause = Pause::default();
        (Pausable::new(socket, pause.clone()), pause, listener.accept().unwrap().0)
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
    async fn read(connection: &mut Pausable) -> (String, u32) {
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
    async fn what_arrives_during_a_pause_wakes_nobody_and_is_read_at_once_after_it() {
        let (mut connection, pause, peer) = connected().await;
        let begun = Instant::now();
        pause.until(begun + PAUSE);
        let sending = send_slowly(peer, "twelve bytes");
        let (text, polls) = read(&mut connection).await;
        assert_eq!(text, "twelve bytes");
        assert!(begun.elapsed() >= PAUSE);
        // When it begins, when it is over, and when the kernel has said that bytes wait.
        assert!(polls <= 3, "{polls} polls");
        sending.join().unwrap();
    }

    #[tokio::test]
    async fn a_pause_begins_while_a_reader_waits() {
        let (mut connection, pause, peer) = connected().await;
        let begun = Instant::now();
        let asking = tokio::spawn(async move { pause.until(begun + PAUSE) });
        let sending = thread::spawn(move || {
            thread::sleep(PAUSE / 2);
            send_slowly(peer, "late").join().unwrap()
        });
        assert_eq!(read(&mut connection).await.0, "late");
        assert!(begun.elapsed() >= PAUSE);
        asking.await.unwrap();
        sending.join().unwrap();
    }

    #[tokio::test]
    async fn writing_ends_a_pause() {
        let (mut connection, pause, mut peer) = connected().await;
        pause.until(Instant::now() + Duration::from_hours(1));
        assert!(timeout(PAUSE, read(&mut connection)).await.is_err());
        connection.write_all(b"ping").await.unwrap();
        let mut asked = [0; 4];
        peer.read_exact(&mut asked).unwrap();
        peer.write_all(b"pong").unwrap();
        assert_eq!((read(&mut connection).await.0.as_str(), &asked), ("pong", b"ping"));
    }

    #[tokio::test]
    async fn a_pause_can_be_ended_before_its_time() {
        let (mut connection, pause, mut peer) = connected().await;
        pause.until(Instant::now() + Duration::from_hours(1));
        peer.write_all(b"early").unwrap();
        assert!(timeout(PAUSE, read(&mut connection)).await.is_err());
        pause.end();
        assert_eq!(timeout(PAUSE, read(&mut connection)).await.unwrap().0, "early");
    }

    #[tokio::test]
    async fn the_end_of_the_connection_and_all_before_it_are_read_after_a_pause() {
        let (mut connection, pause, peer) = connected().await;
        pause.until(Instant::now() + PAUSE);
        drop(send_slowly(peer, "the end").join().unwrap());
        let mut text = String::new();
        connection.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "the end");
    }

    #[tokio::test]
    async fn a_pause_that_is_over_before_it_begins_delays_nothing() {
        let (mut connection, pause, mut peer) = connected().await;
        pause.until(Instant::now());
        peer.write_all(b"now").unwrap();
        assert_eq!(timeout(PAUSE, read(&mut connection)).await.unwrap().0, "now");
    }
}
