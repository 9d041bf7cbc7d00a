//! From what the model said and what the subscriber received to the lag of every token.

use std::time::{Duration, Instant};

use fakes::appsync::Mutation;
use fakes::bedrock::Emitted;

const START: &str = "#START_STREAM#";
const END: &str = "#END_STREAM#";

/// The times of one answer, as a reader saw it.
#[derive(Clone)]
pub struct Answer {
    /// Milliseconds from the emission of each token to its delivery.
    pub lags_ms: Vec<f64>,
    /// AppSync's own milliseconds for the mutation that carried the first token.
    pub first_mutation_ms: f64,
    /// Milliseconds from the last token's emission to the delivery of END.
    pub end_lag_ms: f64,
    /// Seconds after the question at which each token was emitted and delivered.
    pub arrivals: Vec<(f64, f64)>,
    /// Mutations sent, START and END included.
    pub mutations: usize,
}

/// Follows every token of one answer, asked at `asked`, from the model to the subscriber.
///
/// # Errors
/// Where the subscriber did not receive exactly what the model said.
pub fn follow(asked: Instant, emitted: &[Emitted], mutations: &[Mutation]) -> Result<Answer, String> {
    let said: String = emitted.iter().map(|emitted| emitted.text.as_str()).collect();
    let delivered: Vec<_> = mutations.iter().filter(|mutation| mutation.delivered).collect();
    let texts: Vec<_> = delivered.iter().filter(|mutation| ![START, END].contains(&mutation.text("message"))).collect();
    let received: String = texts.iter().map(|mutation| mutation.text("message")).collect();
    if said != received {
        return Err(format!("the model said {} bytes, the subscriber received others ({})", said.len(), received.len()));
    }
    let end = delivered.iter().find(|mutation| mutation.text("message") == END).and_then(|mutation| mutation.answered);
    let (Some(end), Some(last), Some(first)) = (end, emitted.last(), texts.first()) else {
        return Err("the answer has no END or no text".to_owned());
    };

    let mut arrivals = Vec::with_capacity(emitted.len());
    let mut lags_ms = Vec::with_capacity(emitted.len());
    let (mut said, mut received, mut texts) = (0, 0, texts.iter());
    let mut delivered_at = asked;
    for token in emitted {
        said += token.text.len();
        while received < said {
            let mutation = texts.next().expect("as much was received as was said");
            received += mutation.text("message").len();
            delivered_at = mutation.answered.expect("a delivered mutation was answered");
        }
        lags_ms.push(milliseconds(delivered_at - token.at));
        arrivals.push(((token.at - asked).as_secs_f64(), (delivered_at - asked).as_secs_f64()));
    }
    Ok(Answer {
        lags_ms,
        first_mutation_ms: milliseconds(first.answered.expect("a delivered mutation was answered") - first.arrived),
        end_lag_ms: milliseconds(end - last.at),
        arrivals,
        mutations: mutations.len(),
    })
}

/// A duration as a table shows it.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use fakes::appsync::Outcome;
    use serde_json::json;

    fn at(origin: Instant, ms: u64) -> Instant {
        origin + Duration::from_millis(ms)
    }

    fn mutation(origin: Instant, message: &str, arrived: u64, answered: u64) -> Mutation {
        let serde_json::Value::Object(input) = json!({ "message": message }) else { unreachable!("an object") };
        Mutation {
            input,
            connection: 1,
            authorization: String::new(),
            arrived: at(origin, arrived),
            answered: Some(at(origin, answered)),
            outcome: Outcome::Deliver,
            delivered: true,
        }
    }

    #[test]
    fn a_token_arrives_with_the_mutation_that_completes_it() {
        let origin = Instant::now();
        let emitted: Vec<_> = [("one", 100), (" two", 110), (" three", 120)]
            .map(|(text, ms)| Emitted { text: text.to_owned(), at: at(origin, ms) })
            .into();
        let mutations = [
            mutation(origin, START, 0, 30),
            mutation(origin, "one t", 100, 130),
            mutation(origin, "wo three", 130, 160),
            mutation(origin, END, 160, 190),
        ];
        let answer = follow(origin, &emitted, &mutations).expect("everything arrived");
        let rounded: Vec<_> = answer.lags_ms.iter().map(|lag| lag.round() as u64).collect();
        assert_eq!(rounded, [30, 50, 40]);
        assert_eq!(answer.end_lag_ms.round() as u64, 70);
        assert_eq!(answer.mutations, 4);
        assert!(follow(origin, &emitted, &mutations[..2]).is_err(), "text is missing");
    }
}
