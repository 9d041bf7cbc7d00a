//! Order, repetition, loss and what belongs to others.

use fakes::pieces;

use super::*;

const SESSION: &str = "session";
const REQUEST: &str = "request";

/// The recorded piece of an event, at this place and with this text. It names no run.
fn piece(sequence: u32, event: Event, message: &str) -> Piece {
    let recorded = match event {
        Event::Start => pieces::START,
        Event::Delta => pieces::DELTA,
        Event::End => pieces::END,
        Event::Error if message == ERROR_MARKER => pieces::MARKER,
        Event::Error => pieces::APOLOGY,
        Event::Unknown => panic!("no piece of an unknown event is recorded"),
    };
    Piece {
        session_id: SESSION.to_owned(),
        request_id: Some(REQUEST.to_owned()),
        answer_id: None,
        sequence: Some(sequence),
        message: message.to_owned(),
        ..serde_json::from_str(recorded).unwrap()
    }
}

/// START, `a`, `b`, `c`, END.
fn answer() -> Vec<Piece> {
    let texts = ["", "a", "b", "c", ""];
    let events = [Event::Start, Event::Delta, Event::Delta, Event::Delta, Event::End];
    (0..).zip(events).zip(texts).map(|((at, event), text)| piece(at, event, text)).collect()
}

fn assembler() -> Assembler {
    Assembler::new(SESSION.to_owned(), REQUEST.to_owned())
}

fn text(released: &[Released]) -> String {
    let texts = released.iter().map(|item| match item {
        Released::Text { text, .. } => text.as_str(),
        Released::Started => "<",
        Released::Ended(_) => ">",
    });
    texts.collect()
}

/// Every order of the given pieces.
fn orders(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let Some((first, rest)) = pieces.split_first() else {
        return vec![Vec::new()];
    };
    let insert =
        |order: Vec<Piece>| (0..=order.len()).map(move |at| [&order[..at], std::slice::from_ref(first), &order[at..]].concat());
    orders(rest).into_iter().flat_map(insert).collect()
}

#[test]
fn every_order_of_arrival_reads_the_same() {
    let all = orders(&answer());
    assert_eq!(all.len(), 120);
    for order in all {
        let mut assembler = assembler();
        let released: Vec<_> = order.iter().cloned().flat_map(|piece| assembler.accept(piece)).collect();
        assert_eq!(text(&released), "<abc>", "{order:?}");
        let tally = assembler.tally();
        assert_eq!(tally.messages, 5);
        let sorted = order.is_sorted_by_key(|piece| piece.sequence);
        assert_eq!(tally.reordered == 0, sorted, "{order:?}");
        assert!(tally.flaws(Demands::default()).is_empty());
    }
}

#[test]
fn text_waits_for_what_comes_before_it_until_that_is_given_up() {
    let mut assembler = assembler();
    let all = answer();
    assert_eq!(text(&assembler.accept(all[0].clone())), "<");
    assert_eq!(assembler.gap(), None);
    assert_eq!(text(&assembler.accept(all[3].clone())), "");
    assert_eq!(assembler.gap(), Some(1..3));
    assert_eq!(text(&assembler.accept(all[1].clone())), "a");
    assert_eq!(assembler.gap(), Some(2..3));
    assert_eq!(text(&assembler.give_up_gap()), "c");
    assert_eq!((assembler.gap(), text(&assembler.give_up_gap()).as_str()), (None, ""));
    // Too late to be shown, and still a flaw.
    assert_eq!(text(&assembler.accept(all[2].clone())), "");
    assert_eq!(text(&assembler.accept(all[4].clone())), ">");
    assert_eq!(assembler.tally().flaws(Demands::default()), [Flaw::Missing(vec![2])]);
}

#[test]
fn nothing_leaves_after_the_end_and_nothing_is_awaited() {
    let mut assembler = assembler();
    let late = piece(7, Event::Delta, "late");
    let all = answer().into_iter().chain([late]);
    let released: Vec<_> = all.flat_map(|piece| assembler.accept(piece)).collect();
    assert_eq!((text(&released).as_str(), assembler.gap()), ("<abc>", None));
}

#[test]
fn a_repetition_is_harmless_and_a_contradiction_is_not() {
    let mut assembler = assembler();
    for piece in [answer(), answer()].concat() {
        assembler.accept(piece);
    }
    assert_eq!(assembler.tally().repeated, 5);
    assert!(assembler.tally().flaws(Demands::default()).is_empty());
    assembler.accept(piece(2, Event::Delta, "B"));
    assert_eq!(assembler.tally().flaws(Demands::default()), [Flaw::Conflicting(vec![2])]);
}

#[test]
fn what_belongs_to_others_is_only_counted() {
    let mut assembler = assembler();
    let mine = piece(0, Event::Start, "");
    let others = [
        Piece { session_id: "other".to_owned(), ..mine.clone() },
        Piece { request_id: Some("other".to_owned()), ..mine.clone() },
        Piece { request_id: None, ..mine },
    ];
    for other in others {
        assert!(assembler.accept(other).is_empty());
    }
    assert!(assembler.tally().flaws(Demands::default()).is_empty());
    let private = Demands { private: true, orderly: false };
    assert_eq!(assembler.tally().flaws(private), [Flaw::Foreign(3)]);
}

/// START, one text, END, of one run.
fn run(answer_id: &str) -> Vec<Piece> {
    let pieces = [piece(0, Event::Start, ""), piece(1, Event::Delta, answer_id), piece(2, Event::End, "")];
    pieces.into_iter().map(|piece| Piece { answer_id: Some(answer_id.to_owned()), ..piece }).collect()
}

#[test]
fn of_two_runs_in_any_mixture_the_one_heard_first_is_the_answer() {
    for order in orders(&[run("a"), run("b")].concat()) {
        let first = order[0].answer_id.clone().unwrap();
        let mut assembler = assembler();
        let released: Vec<_> = order.iter().cloned().flat_map(|piece| assembler.accept(piece)).collect();
        assert_eq!(text(&released), format!("<{first}>"), "{order:?}");
        let tally = assembler.tally();
        assert_eq!((tally.messages, tally.other_run), (3, 3));
        assert!(tally.flaws(Demands::default()).is_empty());
        let orderly = tally.flaws(Demands { private: false, orderly: true });
        assert!(orderly.contains(&Flaw::OtherRun(3)), "{orderly:?}");
    }
}

#[test]
fn a_lost_start_is_not_made_up_for_by_another_run() {
    let mut assembler = assembler();
    let pieces = [&run("a")[1..], &run("b")].concat();
    let released: Vec<_> = pieces.into_iter().flat_map(|piece| assembler.accept(piece)).collect();
    assert_eq!((text(&released).as_str(), assembler.gap()), ("", Some(0..1)));
    assert_eq!(text(&assembler.give_up_gap()), "a>");
}

#[test]
fn pieces_that_name_no_run_fit_any() {
    let unnamed = answer();
    let named = run("a");
    let mut assembler = assembler();
    let pieces = [unnamed[0].clone(), named[1].clone(), unnamed[2].clone()];
    let released: Vec<_> = pieces.into_iter().flat_map(|piece| assembler.accept(piece)).collect();
    assert_eq!((text(&released).as_str(), assembler.tally().other_run), ("<ab", 0));
}

#[test]
fn only_the_first_error_counts() {
    let mut assembler = assembler();
    let failed = |at, text: &str| Piece { error_code: Some("deadline".to_owned()), ..piece(at, Event::Error, text) };
    let pieces = [piece(0, Event::Start, ""), failed(1, "Sorry."), failed(2, ERROR_MARKER)];
    let released: Vec<_> = pieces.into_iter().flat_map(|piece| assembler.accept(piece)).collect();
    let ending = Ending::Failed { error_code: "deadline".to_owned(), apology: Some("Sorry.".to_owned()) };
    assert_eq!(released, [Released::Started, Released::Ended(ending)]);
}

#[test]
fn an_event_of_the_future_keeps_its_place() {
    let mut assembler = assembler();
    let known = r#"{"sessionId": "session", "requestId": "request", "sequence": 0, "event": "THOUGHT", "message": "hm"}"#;
    assert!(assembler.accept(serde_json::from_str(known).unwrap()).is_empty());
    assert_eq!(text(&assembler.accept(piece(1, Event::Delta, "a"))), "a");
}

#[test]
fn a_hostile_sequence_costs_no_memory() {
    let mut assembler = assembler();
    assembler.accept(piece(MAX_SEQUENCE, Event::Delta, "far"));
    assert_eq!(text(&assembler.give_up_gap()), "far");
    assert_eq!(assembler.tally().missing.len(), GAP_LISTED + 1);
    assert!(assembler.accept(piece(MAX_SEQUENCE + 1, Event::Delta, "farther")).is_empty());
    assert_eq!(assembler.tally().malformed, 1);
}
