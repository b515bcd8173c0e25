// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert export`.

use authority::{IssuerId, IssuerRecord, Record as _, Status, wait};
use keys::AwsLc;
use serde::Serialize;
use x509::Certificate;

use super::find;
use super::revoke::in_words;
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, parse, record_failure};
use crate::failure::{Failure, Verdict};
use crate::output::OutputArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The serial number, hexadecimal; its first 8 digits do
    #[arg(value_name = "SERIAL")]
    serial: String,

    /// Write the intermediates after it, as a server sends them
    #[arg(long)]
    chain: bool,

    /// Write the intermediates that lead to this root, where the issuer is certified by several
    #[arg(long, value_name = "ROOT", requires = "chain")]
    below: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: Option<String>,
    certificates: usize,
    /// `good`, `revoked` or `on-hold`.
    status: &'static str,
    pem: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    args.output.require_free()?;
    let authority = DataDir::look(context)?;
    let found = find::by_serial(&authority, &args.serial)?;
    let mut chain = vec![found.issued.certificate.clone()];
    if args.chain {
        chain.extend(above(&authority, &found.issued.issuer, args.below.as_deref())?);
    }
    let pem: String = chain.iter().map(|der| x509::pem::encode("CERTIFICATE", der)).collect();
    let status = wait(authority.record().status(found.issued.issuer, serial_of(&found.issued.certificate)?));
    let status = status.map_err(|error| record_failure(&error, authority.directory()))?;
    let status = status.map_or(Status::Good, |found| found.status);
    args.output.write(pem.as_bytes())?;
    let file = args.output.file();
    match &file {
        _ if context.ui.is_json() => {
            context.ui.json(&Document { file, certificates: chain.len(), status: in_a_word(status), pem })?;
        }
        None => context.ui.raw(pem.as_bytes())?,
        Some(file) => context.ui.tick(&format!("wrote {} to {file}", counted(chain.len())))?,
    }
    if let Some(stands) = in_words(status) {
        context.ui.note(&format!("it is {stands}: whoever asks how it stands refuses it"))?;
    }
    Ok(Verdict::Yes)
}

fn serial_of(der: &[u8]) -> Result<Vec<u8>, Failure> {
    Ok(parse(der)?.tbs().serial().magnitude().to_vec())
}

fn in_a_word(status: Status) -> &'static str {
    match status {
        Status::Good => "good",
        Status::Revoked(revoked) => revoked.in_a_word(),
    }
}

/// The certificates between a leaf of this issuer and the root, the root left out: below the root that is meant, by its
/// identifier or the beginning of one, or else as it is issued. None of them was revoked.
fn above(authority: &Authority, issuer: &IssuerId, below: Option<&str>) -> Result<Vec<Vec<u8>>, Failure> {
    let of_key = |record: &&IssuerRecord| record.added.id == *issuer;
    let usual = authority.issuers().iter().rev().find(of_key);
    let beside = authority.beside().iter().rev().filter(of_key).filter(|_| below.is_some());
    let leads = |record: &&IssuerRecord| {
        below
            .is_none_or(|below| root_id(record).is_some_and(|id| id.starts_with(&below.to_ascii_lowercase())))
    };
    let mut revoked = None;
    for record in usual.into_iter().chain(beside).filter(leads) {
        match revoked_in(authority, &record.added.chain)? {
            None => return Ok(record.sent().to_vec()),
            found => revoked = revoked.or(found),
        }
    }
    let failure = revoked.unwrap_or_else(|| {
        let below = below.unwrap_or_default();
        Failure::refused(format!("no certificate of its issuer leads to a root {below}"))
    });
    Err(failure.hint(format!("chancery ca issuer show {issuer}")))
}

/// Why a chain is not handed out: the first certificate in it that was taken back.
fn revoked_in(authority: &Authority, chain: &[Vec<u8>]) -> Result<Option<Failure>, Failure> {
    for (der, status) in chain.iter().zip(authority.standings(chain)?) {
        if let Some(stands) = status.and_then(in_words) {
            let certificate = parse(der)?;
            let (subject, serial) = (certificate.tbs().subject(), certificate.tbs().serial());
            let text = format!("in the chain, the certificate {serial} of {subject} is {stands}");
            return Ok(Some(Failure::refused(text)));
        }
    }
    Ok(None)
}

/// The identifier of the root at the end of an issuer's chain.
fn root_id(record: &IssuerRecord) -> Option<String> {
    let root = Certificate::parse(record.added.chain.last()?).ok()?;
    Some(IssuerId::of(&root.tbs().subject_public_key_info(), &AwsLc).to_string())
}

fn counted(certificates: usize) -> String {
    if certificates == 1 { "the certificate".to_owned() } else { format!("{certificates} certificates") }
}
