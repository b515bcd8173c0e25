// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery cert show`.

use std::path::Path;

use authority::Record;
use explain::CertificateFacts;
use keys::AwsLc;
use serde::Serialize;
use x509::Certificate;

use super::find::{self, Found};
use super::revoke;
use crate::context::Context;
use crate::data_dir::{DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::input;
use authority::wait;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A serial number (hexadecimal; its first 8 digits do), or a file, PEM or DER (-: standard input)
    #[arg(value_name = "SERIAL|FILE")]
    which: String,
}

/// What `--json` prints of one certificate.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    facts: &'a CertificateFacts,
    /// How it stands in the record; absent of one in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let path = Path::new(&args.which);
    let is_file = args.which == "-" || path.exists() || x509::Serial::magnitude_of(&args.which).is_none();
    let (certificates, stands) = if is_file {
        (input::certificates(path)?, None)
    } else {
        let authority = DataDir::look(context)?;
        let Found { record, serial } = find::found(&authority, &args.which)?;
        let stands = wait(authority.record().status(record.issued.issuer, serial))
            .map_err(|error| record_failure(&error, authority.directory()))?;
        (vec![record.issued.certificate], stands)
    };
    let status = stands.map(|stands| revoke::in_words(stands.status).unwrap_or_else(|| "good".to_owned()));
    let now = context.clock.now();
    let facts = certificates.iter().map(|der| {
        let certificate = Certificate::parse(der).map_err(|error| {
            Failure::could_not(format!("{} holds what is no certificate", args.which)).because(&error)
        })?;
        Ok(CertificateFacts::of(&certificate, now, &AwsLc))
    });
    let facts: Vec<CertificateFacts> = facts.collect::<Result<_, Failure>>()?;
    match facts.as_slice() {
        [one] if context.ui.is_json() => context.ui.json(&Document { facts: one, status })?,
        several if context.ui.is_json() => context.ui.json(&several)?,
        several => {
            // First what people look for first.
            if let Some(status) = status {
                context.ui.rows(&[("in the record", status)])?;
                context.ui.line("")?;
            }
            for (index, one) in several.iter().enumerate() {
                if index > 0 {
                    context.ui.line("")?;
                }
                context.ui.text(&one.text())?;
            }
        }
    }
    Ok(Verdict::Yes)
}
