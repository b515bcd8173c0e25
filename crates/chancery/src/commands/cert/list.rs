// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert list`.

use authority::lifetime::Period;
use authority::{CertificateQuery, CertificateRecord, Record, Status};
use explain::CertificateFacts;
use keys::AwsLc;
use serde::Serialize;
use x509::{Certificate, Time};

use crate::context::Context;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::ui::{BAD, DIM, GOOD, NOTE, plain};
use authority::wait;

/// How many certificates are read at a time.
const PAGE: usize = 500;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// One element of what `--json` prints.
#[derive(Serialize)]
struct Row {
    serial: String,
    names: Vec<String>,
    status: &'static str,
    profile: String,
    subject: String,
    issuer: String,
    issued_at: String,
    not_before: String,
    not_after: String,
    renew_after: String,
    sha256: String,
}

pub(crate) fn run(_: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let now = context.clock.now();
    let rows = rows(&authority, now)?;
    if context.ui.is_json() {
        context.ui.json(&rows)?;
    } else if rows.is_empty() {
        context.ui.line("nothing has been issued yet")?;
        context.ui.next("chancery sign CSR --out cert.pem")?;
    } else {
        table(&rows, context)?;
    }
    Ok(Verdict::Yes)
}

fn rows(authority: &Authority, now: Time) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let mut sequence = 0;
    loop {
        let query = CertificateQuery::After { sequence, limit: PAGE };
        let page = wait(authority.record().certificates(query))
            .map_err(|error| record_failure(&error, authority.directory()))?;
        let Some(last) = page.last() else { return Ok(rows) };
        sequence = last.sequence;
        for record in &page {
            rows.push(row(authority, record, now)?);
        }
    }
}

fn row(authority: &Authority, record: &CertificateRecord, now: Time) -> Result<Row, Failure> {
    let certificate = Certificate::parse(&record.issued.certificate).map_err(|error| {
        Failure::could_not(format!("journal entry {} holds a damaged certificate", record.sequence))
            .because(&error)
    })?;
    let facts = CertificateFacts::of(&certificate, now, &AwsLc);
    let period = Period::from(certificate.tbs().validity());
    let serial = certificate.tbs().serial().magnitude().to_vec();
    let stands = wait(authority.record().status(record.issued.issuer, serial))
        .map_err(|error| record_failure(&error, authority.directory()))?;
    let status = stands.map_or(Status::Good, |stands| stands.status);
    Ok(Row {
        serial: facts.serial,
        names: facts.names,
        status: status.in_a_word(period, now),
        profile: record.issued.profile.clone(),
        subject: facts.subject,
        issuer: facts.issuer,
        issued_at: record.at.to_string(),
        not_before: period.not_before.to_string(),
        not_after: period.not_after.to_string(),
        renew_after: period.renewal().to_string(),
        sha256: facts.sha256,
    })
}

fn table(rows: &[Row], context: &mut Context) -> Result<(), Failure> {
    context.ui.line(format_args!(
        "{DIM}{:<32}  {:<13}  {:<10}  {:<12}  names{DIM:#}",
        "serial", "status", "until", "profile"
    ))?;
    for row in rows {
        let style = match row.status {
            "valid" => GOOD,
            "expired" | "revoked" => BAD,
            _ => NOTE,
        };
        let day = row.not_after.split('T').next().unwrap_or_default();
        let named = if row.names.is_empty() { row.subject.clone() } else { row.names.join(", ") };
        context.ui.line(format_args!(
            "{:<32}  {style}{:<13}{style:#}  {day:<10}  {:<12}  {}",
            row.serial,
            row.status,
            row.profile,
            plain(&named)
        ))?;
    }
    Ok(())
}
