//! CloudWatch metrics by the embedded metric format: one JSON line on stdout, which CloudWatch Logs turns into metrics.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::{Map, Value, json};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

use crate::clock;

/// What a metric counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    Count,
    /// Time in thousandths of a second.
    Milliseconds,
}

/// Writes the metrics of one function. The function's name is the only dimension, and the error code the only other one:
/// each combination is a metric of its own that is paid for.
#[derive(Clone, Debug)]
pub struct Metrics {
    namespace: String,
    function: String,
}

impl Metrics {
    /// Metrics of `function` under `namespace`.
    #[must_use]
    pub fn new(namespace: String, function: String) -> Self {
        Self { namespace, function }
    }

    /// Writes one line with `values`, and `Errors`: 1 under the code `error` and under the function, or 0 under the function.
    pub fn emit(&self, values: &[(&'static str, Unit, u64)], error: Option<&str>) {
        let line = format!("{}\n", self.line(values, error));
        // A metric that cannot be written must not fail an answer.
        let _ = std::io::stdout().write_all(line.as_bytes());
    }

    fn line(&self, values: &[(&'static str, Unit, u64)], error: Option<&str>) -> Value {
        let unit = |unit| if unit == Unit::Count { "Count" } else { "Milliseconds" };
        let mut described: Vec<Value> = values.iter().map(|value| json!({"Name": value.0, "Unit": unit(value.1)})).collect();
        described.push(json!({"Name": "Errors", "Unit": "Count"}));
        let directive =
            |dimensions: Value, metrics| json!({"Namespace": self.namespace, "Dimensions": [dimensions], "Metrics": metrics});
        let mut directives = vec![directive(json!(["Function"]), json!(described))];
        let mut line = Map::new();
        if let Some(code) = error {
            line.insert("ErrorCode".to_owned(), code.into());
            directives.push(directive(json!(["Function", "ErrorCode"]), json!([{"Name": "Errors", "Unit": "Count"}])));
        }
        // Lambda adds these two to a line that has none, and leaves out lines by their level.
        line.insert("timestamp".to_owned(), rfc3339_now().into());
        line.insert("level".to_owned(), "INFO".into());
        line.insert("_aws".to_owned(), json!({"Timestamp": clock::epoch_ms(), "CloudWatchMetrics": directives}));
        line.insert("Function".to_owned(), self.function.as_str().into());
        line.insert("Errors".to_owned(), u8::from(error.is_some()).into());
        line.extend(values.iter().map(|value| (value.0.to_owned(), value.2.into())));
        Value::Object(line)
    }
}

fn rfc3339_now() -> String {
    let mut text = String::new();
    if SystemTime.format_time(&mut Writer::new(&mut text)).is_err() {
        let _ = text.write_str("1970-01-01T00:00:00Z");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Metrics, Unit};

    fn line(error: Option<&str>) -> Value {
        let metrics = Metrics::new("Chat".to_owned(), "dev-orchestrator".to_owned());
        metrics.line(&[("Mutations", Unit::Count, 12), ("AnswerMs", Unit::Milliseconds, 3400)], error)
    }

    #[test]
    fn a_line_declares_and_carries_its_metrics() {
        let line = line(None);
        let expected = json!([{
            "Namespace": "Chat",
            "Dimensions": [["Function"]],
            "Metrics": [
                {"Name": "Mutations", "Unit": "Count"},
                {"Name": "AnswerMs", "Unit": "Milliseconds"},
                {"Name": "Errors", "Unit": "Count"},
            ],
        }]);
        assert_eq!(line["_aws"]["CloudWatchMetrics"], expected);
        assert!(line["_aws"]["Timestamp"].is_u64());
        let values = [&line["Function"], &line["Mutations"], &line["AnswerMs"], &line["Errors"]];
        assert_eq!(values, [&json!("dev-orchestrator"), &json!(12), &json!(3400), &json!(0)]);
    }

    #[test]
    fn an_error_counts_under_its_code_and_under_the_function() {
        let line = line(Some("deadline"));
        assert_eq!(line["_aws"]["CloudWatchMetrics"][1]["Dimensions"], json!([["Function", "ErrorCode"]]));
        assert_eq!([&line["ErrorCode"], &line["Errors"]], [&json!("deadline"), &json!(1)]);
    }

    #[test]
    fn a_line_has_what_lambda_filters_by() {
        let line = line(None);
        assert_eq!(line["level"], "INFO");
        let timestamp = line["timestamp"].as_str().unwrap_or_default();
        assert!(timestamp.starts_with("20") && timestamp.ends_with('Z') && timestamp.contains('T'), "{timestamp}");
    }
}
