// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca show`.

use authority::Standing;
use serde::Serialize;

use super::told::{self, ConstraintsDocument, IssuerDocument};
use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    data_dir: String,
    root_pem: String,
    /// Where it publishes.
    url: Option<String>,
    issuers: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    issuer: IssuerDocument,
    constraints: ConstraintsDocument,
    /// That it issues no more, for the heading.
    #[serde(skip)]
    closed: &'static str,
}

pub(crate) fn run(_: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let directory = authority.directory();
    let entry = |record: &authority::IssuerRecord| {
        let key = Location::of(directory, &record.key)?;
        Ok(Entry {
            issuer: IssuerDocument::of(&record.added.chain, &key.to_string())?,
            constraints: ConstraintsDocument::of_chain(&record.added.chain)?,
            closed: match record.standing {
                Standing::InUse => "",
                Standing::Retired(_) => ", retired",
                Standing::Revoked(_) => ", revoked",
                Standing::Below(..) => ", below one that was revoked",
            },
        })
    };
    let document = Document {
        data_dir: directory.path().display().to_string(),
        root_pem: directory.root_pem().display().to_string(),
        url: authority.base_url().map(ToString::to_string),
        issuers: authority.issuers().iter().map(entry).collect::<Result<_, Failure>>()?,
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    for entry in &document.issuers {
        let role = if entry.issuer.role == "root" { "Root" } else { "Intermediate" };
        context.ui.heading(&format!("{role}{}", entry.closed))?;
        context.ui.rows(&entry.issuer.rows())?;
    }
    if let Some(last) = document.issuers.last() {
        context.ui.heading("May speak for")?;
        context.ui.rows(&last.constraints.rows())?;
    }
    context.ui.heading("Publishes at")?;
    context.ui.rows(&told::published_rows(authority.base_url()))?;
    context.ui.heading("Kept in")?;
    context.ui.rows(&[("directory", &document.data_dir), ("root", &document.root_pem)])?;
    Ok(Verdict::Yes)
}
