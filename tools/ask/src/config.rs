//! What the user wants: command line, environment and configuration file, checked together. The only reader of the
//! environment.
//!
//! A secret is never an argument, because arguments are visible to everyone on the machine: an API key comes from the
//! environment or the configuration file, a token from the environment or a file.

use std::{
    fmt, fs,
    net::IpAddr,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{
    Parser,
    builder::{OsStringValueParser, TypedValueParser},
};
use reqwest::Url;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{failure::Failure, socket::place};

/// What `--help` says after the list of options.
const AFTER_HELP: &str = "\
Environment (an empty value counts as not set):
  ASK_API_KEY   API key; never an argument
  ASK_TOKEN     OIDC token; never an argument. --token-file is read anew for every conversation, this is not
  SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY, NO_PROXY  as everywhere; loopback addresses never go through a proxy
A command-line option wins over its variable, and both win over the configuration file.

Exit codes:
  0  answered, completely
  1  a conversation of a load run failed (see its table), or standard output was closed
  2  the command line, environment or configuration file cannot be used
  3  the question was refused; the violated rules are on standard error
  4  the answer ended by an ERROR event; its error code is on standard error
  5  timeout
  6  the connection could not be made or broke, or the service was unavailable
  7  the API key or token was not accepted
  8  the answer ended but is not whole: messages missing or contradictory
  9  the service had too many questions at once and did not take this one

Examples:
  ask --config ui/public/config.json \"What is a VPC endpoint?\"
  echo \"Explain PrivateLink\" | ASK_CONFIG=ui/public/config.json ask
  ask --config config.json --token-file token.jwt --locale de_DE \"Was ist ein VPC-Endpunkt?\"
  ask --config config.json --json \"Why?\" | jq -r 'select(.event == \"text\").text'
  ask --config config.json --repeat 50 --concurrency 50 \"Count to ten\"";

/// What the answer is in where nobody says otherwise.
const DEFAULT_LOCALE: &str = "en_US";

/// Asks a question and prints the answer as it arrives.
///
/// The answer goes to standard output and everything else to standard error. The question is the remaining arguments,
/// joined by spaces, or standard input where there are none.
#[derive(Debug, Parser)]
#[command(name = "ask", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Read endpoints and authorization from the web UI's config.json
    #[arg(long, value_name = "FILE", env = "ASK_CONFIG", value_parser = path())]
    pub config: Option<PathBuf>,
    /// GraphQL endpoint; https, or http on a loopback address
    #[arg(long, value_name = "URL", env = "ASK_GRAPHQL_URL")]
    pub graphql_url: Option<String>,
    /// Real-time endpoint; wss, or ws on a loopback address
    #[arg(long, value_name = "URL", env = "ASK_REALTIME_URL")]
    pub realtime_url: Option<String>,
    /// Read the OIDC token from a file, anew for every conversation
    #[arg(long, value_name = "FILE", env = "ASK_TOKEN_FILE", value_parser = path())]
    pub token_file: Option<PathBuf>,
    /// Language of the answer, an Amazon Lex V2 locale
    #[arg(long, value_name = "LOCALE", env = "ASK_LOCALE", default_value = DEFAULT_LOCALE)]
    pub locale: String,
    /// Ask in this session and not in a new random one. Under an API key it is a secret: prefer the variable
    #[arg(long, value_name = "ID", env = "ASK_SESSION", hide_env_values = true, conflicts_with = "repeat")]
    pub session: Option<String>,
    /// Give up on a question this long after it was sent
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
    /// Wait this long for a missing message before showing what came after it
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub gap_wait: u64,
    /// Print events as JSON, one object a line, and not the bare answer
    #[arg(long)]
    pub json: bool,
    /// Also fail where messages arrived out of order, twice, for another question, or of a second answer
    #[arg(long)]
    pub strict: bool,
    /// Load run: ask so many times, each in its own session on its own connection, and print a table
    #[arg(long, value_name = "N")]
    pub repeat: Option<NonZeroUsize>,
    /// Load run: so many conversations at a time
    #[arg(long, value_name = "M", requires = "repeat", default_value = "1")]
    pub concurrency: NonZeroUsize,
    /// The question
    #[arg(value_name = "QUESTION")]
    pub question: Vec<String>,
}

/// Takes a path that may be empty, unlike clap's own parser: an empty variable is none.
fn path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// The secrets of the environment.
#[derive(Default)]
pub struct Secrets {
    /// `ASK_API_KEY`.
    pub api_key: Option<Secret>,
    /// `ASK_TOKEN`.
    pub token: Option<Secret>,
}

impl Secrets {
    /// Reads the environment.
    #[must_use]
    pub fn from_environment() -> Self {
        let read = |name| std::env::var(name).ok().map(Secret);
        Self { api_key: read("ASK_API_KEY"), token: read("ASK_TOKEN") }
    }
}

/// A text that must not be printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// How the client shows who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Sent as `x-api-key`.
    ApiKey(Secret),
    /// Sent as `Authorization`.
    Token(Secret),
    /// A file with a token; read at each use, because tokens are renewed while a load run lasts.
    TokenFile(PathBuf),
}

/// Where to ask and as whom.
#[derive(Debug, Clone)]
pub struct Service {
    /// Where questions go.
    pub graphql_url: Url,
    /// Where answers come from.
    pub realtime_url: Url,
    /// Who asks.
    pub credential: Credential,
}

impl Service {
    /// The authorization object of the real-time protocol. Its members but `host` are also the HTTP headers of a
    /// question; `host` always names the GraphQL endpoint, on the socket too.
    ///
    /// # Errors
    /// [`Failure::Configuration`] where the token file cannot be read or holds no token.
    pub fn authorization(&self) -> Result<Map<String, Value>, Failure> {
        let (name, value) = match &self.credential {
            Credential::ApiKey(key) => ("x-api-key", key.0.clone()),
            Credential::Token(token) => ("Authorization", token.0.clone()),
            Credential::TokenFile(path) => ("Authorization", read_token(path)?),
        };
        if value.is_empty() || value.contains(|c: char| !c.is_ascii_graphic()) {
            let text = format!("the {name} credential is empty or holds characters that no header may hold");
            return Err(Failure::Configuration(vec![text]));
        }
        Ok(Map::from_iter([("host".to_owned(), place(&self.graphql_url).into()), (name.to_owned(), value.into())]))
    }

    /// Whether both endpoints are on this machine, where no proxy has any business.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_loopback(&self.graphql_url) && is_loopback(&self.realtime_url)
    }
}

/// Reads a token, tolerating the line end editors add and the scheme some tools write before it.
fn read_token(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::Configuration(vec![format!("cannot read the token file {}: {error}", path.display())]))?;
    let text = text.trim();
    Ok(text.strip_prefix("Bearer ").unwrap_or(text).to_owned())
}

/// How a conversation is held.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From sending the question to the end of the answer.
    pub answer: Duration,
    /// For a missing piece, while later ones are here.
    pub gap: Duration,
}

/// The UI's config.json. Members that only the UI needs are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    graphql_url: Option<String>,
    realtime_url: Option<String>,
    auth: Option<FileAuth>,
}

/// How the UI's readers authenticate.
#[derive(Debug, Deserialize)]
#[serde(tag = "mode", rename_all_fields = "camelCase")]
enum FileAuth {
    #[serde(rename = "API_KEY")]
    ApiKey { api_key: Secret },
    #[serde(rename = "OIDC")]
    Oidc { issuer: String },
}

impl Arguments {
    /// Treats empty values as absent, so that a script may pass `"$VARIABLE"` whether or not it is set.
    fn without_blanks(mut self) -> Self {
        let blank_path = |path: &PathBuf| path.as_os_str().is_empty();
        let blank_text = |text: &String| text.trim().is_empty();
        self.config = self.config.filter(|path| !blank_path(path));
        self.token_file = self.token_file.filter(|path| !blank_path(path));
        self.graphql_url = self.graphql_url.filter(|text| !blank_text(text));
        self.realtime_url = self.realtime_url.filter(|text| !blank_text(text));
        self
    }

    /// The language of the answer.
    #[must_use]
    pub fn locale(&self) -> &str {
        if self.locale.trim().is_empty() { DEFAULT_LOCALE } else { &self.locale }
    }

    /// The session to ask in, where the user named one.
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref().filter(|id| !id.is_empty())
    }

    /// The two waiting times.
    #[must_use]
    pub fn patience(&self) -> Patience {
        Patience { answer: Duration::from_secs(self.timeout), gap: Duration::from_secs(self.gap_wait) }
    }
}

/// Finds out where to ask and as whom, from arguments, then secrets of the environment, then the file.
///
/// # Errors
/// [`Failure::Configuration`] with every problem found, so that one run is enough to mend them all.
pub fn service(arguments: Arguments, secrets: Secrets) -> Result<Service, Failure> {
    let arguments = arguments.without_blanks();
    let mut problems = Vec::new();
    let file = arguments.config.as_deref().map_or_else(
        || Ok(File::default()),
        |path| read_file(path).map_err(|problem| format!("cannot use the configuration file {}: {problem}", path.display())),
    );
    let file = file.unwrap_or_else(|problem| {
        problems.push(problem);
        File::default()
    });
    // Where the file itself is the problem, what is missing because of it is not worth a line each.
    let file_failed = !problems.is_empty();
    let mut endpoint = |given: Option<String>, name: &str, scheme: &str| match given {
        Some(text) => parse_endpoint(&text, name, scheme).map_err(|problem| problems.push(problem)).ok(),
        None if file_failed => None,
        None => {
            problems.push(format!("no {name}: give --config or --{name}"));
            None
        }
    };
    let graphql_url = endpoint(arguments.graphql_url.or(file.graphql_url), "graphql-url", "http");
    let realtime_url = endpoint(arguments.realtime_url.or(file.realtime_url), "realtime-url", "ws");
    let credential =
        credential(arguments.token_file, secrets, file.auth, file_failed).map_err(|problem| problems.extend(problem)).ok();
    match (graphql_url, realtime_url, credential) {
        (Some(graphql_url), Some(realtime_url), Some(credential)) if problems.is_empty() => {
            Ok(Service { graphql_url, realtime_url, credential })
        }
        _ => Err(Failure::Configuration(problems)),
    }
}

/// Reads the UI's configuration.
fn read_file(path: &Path) -> Result<File, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    // serde_json quotes the offending text, which may be the key: its position is enough.
    serde_json::from_str(&text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => format!("its shape is not that of the UI's config.json (line {})", error.line()),
        _ => format!("it is not JSON (line {})", error.line()),
    })
}

/// Accepts a URL with TLS, or without it on this machine: a question must not cross a network in the clear.
fn parse_endpoint(text: &str, name: &str, scheme: &str) -> Result<Url, String> {
    let url: Url = text.trim().parse().map_err(|error| format!("{name} is not a URL: {error}"))?;
    let secure = format!("{scheme}s");
    if url.scheme() == secure || (url.scheme() == scheme && is_loopback(&url)) {
        Ok(url)
    } else {
        Err(format!("{name} must begin with {secure}:// ({scheme}:// is for a loopback address only)"))
    }
}

/// Whether a URL names this machine.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// Chooses who to be. A token given on purpose wins over the file's API key; an API key and a token given together are
/// a mistake. The error is `None` where a reason was already given.
fn credential(
    token_file: Option<PathBuf>,
    secrets: Secrets,
    file: Option<FileAuth>,
    file_failed: bool,
) -> Result<Credential, Option<String>> {
    let given = |secret: Option<Secret>| secret.map(|it| Secret(it.0.trim().to_owned())).filter(|it| !it.0.is_empty());
    let token = token_file.map(Credential::TokenFile).or(given(secrets.token).map(Credential::Token));
    match (token, given(secrets.api_key), file) {
        (Some(_), Some(_), _) => Err(Some("both a token and ASK_API_KEY are given: keep one".to_owned())),
        (Some(token), None, _) => Ok(token),
        (None, Some(key), _) | (None, None, Some(FileAuth::ApiKey { api_key: key })) => Ok(Credential::ApiKey(key)),
        (None, None, Some(FileAuth::Oidc { issuer })) => {
            Err(Some(format!("this API takes OIDC tokens of {issuer}: give one by --token-file or ASK_TOKEN")))
        }
        (None, None, None) if file_failed => Err(None),
        (None, None, None) => Err(Some("no credential: give --config, ASK_API_KEY, --token-file or ASK_TOKEN".to_owned())),
    }
}
