// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca accept-loss`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use authority::journal::CrlIssued;
use authority::{IssuerId, Loss, Record as _, mark, wait};
use serde::Serialize;

use super::published::{self, Evidence};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::warrant;

#[derive(Debug, clap::Args)]
#[command(long_about = "Go on with a record that is older than what was issued\n\n\
                  Where the newest backup is older than what was issued, nothing is signed until this is run: what was \
                  committed meanwhile is lost, and the journal says so from then on. Certificates that were issued in \
                  that time are good wherever they are: find them with `chancery ca audit --against`, and take them in \
                  or revoke them.")]
pub(crate) struct Args {
    /// A CRL that was published, as evidence: the next one gets a larger number; may be given several times
    #[arg(long, value_name = "FILE")]
    crl: Vec<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// The last batch that is known.
    known: u64,
    intervals: Vec<IntervalDocument>,
    crls: Vec<CrlDocument>,
}

#[derive(Serialize)]
struct IntervalDocument {
    /// The last batch that is known to have been committed.
    lost: u64,
    since: Option<String>,
    until: String,
}

#[derive(Serialize)]
struct CrlDocument {
    issuer_id: String,
    number: u64,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let failed = |error| record_failure(&error, authority.directory());
    let evidence = published::read(&args.crl, &authority)?;
    let losses = losses(&authority, &evidence)?;
    let crls = newest(&evidence);
    if losses.is_empty() && crls.is_empty() {
        return Err(Failure::refused("nothing is known to be missing from the record")
            .hint("chancery ca audit --crl FILE compares it with a CRL that was published"));
    }
    let by = warrant::of_this_user("chancery ca accept-loss").who().to_owned();
    let now = context.clock.now();
    let batch = wait(mark::acceptance(&losses, crls.clone(), &by, now, &**authority.record()));
    let known = wait(authority.record().head()).map_err(failed)?.number;
    wait(authority.record().commit(batch.map_err(failed)?)).map_err(failed)?;
    let document = document(known, &losses, &crls);
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, context)?;
    }
    Ok(Verdict::Yes)
}

/// What the mark beside the record knows, and the CRL that knows of most, where that is more.
fn losses(authority: &Authority, evidence: &[Evidence]) -> Result<Vec<Loss>, Failure> {
    let mut losses: Vec<Loss> = authority.loss()?.into_iter().collect();
    let failed = |error| record_failure(&error, authority.directory());
    let furthest = evidence.iter().filter_map(|one| one.missing.mark).max_by_key(|mark| mark.head.number);
    let known = losses.first().map_or(0, |loss| loss.mark.head.number);
    if let Some(mark) = furthest.filter(|mark| mark.head.number > known) {
        let found = wait(authority.record().head()).map_err(failed)?;
        let since = authority.record().last_at().map_err(failed)?;
        losses.push(Loss { found, since, mark });
    }
    Ok(losses)
}

/// The newest CRL of each issuer that the record does not know of.
fn newest(evidence: &[Evidence]) -> Vec<CrlIssued> {
    let mut newest: BTreeMap<IssuerId, CrlIssued> = BTreeMap::new();
    for Evidence { published, .. } in evidence.iter().filter(|one| one.missing.last.is_some()) {
        let issued = &published.issued;
        if newest.get(&issued.issuer).is_none_or(|before| before.number < issued.number) {
            newest.insert(issued.issuer, issued.clone());
        }
    }
    newest.into_values().collect()
}

fn document(known: u64, losses: &[Loss], crls: &[CrlIssued]) -> Document {
    let interval = |loss: &Loss| IntervalDocument {
        lost: loss.mark.head.number,
        since: loss.since.map(|since| since.to_string()),
        until: loss.mark.at.to_string(),
    };
    let crl = |crl: &CrlIssued| CrlDocument { issuer_id: crl.issuer.to_string(), number: crl.number };
    Document { known, intervals: losses.iter().map(interval).collect(), crls: crls.iter().map(crl).collect() }
}

fn tell(document: &Document, context: &mut Context) -> Result<(), Failure> {
    let ui = &mut context.ui;
    ui.tick("the record goes on, and says what it does not know")?;
    let mut rows = vec![("known", format!("up to batch {}", document.known))];
    for IntervalDocument { lost, since, until } in &document.intervals {
        let since = since.as_deref().unwrap_or("the beginning");
        rows.push(("unknown", format!("what was committed from {since} to {until}, up to batch {lost}")));
    }
    for CrlDocument { issuer_id, number } in &document.crls {
        rows.push(("CRL", format!("the next one of issuer {issuer_id} has a larger number than {number}")));
    }
    ui.rows(&rows)?;
    ui.next("chancery ca audit --against DIR|HOST")?;
    ui.next("chancery ca crl --out crl.pem --force")
}
