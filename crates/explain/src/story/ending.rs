// SPDX-License-Identifier: MIT OR Apache-2.0
//! How the story ended, and what to do about it.

use serde::Serialize;
use tls::probe::NotTls;
use tls::registry::AlertDescription;
use tls::{Failure, handshake};

use super::Telling;
use super::protected::told;
use crate::algorithm::signature_problem;
use crate::hint::Hint;
use crate::text::{Mark, Role, Text};
use crate::verdict::Verdict;

/// What a client takes home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The server is who it says it is.
    Trusted,
    /// It is not, or has not shown it.
    NotTrusted,
    /// No handshake came about.
    NoHandshake,
}

/// How the story ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The answer.
    pub outcome: Outcome,
    /// The answer in a sentence.
    pub message: String,
    /// What to do; about a refused certificate the verdict says it.
    pub hints: Vec<Hint>,
}

impl Ending {
    pub(super) fn of(telling: &Telling<'_>, verdict: Option<&Verdict>) -> Self {
        let name = &telling.handshake.name;
        match telling.failure {
            None => Self {
                outcome: Outcome::Trusted,
                message: format!(
                    "{name} is who it says it is, and nobody on the way can listen in or change a word"
                ),
                hints: Vec::new(),
            },
            Some(Failure::Refused) => {
                let rejection = verdict.and_then(|verdict| verdict.rejection.as_ref());
                let message = rejection
                    .map_or_else(|| Failure::Refused.to_string(), |rejection| rejection.message.clone());
                Self { outcome: Outcome::NotTrusted, message, hints: Vec::new() }
            }
            Some(Failure::NotProven) => not_proven(telling),
            Some(failure) => Self {
                outcome: Outcome::NoHandshake,
                message: message(failure, telling),
                hints: hints(failure, telling),
            },
        }
    }

    pub(super) fn text(&self, verdict: Option<&Verdict>) -> Text {
        let (mark, word) = match self.outcome {
            Outcome::Trusted => (Mark::Pass, "trusted"),
            Outcome::NotTrusted => (Mark::Fail, "not trusted"),
            Outcome::NoHandshake => (Mark::Fail, "no handshake"),
        };
        let mut text = Text::new();
        text.marked(0, mark, |line| line.span(mark.role(), word).plain(format!(": {}", self.message)));
        if let Some(verdict) = verdict {
            text.append(2, verdict.advice_text());
        }
        for hint in &self.hints {
            text.hint(2, &hint.text, hint.command.as_deref());
        }
        if self.outcome == Outcome::NotTrusted {
            text.marked(2, Mark::Note, |line| {
                line.span(Role::Dim, "the client hung up here: keys agreed with a stranger protect nothing, so it sent nothing of its own")
            });
        }
        text
    }
}

/// Another key signed, or one whose signatures prove nothing.
fn not_proven(telling: &Telling<'_>) -> Ending {
    let possession = telling.handshake.possession.as_ref();
    let problem = possession.and_then(|possession| possession.verdict.as_ref().err());
    let (message, hint) = match problem {
        Some(problem) if !crate::hint::is_forged(problem) => (
            format!("the server’s proof is worth nothing: {}", signature_problem(problem)),
            Hint::new(
                "the key is at fault: make another, and let the issuer sign a request with it",
                Some("chancery key new --kind p256 --out key.pem".to_owned()),
            ),
        ),
        _ => (
            Failure::NotProven.to_string(),
            Hint::new(
                "the server has somebody else’s certificate, or the wrong key beside its own: give it the key from \
                 which the certificate’s request was made",
                None,
            ),
        ),
    };
    Ending { outcome: Outcome::NotTrusted, message, hints: vec![hint] }
}

/// What failed, with the reasons of every address that was tried.
fn message(failure: &Failure, telling: &Telling<'_>) -> String {
    match failure {
        Failure::NoConnection => {
            let attempts = telling.handshake.attempts.iter();
            let tried: Vec<String> =
                attempts.map(|attempt| format!("{}: {}", attempt.address, attempt.error)).collect();
            format!("no connection to {}: {}", telling.target, tried.join("; "))
        }
        other => {
            let peer = telling.handshake.peer.map(|peer| format!(" ({peer})")).unwrap_or_default();
            format!("{}{peer}: {}", telling.target, told(other))
        }
    }
}

fn hints(failure: &Failure, telling: &Telling<'_>) -> Vec<Hint> {
    let host = telling.handshake.name.to_string();
    let one = |text: &str, command: Option<String>| vec![Hint::new(text, command)];
    match failure {
        Failure::NoConnection => no_connection(telling),
        Failure::NoAddress => one(
            "check how the name is written, or say which address to call",
            Some(format!("{} --connect ADDRESS", telling.asked.again())),
        ),
        Failure::NotTls(NotTls::Http { .. }) => one(
            "this port speaks HTTP without TLS: call the port that speaks HTTPS, often 443 or 8443",
            Some(format!("chancery connect {}", crate::shell::quoted(&with_port(&host, 8443)))),
        ),
        Failure::NotTls(NotTls::Greeting { line }) => one(greeting(line), None),
        Failure::NotTls(_) => one("this port speaks something else: check the port number", None),
        Failure::NoCommonVersion { .. } => one(
            "the server knows only versions that are broken (TLS 1.1 and older): it must be updated or set up for TLS 1.2 or 1.3",
            None,
        ),
        Failure::NoCommonParameters => one(
            "the server accepts none of the modern cipher suites, or has no certificate for this name: its log says which",
            Some(telling.asked.with_name("NAME")),
        ),
        Failure::Alert { alert } if alert.description == AlertDescription::UNRECOGNIZED_NAME => {
            one("say which of the server’s names to ask for", Some(telling.asked.with_name("NAME")))
        }
        Failure::HandshakeTimedOut { .. } => one(
            "the port is open, but nobody speaks TLS in time: check the port, or wait longer",
            Some(format!("{} --timeout 60", telling.asked.again())),
        ),
        Failure::Closed { received: 0 } => {
            one("a server that hangs up at once may speak something other than TLS: check the port", None)
        }
        _ => Vec::new(),
    }
}

fn no_connection(telling: &Telling<'_>) -> Vec<Hint> {
    let attempts = &telling.handshake.attempts;
    let refused = |attempt: &handshake::Attempt| match &attempt.error {
        handshake::ConnectError::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    let timed_out =
        |attempt: &handshake::Attempt| matches!(attempt.error, handshake::ConnectError::TimedOut { .. });
    if !attempts.is_empty() && attempts.iter().all(refused) {
        return vec![Hint::new(
            "nothing listens there: is the server running, and is the port right? What listens on this machine:",
            Some("ss -ltn".to_owned()),
        )];
    }
    if attempts.iter().any(timed_out) {
        return vec![Hint::new(
            "no answer at all, often a firewall: check the address, or wait longer",
            Some(format!("{} --timeout 60", telling.asked.again())),
        )];
    }
    vec![Hint::new("check the address and the network", None)]
}

fn with_port(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// What a server that greets first is.
fn greeting(line: &str) -> &'static str {
    if line.starts_with("SSH-") {
        "this is an SSH server, which has keys of its own kind and no certificates of this one"
    } else if line.starts_with("220") || line.starts_with("* OK") || line.starts_with("+OK") {
        "mail and FTP servers speak plainly first and change to TLS when asked (STARTTLS): call the port that begins \
         with TLS, such as 465, 993, 995 or 990"
    } else if line.starts_with('<') {
        "this looks like a web server without TLS: call the port that speaks HTTPS, often 443 or 8443"
    } else {
        "this port speaks something else: check the port number"
    }
}
