//! What no log may ever hold, and the search for it.

use crate::aws::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN};

/// The salt the functions are started with.
pub const LOG_SALT: &str = "fake-salt-do-not-log-0001";

/// Texts that must not appear in output: the account's credentials, the salt, signatures, and whatever a test adds.
pub struct Secrets(Vec<String>);

impl Secrets {
    /// The credentials and the salt, and any signature made with them.
    #[must_use]
    pub fn new() -> Self {
        let own = [ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN, LOG_SALT, "AWS4-HMAC-SHA256", "Signature="];
        Self(own.map(str::to_owned).into())
    }

    /// Adds a prompt, a token, a session id or an owner. Empty texts and mere blanks are left out, since they are in everything.
    pub fn add(&mut self, secret: &str) {
        if !secret.trim().is_empty() {
            self.0.push(secret.trim().to_owned());
        }
    }

    /// The first secret that `output` holds, as it is or as JSON escapes it, with the line it stands in.
    #[must_use]
    pub fn found_in(&self, output: &str) -> Option<String> {
        self.0.iter().find_map(|secret| {
            let escaped = serde_json::json!(secret).to_string();
            let escaped = &escaped[1..escaped.len() - 1];
            let line = output.lines().find(|line| line.contains(secret) || line.contains(escaped))?;
            Some(format!("{secret:?} stands in {line:?}"))
        })
    }
}

impl Default for Secrets {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leak_is_found_plain_or_escaped() {
        let mut secrets = Secrets::new();
        secrets.add("say \"hi\" to\nnobody");
        assert_eq!(secrets.found_in("{\"message\":\"nothing\"}"), None);
        assert!(secrets.found_in("{\"message\":\"say \\\"hi\\\" to\\nnobody\"}").is_some());
        assert!(secrets.found_in(&format!("header {SESSION_TOKEN}")).is_some());
        assert!(secrets.found_in("authorization: AWS4-HMAC-SHA256 Credential=…").is_some());
    }
}
