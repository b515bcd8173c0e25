// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca issuer show`.

use authority::{IssuerRecord, Record as _, Standing, Status, wait};
use serde::Serialize;
use x509::Certificate;

use super::super::told::{self, ConstraintsDocument};
use super::list::{Row, row};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, name_above, parse, record_failure};
use crate::failure::{Failure, Verdict};
use crate::output;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Its identifier, or the first eight digits of it or more: `chancery ca issuer list` shows them
    #[arg(value_name = "ID")]
    id: String,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    row: Row,
    constraints: ConstraintsDocument,
    /// Its certificates, its own first, its root last.
    chain: Vec<Link>,
    /// The other certificates of its key, each the first of a chain to another root.
    beside: Vec<Beside>,
    crl: Option<CrlDocument>,
}

#[derive(Serialize)]
struct Link {
    subject: String,
    /// `good`, `revoked` or `on-hold`; `None` of one that was issued elsewhere.
    status: Option<&'static str>,
    #[serde(skip)]
    stands: String,
    not_after: String,
    sha256: String,
    pem: String,
}

#[derive(Serialize)]
struct Beside {
    serial: String,
    /// As that of a [`Link`].
    status: Option<&'static str>,
    #[serde(skip)]
    stands: String,
    not_after: String,
    /// The root that it leads to.
    root: String,
    sha256: String,
    chain_pem: String,
}

/// The CRL that was made last; of a key that was taken away, the one that stands now.
#[derive(Serialize)]
struct CrlDocument {
    number: u64,
    this_update: String,
    next_update: String,
    /// Until when there are some that were made ahead.
    covered_until: Option<String>,
    /// Whether somebody was taken back since those were made.
    behind: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::look(context)?;
    let record = authority.issuer(&args.id)?;
    let now = context.clock.now();
    let failed = |error| record_failure(&error, authority.directory());
    let last = wait(authority.record().last_crl(record.added.id)).map_err(failed)?;
    let ahead = wait(authority.record().presigned_crl(record.added.id, now)).map_err(failed)?;
    let behind = wait(status::is_behind(record.added.id, now, &**authority.record())).map_err(failed)?;
    let covered_until = ahead.as_ref().and(last.as_ref()).map(|last| last.next_update.to_string());
    let crl = ahead.map(|ahead| ahead.issued).or(last).map(|issued| CrlDocument {
        number: issued.number,
        this_update: issued.this_update.to_string(),
        next_update: issued.next_update.to_string(),
        covered_until,
        behind,
    });
    let beside = authority.beside().iter().filter(|other| other.added.id == record.added.id);
    let document = Document {
        row: row(record, &authority, now)?,
        constraints: ConstraintsDocument::of_chain(&record.added.chain)?,
        chain: links(&authority, &record.added.chain)?,
        beside: beside.map(|other| beside_document(&authority, other)).collect::<Result<_, Failure>>()?,
        crl,
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    tell(&document, record, &authority, context)?;
    Ok(Verdict::Yes)
}

fn links(authority: &Authority, chain: &[Vec<u8>]) -> Result<Vec<Link>, Failure> {
    chain.iter().zip(authority.standings(chain)?).map(|(der, status)| link(der, status)).collect()
}

fn link(der: &[u8], status: Option<Status>) -> Result<Link, Failure> {
    let certificate = parse(der)?;
    Ok(Link {
        subject: certificate.tbs().subject().to_string(),
        status: status.map(in_a_word),
        stands: marked(status),
        not_after: certificate.tbs().validity().not_after.time.to_string(),
        sha256: output::fingerprint(der),
        pem: x509::pem::encode("CERTIFICATE", der),
    })
}

fn beside_document(authority: &Authority, record: &IssuerRecord) -> Result<Beside, Failure> {
    let chain = &record.added.chain;
    let [own, .., root] = chain.as_slice() else {
        return Err(Failure::could_not("the record holds an issuer without a root").hint("chancery ca audit"));
    };
    let certificate: Certificate<'_> = parse(own)?;
    let status = authority.standings(chain)?.into_iter().next().flatten();
    Ok(Beside {
        serial: certificate.tbs().serial().to_string(),
        status: status.map(in_a_word),
        stands: marked(status),
        not_after: certificate.tbs().validity().not_after.time.to_string(),
        root: parse(root)?.tbs().subject().to_string(),
        sha256: output::fingerprint(own),
        chain_pem: chain.iter().map(|der| x509::pem::encode("CERTIFICATE", der)).collect(),
    })
}

fn in_a_word(status: Status) -> &'static str {
    match status {
        Status::Good => "good",
        Status::Revoked(revoked) => revoked.in_a_word(),
    }
}

/// What is said behind a certificate that was taken back.
fn marked(status: Option<Status>) -> String {
    match status {
        Some(Status::Revoked(revoked)) => {
            format!(", {} since {} ({})", revoked.in_a_word(), revoked.since, revoked.reason)
        }
        Some(Status::Good) | None => String::new(),
    }
}

fn tell(
    document: &Document,
    record: &IssuerRecord,
    authority: &Authority,
    context: &mut Context,
) -> Result<(), Failure> {
    let ui = &mut context.ui;
    ui.heading(if document.row.issuer.role == "root" { "Root" } else { "Intermediate" })?;
    let mut rows = vec![("id", document.row.id.clone()), ("status", standing(record, &document.row))];
    rows.extend(document.row.issuer.rows().into_iter().skip(1));
    ui.rows(&rows)?;
    ui.heading("Certified by")?;
    let mut rows = Vec::new();
    for Link { subject, not_after, sha256, stands, .. } in document.chain.iter().skip(1) {
        rows.push(("above", format!("{subject}\nuntil {not_after}, SHA-256 {sha256}{stands}")));
    }
    if document.chain.len() == 1 {
        rows.push(("above", "itself".to_owned()));
    }
    for Beside { root, serial, not_after, stands, .. } in &document.beside {
        rows.push(("and by", format!("{root}\nuntil {not_after}, serial {serial}{stands}")));
    }
    ui.rows(&rows)?;
    ui.heading("May speak for")?;
    ui.rows(&document.constraints.rows())?;
    ui.heading("CRL")?;
    match &document.crl {
        Some(crl) => {
            let ahead = crl.covered_until.as_ref().map(|until| ("made ahead", format!("until {until}")));
            let mut rows = vec![
                ("number", crl.number.to_string()),
                ("good", format!("{} until {}", crl.this_update, crl.next_update)),
            ];
            rows.extend(ahead);
            if crl.behind {
                rows.push(("lacks", "somebody who was taken back since: chancery ca root online".to_owned()));
            }
            ui.rows(&rows)?;
        }
        None => ui.rows(&[("number", "none was made yet: chancery ca crl".to_owned())])?,
    }
    ui.heading("Publishes at")?;
    ui.rows(&told::published_rows(authority.base_url()))
}

fn standing(record: &IssuerRecord, row: &Row) -> String {
    match record.standing {
        Standing::Revoked(revoked) => format!("revoked since {} ({})", revoked.since, revoked.reason),
        Standing::Retired(since) => format!("retired since {since}"),
        Standing::Below(above, revoked) => {
            let name = name_above(record, above);
            format!("below {name}, revoked since {} ({})", revoked.since, revoked.reason)
        }
        Standing::InUse => row.status.to_owned(),
    }
}
