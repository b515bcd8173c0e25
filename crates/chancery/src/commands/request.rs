// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery request`: requests that wait for somebody's approval.

use authority::journal::HeldLine;
use authority::{DecideError, Decider, Record as _, RequestId, RequestQuery, RequestRecord, RequestState};
use clap::Subcommand;
use serde::Serialize;
use x509::Time;

use crate::context::Context;
use crate::data_dir::{Authority, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;
use authority::wait;

mod approve;
mod deny;
mod list;
mod show;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the requests that wait
    List(list::Args),
    /// Show a request, its plan, and what became of it
    Show(show::Args),
    /// Approve a request, and issue its certificate
    Approve(approve::Args),
    /// Deny a request
    Deny(deny::Args),
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    match args.verb {
        Verb::List(args) => list::run(&args, context),
        Verb::Show(args) => show::run(&args, context),
        Verb::Approve(args) => approve::run(args, context),
        Verb::Deny(args) => deny::run(args, context),
    }
}

/// A request, as `--json` prints it.
#[derive(Serialize)]
struct RequestDocument {
    id: String,
    state: &'static str,
    asked_at: String,
    until: String,
    profile: String,
    names: Vec<String>,
    requester: String,
    /// The rules that ask for an approval.
    rules: Vec<String>,
    decided_at: Option<String>,
    decided_by: Option<String>,
    reason: Option<String>,
    /// Of the certificate that was issued.
    serial: Option<String>,
}

impl RequestDocument {
    fn of(record: &RequestRecord, now: Time) -> Self {
        let RequestRecord { at, held, decided } = record;
        Self {
            id: held.id.to_string(),
            state: record.state(now).name(),
            asked_at: at.to_string(),
            until: held.until.to_string(),
            profile: held.profile.clone(),
            names: names(&held.lines),
            requester: held.requester.to_string(),
            rules: held.rules.clone(),
            decided_at: decided.as_ref().map(|decided| decided.at.to_string()),
            decided_by: decided.as_ref().map(|decided| decided.by.clone()),
            reason: decided.as_ref().map(|decided| decided.reason.clone()),
            serial: record.serial().map(|serial| serial.to_string()),
        }
    }
}

/// The names that would be issued.
fn names(lines: &[HeldLine]) -> Vec<String> {
    lines.iter().filter(|line| line.field == "name").filter_map(|line| line.issued.clone()).collect()
}

/// How many digits of an identifier do, where no other request begins with them.
const DIGITS: usize = 8;
/// Among how many of the last requests one is looked for by its first digits.
const LAST: usize = 10_000;

/// The request of this identifier, or whose identifier alone begins so.
fn find(authority: &Authority, text: &str) -> Result<RequestRecord, Failure> {
    let none =
        || Failure::refused(format!("there is no request {text:?}")).hint("chancery request list --all");
    let is_beginning = text.len() >= DIGITS && text.bytes().all(|octet| octet.is_ascii_hexdigit());
    let query = match RequestId::parse(text) {
        Some(id) => RequestQuery::One(id),
        None if is_beginning => RequestQuery::Last(LAST),
        None => return Err(none()),
    };
    let found = wait(authority.record().requests(query));
    let found = found.map_err(|error| record_failure(&error, authority.directory()))?;
    let text = text.to_ascii_lowercase();
    let mut found: Vec<RequestRecord> =
        found.into_iter().filter(|record| record.held.id.to_string().starts_with(&text)).collect();
    if found.len() > 1 {
        let ids: Vec<String> = found.iter().map(|record| record.held.id.to_string()).collect();
        return Err(Failure::refused(format!("several requests begin with {text}: {}", ids.join(", "))));
    }
    found.pop().ok_or_else(none)
}

/// Whoever runs this command, for this reason.
fn decider(verb: &str, reason: String) -> Decider {
    Decider { by: warrant::of_this_user(&format!("chancery request {verb}")), program: None, reason }
}

fn require_pending(record: &RequestRecord, now: Time) -> Result<(), Failure> {
    match record.state(now) {
        RequestState::Pending => Ok(()),
        state => {
            let id = record.held.id;
            let failure = Failure::refused(format!("request {id} does not wait: it is {}", state.name()));
            Err(failure.hint(format!("chancery request show {id}")))
        }
    }
}

fn failure(error: &DecideError, id: RequestId, authority: &Authority) -> Failure {
    match error {
        DecideError::Record(source) => record_failure(source, authority.directory()),
        DecideError::Refused(_)
        | DecideError::NotPending { .. }
        | DecideError::NotNamed { .. }
        | DecideError::OwnRequest { .. } => {
            Failure::refused(error.to_string()).hint(format!("chancery request show {id}"))
        }
        DecideError::Reason { .. } => Failure::refused(error.to_string())
            .hint(format!("chancery request deny {id} --reason 'not ours'")),
        error => {
            let told = Failure::from_error(error);
            Failure { kind: crate::failure::Kind::Refused, ..told }
                .hint(format!("chancery request deny {id} --reason 'no longer accepted'"))
        }
    }
}
