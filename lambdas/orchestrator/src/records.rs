//! The SNS event as Lambda delivers it, reduced to what is needed.
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>

use chat::{Question, Unreadable};
use serde::Deserialize;

/// One record of an SNS event.
#[derive(Debug)]
pub struct Record {
    /// SNS's id of the message, for finding it again.
    pub message_id: String,
    /// The question it carries, or what keeps it from being one.
    pub question: Result<Question, Unreadable>,
}

#[derive(Deserialize)]
struct SnsEvent {
    #[serde(rename = "Records")]
    records: Vec<SnsRecord>,
}

#[derive(Deserialize)]
struct SnsRecord {
    #[serde(rename = "Sns")]
    sns: SnsMessage,
}

#[derive(Deserialize)]
struct SnsMessage {
    #[serde(rename = "MessageId")]
    message_id: String,
    #[serde(rename = "Message")]
    message: String,
}

/// Reads the records of `event`; `None` where it is not an SNS event at all.
#[must_use]
pub fn records(event: &str) -> Option<Vec<Record>> {
    let event: SnsEvent = serde_json::from_str(event).ok()?;
    let record =
        |record: SnsRecord| Record { message_id: record.sns.message_id, question: Question::from_json(&record.sns.message) };
    Some(event.records.into_iter().map(record).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::records;

    /// The example event of AWS's page above, with a question as its message.
    fn event() -> Value {
        serde_json::from_str(include_str!("../fixtures/sns_event.json")).unwrap()
    }

    #[test]
    fn a_record_carries_a_question() {
        let records = records(&event().to_string()).unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].message_id, "95df01b4-ee98-5cb9-9903-4c221d41eb5e");
        assert_eq!(records[0].question.as_ref().unwrap().message.as_str(), "Why is the sky blue?");
    }

    #[test]
    fn an_unreadable_record_does_not_hide_its_siblings() {
        let mut event = event();
        let mut broken = event["Records"][0].clone();
        broken["Sns"]["Message"] = json!("Hello from SNS!");
        event["Records"].as_array_mut().unwrap().insert(0, broken);
        let questions: Vec<_> = records(&event.to_string()).unwrap().into_iter().map(|record| record.question.is_ok()).collect();
        assert_eq!(questions, [false, true]);
    }

    #[test]
    fn something_else_is_not_an_sns_event() {
        assert!(records(&json!({"detail-type": "Scheduled Event"}).to_string()).is_none());
        assert!(records(&json!({"Records": [{"eventSource": "aws:s3"}]}).to_string()).is_none());
    }
}
