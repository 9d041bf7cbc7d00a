//! From the command line to the exit code.

use std::{
    io::{self, IsTerminal as _, Read as _, Write as _},
    sync::Arc,
};

use reqwest::Client;
use serde_json::json;

use crate::{
    answer::Demands,
    api::Question,
    config::{self, Arguments, Secrets, Service},
    conversation,
    failure::{EXIT_OTHER, Failure},
    load::{self, Load},
    report::{self, Lines, Plain, complain_of},
    socket::causes,
};

/// Runs the program and returns its exit code; whatever there is to say has then been said.
#[must_use]
pub fn run(arguments: Arguments) -> u8 {
    let as_json = arguments.json;
    let result = prepare(arguments).and_then(|(runtime, prepared)| runtime.block_on(prepared.run()));
    result.unwrap_or_else(|failure| {
        complain_of(&failure);
        if as_json {
            let mut line = json!({"event": "outcome"});
            report::describe(&failure, &mut line);
            // Standard output may be what failed; standard error has the reason.
            let _ = Lines::default().write(&line);
        }
        failure.exit_code()
    })
}

/// A checked command line.
struct Prepared {
    client: Client,
    service: Arc<Service>,
    load: Load,
    /// The session to ask in, where the user named one.
    session: Option<String>,
    /// Whether to hold many conversations.
    many: bool,
    json: bool,
}

/// Checks everything that can be checked before the network is needed.
fn prepare(arguments: Arguments) -> Result<(tokio::runtime::Runtime, Prepared), Failure> {
    let message = question(&arguments.question)?;
    let many = arguments.repeat.is_some();
    let load = Load {
        message,
        locale: arguments.locale().to_owned(),
        repeat: arguments.repeat.unwrap_or(std::num::NonZeroUsize::MIN),
        concurrency: arguments.concurrency,
        patience: arguments.patience(),
        // In a session of one's own nobody else has anything to say; a load run proves it.
        demands: Demands { private: many || arguments.strict, orderly: arguments.strict },
    };
    let session = arguments.session().map(str::to_owned);
    let json = arguments.json;
    let service = config::service(arguments, Secrets::from_environment())?;
    // A credential that cannot be read is known before the first connection.
    service.authorization()?;
    let client = client(&service)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok((runtime, Prepared { client, service: Arc::new(service), load, session, many, json }))
}

/// The question from the arguments, or else from standard input without its last line end.
fn question(words: &[String]) -> Result<String, Failure> {
    if !words.is_empty() {
        return Ok(words.join(" "));
    }
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        return Err(Failure::Configuration(vec![
            "no question: give one as an argument or on standard input; see --help".to_owned(),
        ]));
    }
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .map_err(|error| Failure::Configuration(vec![format!("cannot read the question from standard input: {error}")]))?;
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    Ok(text)
}

/// The one HTTP client of the process.
fn client(service: &Service) -> Result<Client, Failure> {
    // The first provider stays: it can only have been installed before by this very line.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    // Following a redirect would carry the credential to wherever it points.
    // AWS WAF's core rules refuse a request that does not say what sent it.
    let agent = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent(agent);
    let builder = if service.is_local() { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Failure::Configuration(vec![format!("cannot set up HTTPS: {}", causes(&error))]))
}

impl Prepared {
    async fn run(self) -> Result<u8, Failure> {
        if self.many { self.converse_often().await } else { self.converse().await }
    }

    /// One conversation, told as it goes.
    async fn converse(self) -> Result<u8, Failure> {
        let question = Question {
            session_id: self.session.unwrap_or_else(conversation::new_session),
            request_id: conversation::new_request(),
            locale: self.load.locale,
            message: self.load.message,
        };
        let Load { patience, demands, .. } = self.load;
        let (client, service) = (&self.client, &*self.service);
        let report = if self.json {
            let mut lines = Lines::default();
            let report = conversation::hold(client, service, question, patience, demands, &mut lines).await;
            lines.write(&report::outcome(&report))?;
            if let Err(failure) = &report.result {
                complain_of(failure);
            }
            report
        } else {
            let mut plain = Plain::default();
            let report = conversation::hold(client, service, question, patience, demands, &mut plain).await;
            plain.finish(&report)?;
            report
        };
        Ok(report.result.as_ref().err().map_or(0, Failure::exit_code))
    }

    /// A load run: a table at the end, or a line per conversation and one for all.
    async fn converse_often(self) -> Result<u8, Failure> {
        let mut lines = self.json.then(Lines::default);
        let each = |report: &conversation::Report| match &mut lines {
            Some(lines) => lines.write(&report::outcome(report)),
            None => Ok(()),
        };
        let summary = load::run(&self.client, &self.service, &self.load, each).await?;
        match &mut lines {
            Some(lines) => lines.write(&summary.line())?,
            None => io::stdout().write_all(summary.table().as_bytes())?,
        }
        Ok(if summary.is_clean() { 0 } else { EXIT_OTHER })
    }
}
