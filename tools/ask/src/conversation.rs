//! One question, end to end: open the socket, subscribe, ask only once the subscription is live, follow the answer.

use std::{future::Future, io, ops::Range, pin::pin, time::Duration};

use futures_util::{SinkExt, StreamExt as _};
use reqwest::Client;
use reqwest_websocket::{CloseCode, Error as SocketError, Message, WebSocket};
use serde::Serialize;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use uuid::Uuid;

use crate::{
    answer::{Assembler, Demands, Ending, Released, Tally},
    api::{self, Handover, Question},
    config::{Patience, Service},
    failure::Failure,
    realtime::{Reaction, RealTime, sub_protocols},
    socket::{self, causes},
    texts,
};

/// For each step before the question; what Amplify allows.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// For the acknowledgement of the question: AppSync ends every request after 30 s. Whoever hears nothing then listens on.
const ACKNOWLEDGEMENT: Duration = Duration::from_secs(35);
/// For a polite goodbye, which the reader must not wait for.
const GOODBYE_LIMIT: Duration = Duration::from_millis(500);

/// What happened, as it happens.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The subscription is live; the question leaves now, under this request id.
    Asked(&'a str),
    /// The service took the question.
    Acknowledged,
    /// The model is thinking.
    Started,
    /// The next text of the answer.
    Text(u32, &'a str),
    /// These sequences were given up; the text around them does not join.
    Gap(Range<u32>),
    /// Something a reader should know that does not end the conversation.
    Warning(&'a str),
}

/// Whoever follows a conversation.
pub trait Observer: Send {
    /// Is told of each event in order, with the time since the conversation began.
    ///
    /// # Errors
    /// Where the event cannot be passed on; this ends the conversation.
    fn notice(&mut self, elapsed: Duration, notice: Notice<'_>) -> io::Result<()>;
}

/// When things happened, each counted from the moment the question was sent. Absent: it did not happen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// The service took the question.
    pub acknowledged: Option<Duration>,
    /// START had its turn.
    pub started: Option<Duration>,
    /// The first text that is not empty had its turn.
    pub first_text: Option<Duration>,
    /// END or ERROR had its turn.
    pub ended: Option<Duration>,
}

/// How a whole answer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answered {
    /// Bedrock's word, such as `end_turn` or `max_tokens`.
    pub stop_reason: Option<String>,
    /// Tokens read.
    pub input_tokens: Option<u64>,
    /// Tokens written.
    pub output_tokens: Option<u64>,
}

/// All there is to say about a conversation that is over.
#[derive(Debug)]
pub struct Report {
    /// Under which id it can be found in the service's logs; absent where the question was never sent.
    pub request_id: Option<String>,
    /// When things happened.
    pub timings: Timings,
    /// What arrived.
    pub tally: Tally,
    /// How it ended.
    pub result: Result<Answered, Failure>,
}

/// A session nobody can guess: 64 hexadecimal digits, 244 of their bits from the operating system's generator.
#[must_use]
pub fn new_session() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// A new UUID for a question.
#[must_use]
pub fn new_request() -> String {
    Uuid::new_v4().to_string()
}

/// Holds one conversation on a socket of its own and reports on it, however it ends.
pub async fn hold(
    client: &Client,
    service: &Service,
    question: Question,
    patience: Patience,
    demands: Demands,
    observer: &mut dyn Observer,
) -> Report {
    let mut following = Following {
        observer,
        assembler: Assembler::new(question.session_id.clone(), question.request_id.clone()),
        begun: Instant::now(),
        request_id: None,
        asked: Instant::now(),
        timings: Timings::default(),
        gap: None,
        answered_twice: false,
        fate_unknown: false,
        patience,
    };
    let ending = converse(client, service, question, &mut following).await;
    let tally = following.assembler.tally().clone();
    let result = ending.and_then(|ending| judge(ending, &tally, demands));
    Report { request_id: following.request_id, timings: following.timings, tally, result }
}

/// Whether an answer that ended is what was demanded.
fn judge(ending: Ending, tally: &Tally, demands: Demands) -> Result<Answered, Failure> {
    let flaws = tally.flaws(demands);
    match ending {
        Ending::Failed { error_code, apology } => Err(Failure::Ended { error_code, apology }),
        Ending::Complete { .. } if !flaws.is_empty() => Err(Failure::Incomplete(flaws)),
        Ending::Complete { stop_reason, input_tokens, output_tokens } => {
            Ok(Answered { stop_reason, input_tokens, output_tokens })
        }
    }
}

/// The steps of a conversation, up to the end of the answer.
async fn converse(
    client: &Client,
    service: &Service,
    question: Question,
    following: &mut Following<'_>,
) -> Result<Ending, Failure> {
    let authorization = service.authorization()?;
    let step = HANDSHAKE.min(following.patience.answer);
    let protocols = sub_protocols(&authorization);
    let mut socket = timeout(step, socket::open(client, &service.realtime_url, protocols))
        .await
        .map_err(|_| timed_out("connection", step))??;
    let mut protocol = RealTime::new(Uuid::new_v4().to_string(), &question.session_id, &authorization);
    subscribe(&mut socket, &mut protocol, following, step).await?;

    following.asked(&question.request_id)?;
    let ask = timeout(ACKNOWLEDGEMENT, api::ask(client.clone(), service.graphql_url.clone(), authorization, question));
    let unheard = || format!("no acknowledgement within {} s", ACKNOWLEDGEMENT.as_secs());
    let ask = async { ask.await.unwrap_or_else(|_| Ok(Handover::Unknown(unheard()))) };
    let result = listen(&mut socket, &mut protocol, following, ask).await;
    say_goodbye(&mut socket, &protocol).await;
    result
}

/// Brings the subscription to life. A piece that arrives meanwhile answers no question of ours and is counted so.
async fn subscribe(
    socket: &mut WebSocket,
    protocol: &mut RealTime,
    following: &mut Following<'_>,
    step: Duration,
) -> Result<(), Failure> {
    send(socket, protocol.opening()).await?;
    let mut deadline = Instant::now() + step;
    loop {
        let heard = timeout_at(deadline, hear(socket, protocol)).await;
        match heard.map_err(|_| timed_out(protocol.awaited(), step))?? {
            Reaction::Subscribed => return Ok(()),
            Reaction::Send(frame) => {
                send(socket, frame).await?;
                deadline = Instant::now() + step;
            }
            Reaction::Piece(piece) => {
                following.take(|assembler| assembler.accept(*piece))?;
            }
            Reaction::None | Reaction::Undeliverable(_) => {}
        }
    }
}

/// Follows the answer while the question is still being handed over: the first pieces may overtake the acknowledgement.
async fn listen(
    socket: &mut WebSocket,
    protocol: &mut RealTime,
    following: &mut Following<'_>,
    ask: impl Future<Output = Result<Handover, Failure>>,
) -> Result<Ending, Failure> {
    let mut ask = pin!(ask);
    let mut acknowledged = false;
    let mut heard = Instant::now();
    let deadline = following.asked + following.patience.answer;
    loop {
        let gap = following.gap_deadline();
        let keep_alive = protocol.keep_alive();
        let ended = tokio::select! {
            reaction = hear(socket, protocol) => {
                heard = Instant::now();
                following.react(reaction?)?
            }
            result = &mut ask, if !acknowledged => {
                acknowledged = true;
                following.acknowledged(result)?;
                None
            }
            () = sleep_until(gap.unwrap_or(deadline)), if gap.is_some() => following.give_up()?,
            () = sleep_until(heard + keep_alive) => {
                let silence = keep_alive.as_secs_f64();
                return Err(Failure::Connection(format!("the connection is lost: AppSync was silent for {silence} s")));
            }
            () = sleep_until(deadline) => return Err(timed_out(following.awaited(), following.patience.answer)),
        };
        if let Some(ending) = ended {
            return Ok(ending);
        }
    }
}

/// Reads the next message and lets the protocol judge it. Pings are answered by the library.
async fn hear(socket: &mut WebSocket, protocol: &mut RealTime) -> Result<Reaction, Failure> {
    let awaited = protocol.awaited();
    match socket.next().await {
        Some(Ok(Message::Text(text))) => protocol.receive(&text),
        Some(Ok(Message::Close { code, reason })) => Err(closed(Some((code, &reason)), awaited)),
        Some(Ok(_)) => Ok(Reaction::None),
        Some(Err(error)) => Err(broken(error, awaited)),
        None => Err(closed(None, awaited)),
    }
}

/// Sends one text message.
async fn send(socket: &mut WebSocket, text: String) -> Result<(), Failure> {
    socket.send(Message::Text(text)).await.map_err(|error| broken(error, "end of the handshake"))
}

/// Unsubscribes and closes. What goes wrong here no longer matters to anybody.
async fn say_goodbye(socket: &mut WebSocket, protocol: &RealTime) {
    let goodbye = async {
        socket.send(Message::Text(protocol.closing())).await?;
        SinkExt::close(socket).await
    };
    let _ = timeout(GOODBYE_LIMIT, goodbye).await;
}

fn timed_out(waiting_for: &str, after: Duration) -> Failure {
    Failure::TimedOut { waiting_for: waiting_for.to_owned(), after }
}

fn closed(frame: Option<(CloseCode, &str)>, awaited: &str) -> Failure {
    let why = frame.map(|(code, reason)| format!(" ({})", format!("{} {reason}", u16::from(code)).trim_end()));
    Failure::Connection(format!("AppSync closed the connection{} before the {awaited}", why.unwrap_or_default()))
}

fn broken(error: SocketError, awaited: &str) -> Failure {
    let why = match error {
        SocketError::Tungstenite(error) => causes(&error),
        other => causes(&other),
    };
    Failure::Connection(format!("the connection broke before the {awaited}: {why}"))
}

/// What the reader has been told so far, and when.
struct Following<'a> {
    /// Who is told.
    observer: &'a mut dyn Observer,
    /// Puts pieces in order. What it has released the reader has been told.
    assembler: Assembler,
    /// When the conversation began; what the observer is told counts from here.
    begun: Instant,
    /// Set once the question leaves, at `asked`.
    request_id: Option<String>,
    /// When the question left; `timings` count from here. Before it leaves, when the conversation began.
    asked: Instant,
    /// When things happened, for the report.
    timings: Timings,
    /// The sequence that is missing and since when.
    gap: Option<(u32, Instant)>,
    /// Whether the reader knows that a second run answers the question.
    answered_twice: bool,
    /// Whether the service said that it does not know what became of the question.
    fate_unknown: bool,
    /// How long to wait for the answer's end, and for what is missing.
    patience: Patience,
}

impl Following<'_> {
    fn tell(&mut self, notice: Notice<'_>) -> io::Result<()> {
        self.observer.notice(self.begun.elapsed(), notice)
    }

    fn asked(&mut self, request_id: &str) -> io::Result<()> {
        self.asked = Instant::now();
        self.request_id = Some(request_id.to_owned());
        self.tell(Notice::Asked(request_id))
    }

    /// A refusal ends the conversation; a failure to hear the acknowledgement does not where pieces of the answer prove
    /// that the question arrived.
    fn acknowledged(&mut self, result: Result<Handover, Failure>) -> Result<(), Failure> {
        match result {
            // Its answer has begun: whatever happened to the acknowledgement, the question was taken.
            Ok(Handover::Unknown(why)) if self.assembler.tally().messages > 0 => self.tell(Notice::Warning(&why))?,
            Ok(Handover::Unknown(why)) => {
                self.fate_unknown = true;
                self.tell(Notice::Warning(&format!("{why}: {}", texts::OUTCOME_UNKNOWN)))?;
            }
            Ok(Handover::Taken) => {
                self.timings.acknowledged = Some(self.asked.elapsed());
                self.tell(Notice::Acknowledged)?;
            }
            Err(failure @ Failure::Connection(_)) if self.assembler.tally().messages > 0 => {
                self.tell(Notice::Warning(&failure.to_string()))?;
            }
            Err(failure) => return Err(failure),
        }
        Ok(())
    }

    /// What the reader waits for, in words for a time-out.
    fn awaited(&self) -> &'static str {
        if self.fate_unknown && self.assembler.tally().messages == 0 {
            "answer, and no word whether the question was taken,"
        } else {
            "end of the answer"
        }
    }

    fn react(&mut self, reaction: Reaction) -> Result<Option<Ending>, Failure> {
        match reaction {
            Reaction::Piece(piece) => self.take(|assembler| assembler.accept(*piece)),
            Reaction::Undeliverable(reason) => {
                self.tell(Notice::Warning(&format!("AppSync could not deliver a message: {reason}")))?;
                Ok(None)
            }
            Reaction::None | Reaction::Send(_) | Reaction::Subscribed => Ok(None),
        }
    }

    fn gap_deadline(&self) -> Option<Instant> {
        self.gap.map(|(_, since)| since + self.patience.gap)
    }

    fn give_up(&mut self) -> Result<Option<Ending>, Failure> {
        if let Some(gap) = self.assembler.gap() {
            self.tell(Notice::Gap(gap))?;
        }
        self.take(Assembler::give_up_gap)
    }

    /// Tells what the assembler releases, and starts or stops waiting for what is missing.
    fn take(&mut self, step: impl FnOnce(&mut Assembler) -> Vec<Released>) -> Result<Option<Ending>, Failure> {
        let released = step(&mut self.assembler);
        let missing = self.assembler.gap().map(|gap| gap.start);
        if missing != self.gap.map(|(first, _)| first) {
            self.gap = missing.map(|first| (first, Instant::now()));
        }
        if self.assembler.tally().other_run > 0 && !self.answered_twice {
            self.answered_twice = true;
            self.tell(Notice::Warning("the question was delivered twice; only the first answer is shown"))?;
        }
        let now = self.asked.elapsed();
        for item in released {
            match item {
                Released::Started => {
                    self.timings.started.get_or_insert(now);
                    self.tell(Notice::Started)?;
                }
                Released::Text { sequence, text } => {
                    if !text.is_empty() {
                        self.timings.first_text.get_or_insert(now);
                    }
                    self.tell(Notice::Text(sequence, &text))?;
                }
                Released::Ended(ending) => {
                    self.timings.ended = Some(now);
                    return Ok(Some(ending));
                }
            }
        }
        Ok(None)
    }
}
