// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer list`.

use authority::{IssuerRecord, Profile, Reach, Standing};
use serde::Serialize;
use x509::Time;

use super::super::told::IssuerDocument;
use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::{Authority, DataDir, name_above};
use crate::failure::{Failure, Verdict};
use crate::ui::{BAD, DIM, GOOD, plain};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// One element of what `--json` prints.
#[derive(Serialize)]
pub(super) struct Row {
    /// Its identifier: the SHA-256 of its public key.
    pub(super) id: String,
    /// `issuing`, `in-use`, `retired`, `revoked`, `below` or `expired`.
    pub(super) status: &'static str,
    /// Since when it issues no more.
    pub(super) closed_at: Option<String>,
    /// Below which authority, that was revoked, it stands.
    pub(super) below: Option<String>,
    /// Whether the file of its key is here; absent when it is on a token, which is not asked: a list loads no library.
    pub(super) key_present: Option<bool>,
    /// Whether it was taken away, to where `key` says.
    pub(super) key_offline: bool,
    #[serde(flatten)]
    pub(super) issuer: IssuerDocument,
}

pub(crate) fn run(_: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let now = context.clock.now();
    let row = |record: &IssuerRecord| row(record, &authority, now);
    let rows: Vec<Row> = authority.issuers().iter().map(row).collect::<Result<_, Failure>>()?;
    if context.ui.is_json() {
        context.ui.json(&rows)?;
    } else {
        table(&rows, context)?;
    }
    Ok(Verdict::Yes)
}

/// All that the table says of an issuer.
pub(super) fn row(record: &IssuerRecord, authority: &Authority, now: Time) -> Result<Row, Failure> {
    let leaf = Profile::named("server").map_err(|error| Failure::from_error(&error))?;
    // Whom a certificate for a server would come from.
    let issuing = authority.record_for(&leaf).ok().map(|record| record.added.id);
    let is_issuing = issuing == Some(record.added.id);
    let key = Location::of(authority.directory(), &record.key)?;
    let issuer = IssuerDocument::of(&record.added.chain, &key.to_string())?;
    let is_over = Time::parse(&issuer.not_after).is_some_and(|end| end < now);
    let (status, closed) = match record.standing {
        Standing::Revoked(revoked) => ("revoked", Some(revoked.since)),
        Standing::Retired(since) => ("retired", Some(since)),
        Standing::Below(_, revoked) => ("below", Some(revoked.since)),
        Standing::InUse if is_over => ("expired", None),
        Standing::InUse if is_issuing => ("issuing", None),
        Standing::InUse => ("in-use", None),
    };
    Ok(Row {
        id: record.added.id.to_string(),
        status,
        closed_at: closed.map(|time| time.to_string()),
        below: match record.standing {
            Standing::Below(above, _) => Some(name_above(record, above)),
            Standing::InUse | Standing::Retired(_) | Standing::Revoked(_) => None,
        },
        key_present: match &key {
            _ if record.reach == Reach::Away => Some(false),
            Location::File(path) => Some(path.symlink_metadata().is_ok()),
            Location::Token(_) => None,
        },
        key_offline: record.reach == Reach::Away,
        issuer,
    })
}

fn table(rows: &[Row], context: &mut Context) -> Result<(), Failure> {
    context.ui.line(format_args!(
        "{DIM}{:<16}  {:<12}  {:<7}  {:<10}  {:<7}  name{DIM:#}",
        "id", "role", "status", "until", "key"
    ))?;
    for Row { id, status, below, key_present, key_offline, issuer, .. } in rows {
        let style = if matches!(*status, "issuing" | "in-use") { GOOD } else { BAD };
        let id = id.get(..16).unwrap_or(id);
        let day = issuer.not_after.split('T').next().unwrap_or_default();
        let key = match (key_present, key_offline) {
            (_, true) => "offline",
            (Some(true), _) => "here",
            (Some(false), _) => "missing",
            (None, _) => "token",
        };
        let below = below.as_ref().map(|above| format!(", below {above}, which was revoked"));
        context.ui.line(format_args!(
            "{id}  {:<12}  {style}{status:<7}{style:#}  {day:<10}  {key:<7}  {}{}",
            issuer.role,
            plain(&issuer.subject),
            plain(&below.unwrap_or_default())
        ))?;
    }
    Ok(())
}
