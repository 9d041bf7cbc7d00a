//! Checks AWS Signature Version 4 on a received request, by computing it again from the specification.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::aws::{ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, SESSION_TOKEN};
use crate::http::Request;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// AWS refuses a signature whose date is further away than this.
const MAX_SKEW: time::Duration = time::Duration::minutes(5);
/// RFC 3986's unreserved characters stay; everything else in a path segment is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why AWS would refuse the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signature refused: {0}")]
pub struct Refused(pub String);

/// Checks that `request` is signed for `service` in [`REGION`] with the fakes' credentials and session token, now.
///
/// # Errors
/// What the first difference is, in words for a test's failure message.
pub fn verify(request: &Request, service: &str) -> Result<(), Refused> {
    let refuse = |why: String| Err(Refused(why));
    let Some(authorization) = request.header("authorization").and_then(Authorization::parse) else {
        return refuse("no readable authorization header".to_owned());
    };
    let date = request.header("x-amz-date").unwrap_or_default();
    let scope = format!("{}/{REGION}/{service}/aws4_request", date.get(..8).unwrap_or_default());
    if authorization.credential != format!("{ACCESS_KEY_ID}/{scope}") {
        return refuse(format!("credential {:?} is not for {scope}", authorization.credential));
    }
    if request.header("x-amz-security-token") != Some(SESSION_TOKEN) {
        return refuse("x-amz-security-token is missing or another".to_owned());
    }
    if !is_now(date) {
        return refuse(format!("x-amz-date {date:?} is not now"));
    }
    for required in ["host", "x-amz-date", "x-amz-security-token"] {
        if !authorization.signed_headers.split(';').any(|name| name == required) {
            return refuse(format!("{required} is not among the signed headers"));
        }
    }
    let payload_hash = hex::encode(Sha256::digest(&request.body));
    if request.header("x-amz-content-sha256").is_some_and(|claimed| claimed != payload_hash) {
        return refuse("x-amz-content-sha256 is not the body's".to_owned());
    }
    let canonical = canonical_request(request, authorization.signed_headers, &payload_hash);
    let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{}", hex::encode(Sha256::digest(&canonical)));
    let expected = hex::encode(keyed_hash(&signing_key(&date[..8], service), &to_sign));
    if authorization.signature == expected {
        Ok(())
    } else {
        refuse("the signature does not belong to this method, path, headers and body".to_owned())
    }
}

struct Authorization<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let fields = header.strip_prefix(ALGORITHM)?.trim();
        let field = |name: &str| fields.split(',').find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='));
        Some(Self { credential: field("Credential")?, signed_headers: field("SignedHeaders")?, signature: field("Signature")? })
    }
}

fn is_now(date: &str) -> bool {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    PrimitiveDateTime::parse(date, format).is_ok_and(|date| (date.assume_utc() - OffsetDateTime::now_utc()).abs() <= MAX_SKEW)
}

fn canonical_request(request: &Request, signed_headers: &str, payload_hash: &str) -> String {
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    // Outside S3 the path is encoded once more than it stands on the wire.
    let path: Vec<_> = path.split('/').map(|segment| utf8_percent_encode(segment, SEGMENT).to_string()).collect();
    let mut query: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    let headers = signed_headers.split(';').fold(String::new(), |headers, name| {
        let values: Vec<_> = request.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        let value = values.join(",").split_whitespace().collect::<Vec<_>>().join(" ");
        headers + name + ":" + &value + "\n"
    });
    format!("{}\n{}\n{}\n{headers}\n{signed_headers}\n{payload_hash}", request.method, path.join("/"), query.join("&"))
}

fn signing_key(day: &str, service: &str) -> Vec<u8> {
    let first = keyed_hash(format!("AWS4{SECRET_ACCESS_KEY}").as_bytes(), day);
    [REGION, service, "aws4_request"].iter().fold(first, |key, part| keyed_hash(&key, part))
}

fn keyed_hash(key: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::{Instant, SystemTime};

    use aws_credential_types::Credentials;
    use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
    use aws_sigv4::sign::v4;

    use super::*;

    /// A request signed by the library that AWS publishes for it.
    pub(crate) fn signed(method: &str, target: &str, body: &[u8], service: &str) -> Request {
        let identity = Credentials::new(ACCESS_KEY_ID, SECRET_ACCESS_KEY, Some(SESSION_TOKEN.to_owned()), None, "test").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .expect("complete parameters");
        let uri = format!("https://localhost:4430{target}");
        let headers = [("content-type", "application/json")];
        let signable = SignableRequest::new(method, &uri, headers.into_iter(), SignableBody::Bytes(body)).expect("signable");
        let (instructions, _) = sign(signable, &params.into()).expect("signed").into_parts();
        let mut request = http::Request::builder().header("host", "localhost:4430").header(headers[0].0, headers[0].1);
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        let (parts, ()) = request.body(()).expect("valid headers").into_parts();
        Request {
            method: method.parse().expect("a method"),
            target: target.to_owned(),
            headers: parts.headers,
            body: body.to_vec().into(),
            connection: 1,
            arrived: Instant::now(),
        }
    }

    #[test]
    fn accepts_what_the_aws_library_signs() {
        assert_eq!(verify(&signed("POST", "/graphql", b"{}", "appsync"), "appsync"), Ok(()));
        let model = "/model/us.amazon.nova-micro-v1%3A0/converse-stream";
        assert_eq!(verify(&signed("POST", model, b"{}", "bedrock"), "bedrock"), Ok(()));
    }

    #[test]
    fn refuses_anything_changed_after_signing() {
        let good = signed("POST", "/graphql", b"{}", "appsync");
        assert!(verify(&good, "sns").is_err(), "another service");
        assert!(verify(&Request { body: "{ }".into(), ..good.clone() }, "appsync").is_err(), "another body");
        assert!(verify(&Request { target: "/other".to_owned(), ..good.clone() }, "appsync").is_err(), "another path");
        for header in ["authorization", "x-amz-date", "x-amz-security-token", "content-type", "host"] {
            let mut changed = good.clone();
            changed.headers.remove(header);
            assert!(verify(&changed, "appsync").is_err(), "without {header}");
        }
    }
}
