//! Whole answers from a scripted model to a recording sink, on a paused clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use chat::{AnswerId, Error, ErrorCode, Event, Piece, Question, StopReason};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;
use tokio::time::{Instant, sleep};

use super::context::{Context, Pace};
use super::scripted::{Recorder, Script, Scripted, USAGE, question, stop, text};
use super::source::{AnswerSource, AnswerStream, ModelEvent};
use super::{Report, answer};

const PACE: Pace =
    Pace { flush_interval: Duration::from_millis(92), idle_timeout: Duration::from_secs(30), buffer_limit: 1024 * 1024 };
const DEADLINE: Duration = Duration::from_mins(2);
const RUN: AnswerId = AnswerId(7);
const LONGEST_TEXT: usize = 32 * 1024;

/// A model that never stops, and how much was taken from it.
struct Endless {
    piece: String,
    taken: AtomicUsize,
}

impl AnswerSource for Arc<Endless> {
    type Stream = Self;

    async fn open(&self, _question: &Question) -> Result<Self, Error> {
        Ok(Arc::clone(self))
    }
}

impl AnswerStream for Arc<Endless> {
    async fn next(&mut self) -> Result<Option<ModelEvent>, Error> {
        sleep(Duration::from_millis(1)).await;
        self.taken.fetch_add(self.piece.len(), Relaxed);
        Ok(Some(ModelEvent::Text(self.piece.as_str().into())))
    }
}

/// The usual question, received now, asked so long ago that its start is due.
fn context() -> Context {
    let received = Instant::now();
    Context {
        question: Arc::new(question()),
        answer_id: RUN,
        pace: PACE,
        received,
        waited: Duration::from_secs(1),
        deadline: received + DEADLINE,
    }
}

fn quick(_: &Piece<'_>) -> (u64, bool) {
    (30, true)
}

async fn run<F>(script: &Arc<Script>, recorder: &Recorder<F>) -> Report
where
    F: Fn(&Piece<'_>) -> (u64, bool) + Send + Sync,
{
    answer(&context(), script, recorder).await
}

/// Runs one answer of `openings` against a quick AppSync and expects these pieces.
async fn check(openings: impl IntoIterator<Item = Result<Vec<Scripted>, Error>>, expected: &[&str]) -> Report {
    let recorder = Recorder::new(quick);
    let report = run(&Script::new(openings), &recorder).await;
    assert_eq!(recorder.kinds(), expected);
    report
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_start_text_and_end() {
    let steps = [text(400, "The "), text(15, "sky")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    let report = check([Ok(steps)], &["start", "The ", "sky", "end end_turn"]).await;
    assert_eq!(report.first_text, Some(Duration::from_millis(400)));
    assert_eq!(report.delivery.first_lag, Some(Duration::from_millis(30)));
    assert_eq!((report.delivery.pieces, report.delivery.told), (4, true));
    assert_eq!(report.ending.unwrap().usage, Some(USAGE));
}

#[tokio::test(start_paused = true)]
async fn the_start_leaves_while_the_model_is_thinking() {
    let recorder = Recorder::new(quick);
    let begun = Instant::now();
    let steps = [text(2_000, "Hm")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    run(&Script::new([Ok(steps)]), &recorder).await;
    let seen = recorder.seen();
    assert_eq!((seen[0].at - begun, seen[1].at - begun), (Duration::from_millis(30), Duration::from_millis(2_030)));
}

/// A client that subscribes and asks at once hears nothing of the first moments.
async fn check_start(waited: u64, thinking: u64, expected: &[u128]) {
    let recorder = Recorder::new(quick);
    let steps = [text(thinking, "Hm")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    let context = Context { waited: Duration::from_millis(waited), ..context() };
    answer(&context, &Script::new([Ok(steps)]), &recorder).await;
    let sent: Vec<_> = recorder.seen().iter().map(|seen| (seen.at - context.received).as_millis() - 30).collect();
    assert_eq!(sent[..2], *expected, "waited {waited} ms, thinking {thinking} ms");
}

#[tokio::test(start_paused = true)]
async fn the_start_leaves_200_ms_after_the_question_was_asked_or_with_the_first_text() {
    check_start(0, 1_000, &[200, 1_000]).await;
    check_start(150, 1_000, &[50, 1_000]).await;
    check_start(999_999, 1_000, &[0, 1_000]).await;
    // Text that is there before the start has been taken waits for it.
    check_start(0, 50, &[50, 80]).await;
    check_start(0, 210, &[200, 230]).await;
}

#[tokio::test(start_paused = true)]
async fn an_early_failure_waits_until_somebody_can_hear_it() {
    let recorder = Recorder::new(quick);
    let context = Context { waited: Duration::ZERO, ..context() };
    answer(&context, &Script::new([Err(Error::Tell(ErrorCode::ModelMisconfigured))]), &recorder).await;
    let sent: Vec<_> = recorder.seen().iter().map(|seen| (seen.at - context.received).as_millis() - 30).collect();
    assert_eq!(sent, [200, 230, 260]);
}

#[tokio::test(start_paused = true)]
async fn text_before_a_pause_leaves_when_its_interval_is_over() {
    let recorder = Recorder::new(quick);
    let begun = Instant::now();
    let steps =
        [text(400, "Well"), text(60, ", let"), text(10_000, " me think")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    run(&Script::new([Ok(steps)]), &recorder).await;
    let sent: Vec<_> = recorder.seen().iter().map(|seen| (seen.at - begun).as_millis() - 30).collect();
    assert_eq!(recorder.kinds(), ["start", "Well", ", let", " me think", "end end_turn"]);
    assert_eq!(sent, [0, 400, 492, 10_460, 10_490]);
}

/// After a freeze the time is up before what waits in the socket was looked at.
#[tokio::test(start_paused = true)]
async fn text_that_comes_just_after_the_idle_timeout_is_not_a_silence() {
    let late = u64::try_from(PACE.idle_timeout.as_millis()).unwrap() + 50;
    let steps = [text(5, "The "), text(late, "sky")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    check([Ok(steps)], &["start", "The ", "sky", "end end_turn"]).await;
}

#[tokio::test(start_paused = true)]
async fn reasoning_and_tools_are_not_text() {
    let busy = (10, Ok(Some(ModelEvent::Busy)));
    let steps = [busy.clone(), text(10, "Yes"), busy].into_iter().chain(stop(StopReason::ToolUse)).collect();
    check([Ok(steps)], &["start", "Yes", "end tool_use"]).await;
}

#[tokio::test(start_paused = true)]
async fn every_way_to_stop_reaches_the_reader() {
    for reason in StopReason::ALL {
        let steps = [text(1, "Well")].into_iter().chain(stop(reason)).collect();
        check([Ok(steps)], &["start", "Well", &format!("end {reason}")]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_word_is_an_error_unless_its_stop_says_why() {
    check([Ok(stop(StopReason::EndTurn).into())], &["start", "apology empty_answer", "failed empty_answer"]).await;
    check([Ok(stop(StopReason::GuardrailIntervened).into())], &["start", "end guardrail_intervened"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_usage_that_never_comes_does_not_hold_the_end_back() {
    let steps = vec![text(1, "Yes"), (0, Ok(Some(ModelEvent::Stop(StopReason::EndTurn))))];
    let report = check([Ok(steps)], &["start", "Yes", "end end_turn"]).await;
    assert!(report.took < Duration::from_secs(3), "{:?}", report.took);
    assert_eq!(report.ending.unwrap().usage, None);
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_before_the_first_text() {
    let complete: Vec<_> = [text(5, "Yes")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    let throttled = Error::Retry(ErrorCode::ModelThrottled);
    let openings = [Err(throttled), Ok(vec![(5, Err(throttled))]), Ok(vec![(5, Ok(None))]), Ok(complete)];
    let report = check(openings, &["start", "Yes", "end end_turn"]).await;
    assert_eq!(report.ending.unwrap().retries, 3);
}

#[tokio::test(start_paused = true)]
async fn tries_end() {
    let script = Script::new(vec![Err(Error::Retry(ErrorCode::ModelThrottled)); 50]);
    let recorder = Recorder::new(quick);
    run(&script, &recorder).await;
    assert_eq!(script.opened(), 7);
    assert_eq!(recorder.kinds(), ["start", "apology model_throttled", "failed model_throttled"]);

    let script = Script::new(vec![Err(Error::Retry(ErrorCode::ModelError)); 50]);
    run(&script, &Recorder::new(quick)).await;
    assert_eq!(script.opened(), 2);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_tried_again_after_the_first_text() {
    let cut = Error::Retry(ErrorCode::ModelInterrupted);
    let openings = [Ok(vec![text(5, "The "), (5, Err(cut))]), Ok(vec![text(5, "another answer")])];
    check(openings, &["start", "The ", "apology model_interrupted", "failed model_interrupted"]).await;
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_stop_is_an_error() {
    let openings = [Ok(vec![text(5, "The "), (5, Ok(None))])];
    check(openings, &["start", "The ", "apology model_interrupted", "failed model_interrupted"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_at_once() {
    let report = check(
        [Err(Error::Tell(ErrorCode::ModelMisconfigured))],
        &["start", "apology model_misconfigured", "failed model_misconfigured"],
    )
    .await;
    assert!(report.delivery.told && report.took < Duration::from_millis(200), "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn silence_is_told_after_the_idle_timeout() {
    let report = check([Ok(vec![text(5, "The ")])], &["start", "The ", "apology model_timeout", "failed model_timeout"]).await;
    assert!(report.took >= PACE.idle_timeout && report.took < PACE.idle_timeout + Duration::from_secs(1), "{:?}", report.took);
}

#[tokio::test(start_paused = true)]
async fn at_the_deadline_what_was_produced_is_delivered_and_the_reader_told() {
    let script = Script::new([Ok((0..).map(|token| text(100, &format!("{token} "))).take(2_000).collect())]);
    let recorder = Recorder::new(quick);
    let report = run(&script, &recorder).await;
    assert_eq!(report.ending.unwrap().outcome, Err(ErrorCode::Deadline));
    assert_eq!(recorder.kinds().into_iter().rev().take(2).collect::<Vec<_>>(), ["failed deadline", "apology deadline"]);
    let produced = (0..1_149).fold(String::new(), |text, token| format!("{text}{token} "));
    assert!(recorder.text().starts_with(&produced), "{}", recorder.text().len());
    assert!(report.took + Duration::from_secs(4) < DEADLINE, "{:?}", report.took);
}

#[tokio::test(start_paused = true)]
async fn a_refused_piece_is_told_with_its_own_sequence() {
    let recorder = Recorder::new(|event| match event.event {
        Event::Delta(_) => (30, false),
        _ => (30, true),
    });
    let script = Script::new([Ok(vec![text(5, "The "), text(60_000, "sky")])]);
    let report = run(&script, &recorder).await;
    assert_eq!(recorder.kinds(), ["start", "apology delivery_failed", "failed delivery_failed"]);
    let sequences: Vec<_> = recorder.seen().iter().map(|seen| seen.sequence).collect();
    assert_eq!(sequences, [0, 1, 2]);
    assert!(report.delivery.told);
    assert_eq!(report.ending, None, "reading stops when nothing can be delivered");
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_cannot_be_told_is_a_failure() {
    let recorder = Recorder::new(|_| (30, false));
    let steps = [text(5, "The ")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    let report = run(&Script::new([Ok(steps)]), &recorder).await;
    assert!(!report.delivery.told);
    assert_eq!(report.delivery.error, Some(ErrorCode::DeliveryFailed));
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_saw_text_and_then_nothing_is_a_failure() {
    let recorder = Recorder::new(|event| match event.sequence {
        0 | 1 => (30, true),
        _ => (30, false),
    });
    let steps = [text(5, "The ")].into_iter().chain(stop(StopReason::EndTurn)).collect();
    let report = run(&Script::new([Ok(steps)]), &recorder).await;
    assert_eq!(recorder.kinds(), ["start", "The "]);
    assert!(!report.delivery.told);
}

#[tokio::test(start_paused = true)]
async fn either_half_of_the_apology_is_enough_to_have_told_the_reader() {
    for lost in [2, 3] {
        let recorder = Recorder::new(|event| match event.event {
            Event::Apology(_) if lost == 2 => (30, false),
            Event::Failed { .. } if lost == 3 => (30, false),
            _ => (30, true),
        });
        let report = run(&Script::new([Ok(vec![text(5, "The "), (5, Ok(None))])]), &recorder).await;
        assert_eq!(recorder.kinds().len(), 3, "{lost}");
        assert!(report.delivery.told, "{lost}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_never_returns_ends_before_the_invocation_does() {
    let recorder = Recorder::new(|_| (u64::MAX / 2, true));
    let script = Script::new([Ok((0..50_000).map(|_| text(1, "word ")).collect())]);
    let report = run(&script, &recorder).await;
    assert!(!report.delivery.told);
    assert!(report.took < DEADLINE, "{:?}", report.took);
}

#[tokio::test(start_paused = true)]
async fn reading_goes_on_while_appsync_is_slow() {
    let recorder = Recorder::new(|_| (10_000, true));
    let steps: Vec<_> = (0..100).map(|_| text(10, "word ")).chain(stop(StopReason::EndTurn)).collect();
    let report = run(&Script::new([Ok(steps)]), &recorder).await;
    // Start, everything that came meanwhile, end: the model was done long before the first piece was.
    assert_eq!(report.delivery.pieces, 3);
    assert_eq!(recorder.text(), "word ".repeat(100));
}

/// Random answers: pieces of any text with any gaps, and an AppSync with any delay.
fn answers() -> impl Strategy<Value = (Vec<(u64, String)>, Vec<u64>)> {
    let words = prop_oneof![
        any::<String>(),
        Just("👩‍👩‍👧e\u{301}".to_owned()),
        Just("#END_STREAM#".to_owned()),
        (1..3_000_usize).prop_map(|length| "ß🙂".repeat(length)),
    ];
    let gaps = prop_oneof![0..5_u64, 0..200_u64, 0..3_000_u64];
    (prop::collection::vec((gaps, words), 0..60), prop::collection::vec(0..900_u64, 1..8))
}

fn paused<T>(future: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(future))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_reader_gets_the_models_text_once_in_order_and_in_bounded_pieces((pieces, delays) in answers()) {
        let expected: String = pieces.iter().map(|piece| piece.1.as_str()).collect();
        let steps = pieces.iter().map(|(gap, words)| text(*gap, words)).chain(stop(StopReason::MaxTokens)).collect();
        let recorder = Recorder::new(|event| (delays[event.sequence as usize % delays.len()], true));
        let report = paused(run(&Script::new([Ok(steps)]), &recorder)).map_err(|error| TestCaseError::fail(error.to_string()))?;

        prop_assert_eq!(recorder.text(), expected);
        prop_assert!(report.delivery.told);
        prop_assert!(recorder.most_in_flight() == 1);
        let seen = recorder.seen();
        for (expected, seen) in seen.iter().enumerate() {
            prop_assert_eq!((seen.sequence as usize, seen.answer_id), (expected, RUN));
            if let Event::Delta(text) = &seen.event {
                prop_assert!(!text.as_str().is_empty() && text.as_str().len() <= LONGEST_TEXT);
            }
        }
        prop_assert_eq!(&seen[0].event, &Event::Start);
        let end = Event::End { stop_reason: StopReason::MaxTokens, usage: Some(USAGE) };
        prop_assert_eq!(seen.last().map(|seen| &seen.event), Some(&end));
    }

    #[test]
    fn memory_stays_bounded_while_appsync_is_stopped(length in 1..5_000_usize, limit in 1_000..100_000_usize, taken_by_appsync in 0..3_u32) {
        let endless = Arc::new(Endless { piece: "x".repeat(length), taken: AtomicUsize::default() });
        let recorder = Recorder::new(|event| (if event.sequence < taken_by_appsync { 30 } else { u64::MAX / 2 }, true));
        let pace = Pace { buffer_limit: limit, ..PACE };
        paused(async { answer(&Context { pace, ..context() }, &Arc::new(Arc::clone(&endless)), &recorder).await })
            .map_err(|error| TestCaseError::fail(error.to_string()))?;

        // Beside the full buffer: what was published, the piece in flight, and the one piece that waits for room.
        let elsewhere = recorder.text().len() + LONGEST_TEXT + length;
        prop_assert!(endless.taken.load(Relaxed) <= limit + elsewhere, "{:?} taken", endless.taken);
    }
}
