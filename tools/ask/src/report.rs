//! Tells people and scripts what happens: the answer on standard output, everything else on standard error, or all of
//! it as JSON on standard output.

use std::{
    io::{self, IsTerminal as _, Stdout, Write as _, stderr, stdout},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    conversation::{Notice, Observer, Report, Timings},
    failure::Failure,
    texts,
};

/// Says nothing; for load runs.
pub struct Silent;

impl Observer for Silent {
    fn notice(&mut self, _: Duration, _: Notice<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// The bare answer on standard output.
pub struct Plain {
    out: Stdout,
    /// A terminal obeys control characters, and what a model or a stranger wrote must not steer it. A pipe gets the
    /// text as it is.
    terminal: bool,
    /// Whether the cursor stands in a line that the answer began.
    open_line: bool,
}

impl Default for Plain {
    fn default() -> Self {
        let out = stdout();
        Self { terminal: out.is_terminal(), out, open_line: false }
    }
}

impl Plain {
    fn text(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.open_line = !text.ends_with('\n');
        if self.terminal {
            self.out.write_all(harmless(text).as_bytes())?;
        } else {
            self.out.write_all(text.as_bytes())?;
        }
        self.out.flush()
    }

    /// Ends the answer's last line and says how it went on standard error.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn finish(&mut self, report: &Report) -> io::Result<()> {
        if self.open_line {
            self.out.write_all(b"\n")?;
        }
        self.out.flush()?;
        match &report.result {
            Ok(answered) => {
                let reason = answered.stop_reason.as_deref().unwrap_or("no stop reason");
                complain(&format!("{}, {reason}", figures(report)));
                if let Some(hint) = texts::of_stop(reason) {
                    complain(hint);
                }
            }
            Err(failure) => {
                if report.timings.started.is_some() {
                    complain(&figures(report));
                }
                complain_of(failure);
                if let Some(request_id) = &report.request_id {
                    complain(&format!("request id {request_id}"));
                }
            }
        }
        Ok(())
    }
}

impl Observer for Plain {
    fn notice(&mut self, _: Duration, notice: Notice<'_>) -> io::Result<()> {
        match notice {
            Notice::Text(_, text) => self.text(text)?,
            Notice::Gap(missing) => {
                complain(&format!("\n[missing here: {} of the messages]", missing.len()));
            }
            Notice::Warning(text) => complain(text),
            Notice::Asked(_) | Notice::Acknowledged | Notice::Started => {}
        }
        Ok(())
    }
}

/// One JSON object a line. Holds the answer, but no session id, key or token.
pub struct Lines(Stdout);

impl Default for Lines {
    fn default() -> Self {
        Self(stdout())
    }
}

impl Lines {
    /// Writes one line.
    ///
    /// # Errors
    /// Where standard output is closed.
    pub fn write(&mut self, line: &Value) -> io::Result<()> {
        writeln!(self.0, "{line}")?;
        self.0.flush()
    }
}

impl Observer for Lines {
    fn notice(&mut self, elapsed: Duration, notice: Notice<'_>) -> io::Result<()> {
        let mut line = match notice {
            Notice::Asked(request_id) => json!({"event": "asked", "requestId": request_id}),
            Notice::Acknowledged => json!({"event": "acknowledged"}),
            Notice::Started => json!({"event": "started"}),
            Notice::Text(sequence, text) => {
                json!({"event": "text", "sequence": sequence, "text": text})
            }
            Notice::Gap(missing) => {
                json!({"event": "gap", "first": missing.start, "last": missing.end - 1})
            }
            Notice::Warning(text) => json!({"event": "warning", "message": text}),
        };
        line["elapsedMs"] = milliseconds(elapsed).into();
        self.write(&line)
    }
}

/// The last line of a conversation in JSON. Its times are counted from the moment the question was sent.
#[must_use]
pub fn outcome(report: &Report) -> Value {
    let Timings { acknowledged, started, first_text, ended } = report.timings;
    let mut line = json!({
        "event": "outcome",
        "requestId": report.request_id,
        "acknowledgedMs": acknowledged.map(milliseconds),
        "startedMs": started.map(milliseconds),
        "firstTextMs": first_text.map(milliseconds),
        "totalMs": ended.map(milliseconds),
        "tally": report.tally,
    });
    match &report.result {
        Ok(answered) => {
            line["outcome"] = "answered".into();
            line["exitCode"] = 0.into();
            line["stopReason"] = json!(answered.stop_reason);
            line["inputTokens"] = json!(answered.input_tokens);
            line["outputTokens"] = json!(answered.output_tokens);
        }
        Err(failure) => describe(failure, &mut line),
    }
    line
}

/// Adds to a JSON line why there is no whole answer.
pub fn describe(failure: &Failure, line: &mut Value) {
    line["exitCode"] = failure.exit_code().into();
    line["message"] = failure.to_string().into();
    line["outcome"] = failure.word().into();
    match failure {
        Failure::Refused { violations, .. } => line["violations"] = json!(violations),
        Failure::Ended { error_code, apology } => {
            line["outcome"] = "error".into();
            line["errorCode"] = error_code.as_str().into();
            line["apology"] = json!(apology);
        }
        _ => {}
    }
}

/// Tells a person why there is no whole answer, on standard error.
pub fn complain_of(failure: &Failure) {
    complain(&failure.to_string());
    if let Failure::Refused { message, violations } = failure {
        let rules = violations.iter().map(ToString::to_string);
        // The service's own sentence may name them already.
        for rule in rules.filter(|rule| !message.contains(rule)) {
            complain(&format!("  {rule}"));
        }
    }
}

/// Writes a line to standard error. That it cannot be written is nothing this program could tell anyone.
pub fn complain(text: &str) {
    let _ = writeln!(stderr(), "{}", harmless(text));
}

/// Times, messages and tokens in one line.
fn figures(report: &Report) -> String {
    let mut parts = Vec::new();
    if let Some(first) = report.timings.first_text {
        parts.push(format!("first text {:.2} s", first.as_secs_f64()));
    }
    if let Some(total) = report.timings.ended {
        let what = if report.result.is_ok() { "complete" } else { "ended" };
        parts.push(format!("{what} {:.2} s", total.as_secs_f64()));
    }
    let tally = &report.tally;
    parts.push(format!("{} messages", tally.messages));
    let odd = [
        (tally.reordered, "out of order"),
        (tally.repeated, "repeated"),
        (tally.other_run, "of another answer"),
        (tally.foreign, "of other questions"),
    ];
    parts.extend(odd.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    if let Ok(answered) = &report.result {
        let tokens = [(answered.input_tokens, "tokens in"), (answered.output_tokens, "out")];
        parts.extend(tokens.iter().filter_map(|(count, what)| count.map(|count| format!("{count} {what}"))));
    }
    parts.join(", ")
}

/// Replaces control characters, except those that only move on in the text.
fn harmless(text: &str) -> String {
    let replace = |c: char| {
        if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c }
    };
    text.chars().map(replace).collect()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_not_steered_by_the_answer() {
        assert_eq!(harmless("a\u{1b}]0;owned\u{7}\r\n\tb\u{9b}31m"), "a\u{fffd}]0;owned\u{fffd}\u{fffd}\n\tb\u{fffd}31m");
    }
}
