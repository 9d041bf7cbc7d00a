//! The framing of `application/vnd.amazon.eventstream`, written from its description: big-endian lengths, a CRC-32 over the
//! prelude, headers, payload, and a CRC-32 over everything before it.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::Value;

/// Header value type 7: a UTF-8 string with a two-byte length.
const STRING: u8 = 7;
/// Two lengths and their checksum.
const PRELUDE: usize = 12;
/// The checksum at the end.
const TRAILER: usize = 4;

/// Encodes one modelled event, such as `contentBlockDelta`.
#[must_use]
pub fn event(event_type: &str, payload: &Value) -> Bytes {
    message(&[(":event-type", event_type), (":content-type", "application/json"), (":message-type", "event")], payload)
}

/// Encodes one modelled exception, such as `throttlingException`.
#[must_use]
pub fn exception(exception_type: &str, payload: &Value) -> Bytes {
    message(
        &[(":exception-type", exception_type), (":content-type", "application/json"), (":message-type", "exception")],
        payload,
    )
}

fn message(headers: &[(&str, &str)], payload: &Value) -> Bytes {
    let mut encoded_headers = BytesMut::new();
    for (name, value) in headers {
        encoded_headers.put_u8(u8::try_from(name.len()).expect("a header name fits a byte"));
        encoded_headers.put_slice(name.as_bytes());
        encoded_headers.put_u8(STRING);
        encoded_headers.put_u16(u16::try_from(value.len()).expect("a header value fits two bytes"));
        encoded_headers.put_slice(value.as_bytes());
    }
    let payload = payload.to_string();
    let total = PRELUDE + encoded_headers.len() + payload.len() + TRAILER;

    let mut frame = BytesMut::with_capacity(total);
    frame.put_u32(u32::try_from(total).expect("a frame is smaller than 4 GiB"));
    frame.put_u32(u32::try_from(encoded_headers.len()).expect("headers are smaller than 4 GiB"));
    frame.put_u32(crc32fast::hash(&frame));
    frame.put_slice(&encoded_headers);
    frame.put_slice(payload.as_bytes());
    frame.put_u32(crc32fast::hash(&frame));
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_eventstream::frame::read_message_from;
    use serde_json::json;

    #[test]
    fn the_sdk_reads_what_was_written() {
        let payload = json!({"contentBlockIndex": 0, "delta": {"text": "é\u{1F44D}"}});
        let message = read_message_from(&mut event("contentBlockDelta", &payload)).expect("a valid frame");
        let header = |name: &str| {
            let header = message.headers().iter().find(|header| header.name().as_str() == name);
            header.and_then(|header| header.value().as_string().ok().map(|value| value.as_str().to_owned()))
        };
        assert_eq!(header(":message-type").as_deref(), Some("event"));
        assert_eq!(header(":event-type").as_deref(), Some("contentBlockDelta"));
        assert_eq!(serde_json::from_slice::<Value>(message.payload()).ok(), Some(payload));
    }

    #[test]
    fn the_sdk_refuses_a_frame_with_a_flipped_bit() {
        let frame = exception("throttlingException", &json!({"message": "slow down"}));
        for position in [9, PRELUDE + 3, frame.len() - TRAILER - 1] {
            let mut broken = frame.to_vec();
            broken[position] ^= 1;
            assert!(read_message_from(&mut Bytes::from(broken)).is_err(), "byte {position}");
        }
    }
}
