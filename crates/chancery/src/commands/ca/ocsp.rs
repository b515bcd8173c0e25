// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca ocsp`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use authority::{Issuer, IssuerRecord, Reach};
use keys::AwsLc;
use serde::Serialize;
use status::{Lifetime, Moment, OcspError, Responder, Settings};
use x509::OcspResponse;
use x509::ocsp::{CertStatus, ResponseStatus};

use crate::commands::cert::find;
use crate::context::Context;
use crate::custody::with_sign_hint;
use crate::data_dir::{Authority, DataDir, record_failure};
use crate::failure::{Failure, Verdict};
use crate::passphrase::PassphraseArgs;
use crate::publishing::{Answering, Delegates};
use crate::{input, output};
use authority::{StatusError, wait};

/// The largest request that is read: a hundred certificates take about 12 KiB.
const LARGEST: u64 = 64 << 10;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The request, DER (-: standard input)
    #[arg(value_name = "REQUEST", required_unless_present = "certificate")]
    request: Option<PathBuf>,

    /// Answer about this certificate without being asked, for its server to staple: a serial number, or a file
    #[arg(long = "for", value_name = "SERIAL|FILE", conflicts_with = "request")]
    certificate: Option<String>,

    /// How many days the answer is good for
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=10))]
    days: u64,

    /// The file to write the response to, DER
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,

    /// Replace the file when it exists
    #[arg(long)]
    force: bool,

    /// Who signs it
    #[arg(long, value_name = "WHO", value_enum, default_value_t)]
    responder: Answering,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    file: String,
    answers: Vec<Answer>,
}

#[derive(Serialize)]
struct Answer {
    serial: String,
    /// `good`, `revoked` or `unknown`.
    status: &'static str,
    reason: Option<String>,
    since: Option<String>,
    next_update: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let overwrite = output::overwrite(args.force);
    output::require_free(&args.out, overwrite)?;
    let authority = DataDir::of(context)?.open()?;
    let (request, issuers) = asked(args, &authority, context)?;
    let mut settings = Settings::default();
    settings.lifetime = Lifetime(Duration::from_secs(args.days.saturating_mul(86_400)));
    settings.verify_live = true;
    let failed = |error| failure(&error, &authority);
    let responder = Responder::new(&issuers, settings, Arc::new(AwsLc)).map_err(failed)?;
    let mut delegates = Delegates::ready(args.responder, (&authority, &issuers), &args.passphrase, context)?;
    delegates.appoint(&responder, &**authority.record(), context.clock.now())?;
    let moment = Moment { now: context.clock.now(), uptime: Duration::ZERO };
    let answered = wait(responder.answer(&request, moment, &**authority.record())).map_err(failed)?;
    let answers = answers(&answered.der)?;
    output::public(&args.out, &answered.der, overwrite)?;
    let document = Document { file: args.out.display().to_string(), answers };
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    context.ui.tick(&format!("signed, verified, and written to {}", document.file))?;
    for Answer { serial, status, reason, since, next_update } in &document.answers {
        let words = [
            since.as_ref().map(|since| format!(" since {since}")),
            reason.as_ref().map(|why| format!(" ({why})")),
        ];
        let words: String = words.into_iter().flatten().collect();
        let until = next_update.as_ref().map(|next| format!(", good until {next}")).unwrap_or_default();
        context.ui.rows(&[(serial, format!("{status}{words}{until}"))])?;
    }
    Ok(Verdict::Yes)
}

/// The request, and the issuers that may have to answer it, with their keys.
fn asked(
    args: &Args,
    authority: &Authority,
    context: &mut Context,
) -> Result<(Vec<u8>, Vec<Arc<Issuer>>), Failure> {
    let (wanted, certificate): (Vec<&IssuerRecord>, _) = match &args.certificate {
        None => (authority.issuers().iter().collect(), None),
        Some(which) => {
            let found = find::found(authority, which)?.record.issued;
            let by_it = |issuer: &&IssuerRecord| issuer.added.id == found.issuer;
            (authority.issuers().iter().filter(by_it).collect(), Some(found.certificate))
        }
    };
    if let ([one], true) = (wanted.as_slice(), certificate.is_some()) {
        authority.require_key(one)?;
    }
    let here = wanted.into_iter().filter(|record| record.reach == Reach::Here);
    let issuers = here.map(|record| authority.prove(record, &args.passphrase, context));
    let issuers: Vec<Arc<Issuer>> = issuers.collect::<Result<_, _>>()?;
    let request = match (certificate, &args.request) {
        (Some(certificate), _) => status::request_for(&certificate, &issuers, None, &AwsLc)
            .map_err(|error| failure(&error, authority))?
            .ok_or_else(|| {
                Failure::could_not("no issuer of the record has that certificate's issuer's name")
            })?,
        (None, Some(path)) => input::read(path, LARGEST)?,
        (None, None) => Vec::new(),
    };
    Ok((request, issuers))
}

/// What a response says; an error says no.
fn answers(response: &[u8]) -> Result<Vec<Answer>, Failure> {
    let response = OcspResponse::parse(response)
        .map_err(|error| Failure::could_not("the response that was made cannot be read").because(&error))?;
    let Some(basic) = response.basic() else {
        let status = response.status();
        let hint = match status {
            ResponseStatus::Unauthorized => "ask about a certificate of this authority: chancery cert list",
            _ => "openssl ocsp -issuer INTERMEDIATE -cert CERT -reqout request.der makes a request",
        };
        return Err(Failure::refused(format!("a client would be answered {status}")).hint(hint));
    };
    let answer = |single: x509::ocsp::SingleResponse<'_>| {
        let (status, reason, since) = match single.status {
            CertStatus::Good => ("good", None, None),
            CertStatus::Unknown => ("unknown", None, None),
            CertStatus::Revoked { time, reason } => ("revoked", reason, Some(time)),
        };
        Answer {
            serial: single.cert_id.serial.to_string(),
            status,
            reason: reason.map(|reason| reason.to_string()),
            since: since.map(|since| since.to_string()),
            next_update: single.next_update.map(|next| next.to_string()),
        }
    };
    Ok(basic.data().responses().iter().map(answer).collect())
}

fn failure(error: &OcspError, authority: &Authority) -> Failure {
    match error {
        OcspError::Record(source) => record_failure(source, authority.directory()),
        OcspError::Sign(StatusError::Sign(source)) => with_sign_hint(Failure::from_error(error), source),
        _ => Failure::from_error(error),
    }
}
