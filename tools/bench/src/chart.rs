//! The picture: tokens emitted by the model and tokens on the reader's screen over time, for both subjects and paces.

use std::fmt::Write;

use crate::plan::{FAST, Pace, REFERENCE_MB, SLOW};
use crate::results::{Answers, Measured, Results, Subject};
use crate::stats::mean;

const WIDTH: f64 = 960.0;
const PANEL_HEIGHT: f64 = 300.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 56.0;
const BOTTOM: f64 = 44.0;

/// Colours that stay apart for colour-blind readers and on both light and dark pages.
const MODEL: &str = "#8a8f98";
const FUNCTIONS: &str = "#0b7fab";
const BASELINE: &str = "#d1495b";

/// The whole picture as SVG.
pub fn draw(results: &Results) -> String {
    let panels = [SLOW, FAST];
    let height = panels.len() as f64 * (PANEL_HEIGHT + TOP + BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\">\n\
         <title>Tokens on the reader's screen over time</title>\n\
         <desc>Per pace three staircases: what the model has emitted, what a reader of this repository's functions sees, and what a \
         reader of the baseline sees.</desc>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    for (index, pace) in panels.into_iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate(0 {})\">", index as f64 * (PANEL_HEIGHT + TOP + BOTTOM));
        panel(&mut svg, results, pace);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, results: &Results, pace: Pace) {
    let typical = |subject| results.answers(subject, REFERENCE_MB, pace).map(typical);
    let (functions, baseline) = (typical(Subject::Functions), typical(Subject::Baseline));
    let last = [functions, baseline].into_iter().flatten().filter_map(|one| one.answer.arrivals.last()).map(|last| last.1);
    let seconds = last.fold(1.0, f64::max).ceil();
    let scale = Scale { seconds, tokens: pace.tokens as f64 };
    let _ = writeln!(
        svg,
        "<text x=\"{LEFT}\" y=\"22\" font-size=\"16\" font-weight=\"600\" fill=\"#16191f\">{} tokens, one every {} ms, {REFERENCE_MB} MB</text>",
        pace.tokens, pace.interval_ms
    );
    axes(svg, &scale);
    if let Some(one) = functions {
        let emitted: Vec<_> = one.answer.arrivals.iter().map(|arrival| arrival.0).collect();
        staircase(svg, &scale, &emitted, MODEL, "5 4");
        staircase(svg, &scale, &delivered(one), FUNCTIONS, "none");
    }
    if let Some(one) = baseline {
        staircase(svg, &scale, &delivered(one), BASELINE, "none");
    }
    let lag = |one: Option<&Measured>| one.map_or(0.0, |one| mean(&one.answer.lags_ms));
    let entries = [
        (MODEL, "model".to_owned()),
        (FUNCTIONS, format!("this repository, {:.0} ms behind on average", lag(functions))),
        (BASELINE, format!("baseline, {:.0} ms behind on average", lag(baseline))),
    ];
    let mut x = LEFT;
    for (colour, label) in entries {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"34\" width=\"14\" height=\"4\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"41\" fill=\"#414d5c\">{label}</text>",
            x + 20.0
        );
        x += 40.0 + label.len() as f64 * 7.2;
    }
}

/// The answer whose mean lag is in the middle.
fn typical(answers: &Answers) -> &Measured {
    let mut sorted = answers.steady();
    sorted.sort_by(|left, right| mean(&left.answer.lags_ms).total_cmp(&mean(&right.answer.lags_ms)));
    sorted[sorted.len() / 2]
}

fn delivered(one: &Measured) -> Vec<f64> {
    one.answer.arrivals.iter().map(|arrival| arrival.1).collect()
}

struct Scale {
    seconds: f64,
    tokens: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + seconds / self.seconds * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, tokens: f64) -> f64 {
        TOP + PANEL_HEIGHT - tokens / self.tokens * PANEL_HEIGHT
    }
}

fn axes(svg: &mut String, scale: &Scale) {
    let (left, right, bottom) = (scale.x(0.0), scale.x(scale.seconds), scale.y(0.0));
    for second in 0..=scale.seconds as u32 {
        let x = scale.x(f64::from(second));
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom:.1}\" stroke=\"#e9ebed\"/>\
             <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#414d5c\">{second} s</text>",
            bottom + 20.0
        );
    }
    for quarter in 0..=4 {
        let tokens = scale.tokens * f64::from(quarter) / 4.0;
        let y = scale.y(tokens);
        let _ = writeln!(
            svg,
            "<line x1=\"{left:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\" stroke=\"#e9ebed\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#414d5c\">{tokens:.0}</text>",
            left - 8.0,
            y + 4.0
        );
    }
}

/// A line that rises by one at every time given.
fn staircase(svg: &mut String, scale: &Scale, times: &[f64], colour: &str, dashes: &str) {
    let mut path = format!("M{:.1} {:.1}", scale.x(0.0), scale.y(0.0));
    for (index, &time) in times.iter().enumerate() {
        let is_last_of_its_time = times.get(index + 1).is_none_or(|next| (next - time).abs() > f64::EPSILON);
        if is_last_of_its_time {
            let _ = write!(path, "H{:.1}V{:.1}", scale.x(time), scale.y((index + 1) as f64));
        }
    }
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\" stroke-dasharray=\"{dashes}\"/>"
    );
}
