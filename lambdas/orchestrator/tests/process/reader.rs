//! What a reader of one request received, and the rules every answer keeps however it went.

use std::collections::BTreeMap;

use fakes::appsync::Mutation;

use crate::harness::{LOCALE, OWNER, SESSION};

/// The pieces a reader received, each once, in order of their sequence.
#[derive(Debug)]
pub struct Seen(Vec<Mutation>);

impl Seen {
    /// Takes the delivered mutations of one request, as a client does: by sequence, later copies dropped.
    ///
    /// # Panics
    /// Where a rule is broken that holds for every answer.
    pub fn by_request(mutations: &[Mutation], request_id: &str) -> Self {
        let mut pieces: BTreeMap<i64, Mutation> = BTreeMap::new();
        for mutation in mutations.iter().filter(|mutation| mutation.delivered && mutation.text("requestId") == request_id) {
            let sequence = mutation.input["sequence"].as_i64().expect("every piece has a sequence");
            if let Some(first) = pieces.get(&sequence) {
                assert_eq!(first.input, mutation.input, "a repeated sequence repeats its piece");
            }
            pieces.entry(sequence).or_insert_with(|| mutation.clone());
        }
        let seen = Self(pieces.into_values().collect());
        seen.keeps_the_rules();
        seen
    }

    fn keeps_the_rules(&self) {
        for (index, piece) in self.0.iter().enumerate() {
            assert_eq!(piece.input["sequence"], index, "sequences have no gap");
            assert_eq!(piece.input["answerId"], self.0[0].input["answerId"], "one run answers");
            assert_eq!(piece.text("answerId").len(), 16, "{:?}", piece.input);
            assert_eq!(piece.text("sessionId"), SESSION);
            assert_eq!(piece.text("owner"), OWNER);
            assert_eq!(piece.text("locale"), LOCALE);
            let is_marker = |marker: &str| assert_eq!(piece.text("message"), marker);
            match piece.text("event") {
                "START" => is_marker("#START_STREAM#"),
                "END" => is_marker("#END_STREAM#"),
                "DELTA" => assert!(!piece.text("message").is_empty(), "a delta has text"),
                _ => {}
            }
        }
        let errors: Vec<_> = self.0.iter().filter(|piece| piece.text("event") == "ERROR").collect();
        if let [apology, marker] = errors[..] {
            // Every German apology asks for something.
            assert!(apology.text("message").contains("Bitte"), "an apology in the reader's language: {:?}", apology.input);
            assert_eq!(marker.text("message"), "#STREAM_ERROR#");
            assert_eq!(apology.text("errorCode"), marker.text("errorCode"));
        } else {
            assert!(errors.is_empty(), "an apology and a marker, or neither");
        }
    }

    /// The kinds of events, in order, several deltas in a row told once: `START DELTA END`.
    pub fn shape(&self) -> String {
        let mut kinds: Vec<_> = self.0.iter().map(|piece| piece.text("event")).collect();
        kinds.dedup_by(|right, left| right == left && *left == "DELTA");
        kinds.join(" ")
    }

    /// The answer's text.
    pub fn text(&self) -> String {
        self.deltas().map(|delta| delta.text("message")).collect()
    }

    /// The pieces with text.
    pub fn deltas(&self) -> impl Iterator<Item = &Mutation> {
        self.0.iter().filter(|piece| piece.text("event") == "DELTA")
    }

    /// The last piece.
    pub fn last(&self) -> &Mutation {
        self.0.last().expect("the reader received something")
    }

    /// The error's code; empty where there was none.
    pub fn error_code(&self) -> &str {
        self.0.last().map_or("", |piece| piece.text("errorCode"))
    }

    /// All pieces.
    pub fn pieces(&self) -> &[Mutation] {
        &self.0
    }
}
