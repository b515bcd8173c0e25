// SPDX-License-Identifier: MIT OR Apache-2.0
//! What to do about a refusal: a sentence, and a command wherever there is one.

mod table;

use serde::Serialize;
use verify::{Place, Reason, Rejection};

pub use table::{Advice, advice};

use crate::shell::quoted;
use crate::verdict::bare;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// In a sentence.
    pub text: String,
    /// The command to run, when there is one.
    pub command: Option<String>,
}

impl Hint {
    pub(crate) fn new(text: impl Into<String>, command: Option<String>) -> Self {
        Self { text: text.into(), command }
    }
}

/// What the caller did, so that a hint can say how to do it again.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The command that asked, without `--name`, `--host` and `--roots`: `chancery connect localhost:8443`.
    pub command: &'a str,
    /// The option of that command that sets the name: `--name` or `--host`.
    pub name_option: &'a str,
    /// The name, when that option was given.
    pub name: Option<&'a str>,
    /// The name that the certificate had to be for.
    pub wanted: Option<&'a str>,
    /// Whether `--roots` replaced the trust store.
    pub own_roots: bool,
    /// How many certificates came with the leaf.
    pub sent: usize,
    /// Where the leaf says that its issuer's certificate is found.
    pub issuer_url: Option<&'a str>,
}

impl Asked<'_> {
    fn with_roots(&self) -> String {
        let name =
            self.name.map(|name| format!(" {} {}", self.name_option, quoted(name))).unwrap_or_default();
        format!("{}{name} --roots FILE", self.command)
    }

    fn with_name(&self, name: &str) -> String {
        format!("{} {} {}", self.command, self.name_option, quoted(name))
    }
}

/// What to do about a rejection; the most helpful first.
#[must_use]
pub fn hints(rejection: &Rejection, asked: &Asked<'_>) -> Vec<Hint> {
    match rejection.reason() {
        Reason::UnknownIssuer { issuer, self_issued } => {
            unknown_issuer(rejection, issuer, *self_issued, asked)
        }
        Reason::NameMismatch { presented, .. } => name_mismatch(presented, asked),
        _ => {
            let advice = advice(rejection.rule().id);
            let name = asked.wanted.map_or_else(|| "NAME".to_owned(), quoted);
            vec![Hint::new(advice.text, advice.command.map(|command| command.replace("NAME", &name)))]
        }
    }
}

fn unknown_issuer(rejection: &Rejection, issuer: &str, self_issued: bool, asked: &Asked<'_>) -> Vec<Hint> {
    let trust = |what: &str| {
        let how = if asked.own_roots {
            "if you trust it, put its certificate into the file given with --roots"
        } else {
            "if you trust it, name the file with its certificate"
        };
        Hint::new(format!("{what}{how}"), Some(asked.with_roots()))
    };
    let install = (!asked.own_roots).then(|| {
        Hint::new(
            "if it is this machine’s own Chancery authority, let the system trust it",
            Some("chancery trust install".to_owned()),
        )
    });
    let mut hints = Vec::new();
    if self_issued && rejection.place() == Place::Leaf {
        hints.push(trust("the certificate signed itself, so it is its own root: "));
    } else if rejection.place() == Place::Leaf && asked.sent <= 1 {
        let url = asked.issuer_url.map(|url| format!("; it is published at {url}")).unwrap_or_default();
        hints.push(Hint::new(
            format!(
                "a server sends its own certificate and then every intermediate, and this one sent its own alone: \
                 append the certificate of {issuer} to the server’s chain file{url}"
            ),
            None,
        ));
        hints.push(trust(&format!("or, should {issuer} be a root: ")));
        hints.extend(install);
    } else {
        hints.push(trust(&format!("nobody told this client to trust {issuer}: ")));
        hints.extend(install);
    }
    hints
}

fn name_mismatch(presented: &[String], asked: &Asked<'_>) -> Vec<Hint> {
    // A wildcard is no name that one can ask for.
    let usable = presented
        .iter()
        .find(|name| (name.starts_with("dns:") || name.starts_with("ip:")) && !name.contains('*'));
    let mut hints = Vec::new();
    if let Some(usable) = usable {
        hints.push(Hint::new(
            "if that is the server you mean, call it by a name that its certificate has",
            Some(asked.with_name(bare(usable))),
        ));
    }
    let wanted = asked.wanted.unwrap_or("the name that was asked for");
    hints.push(Hint::new(
        format!("or give the server a certificate that names {wanted} among its subjectAltNames"),
        Some(format!(
            "chancery csr new --key key.pem --name {}",
            asked.wanted.map_or_else(|| "NAME".to_owned(), quoted)
        )),
    ));
    hints
}
