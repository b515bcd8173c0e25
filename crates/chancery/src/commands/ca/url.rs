// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca url`.

use std::sync::Arc;

use authority::journal::CrlShardsSettled;
use authority::record::Record as _;
use authority::{
    BaseUrl, CertificateQuery, CertificateRecord, Entry, Event, FoundingError, Issuer, IssuerRecord, Reissue,
    Relocation, Shard, Standing, Status,
};
use keys::AwsLc;
use serde::Serialize;
use x509::ext::{CrlDistributionPoints, DistributionPointName};
use x509::{Certificate, GeneralName, Time};

use super::told::published_rows;
use crate::base_url::UrlArg;
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, issue_failure, name_of, record_failure};
use crate::failure::{Failure, Verdict};
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;
use crate::up::certificate::names_of;
use authority::wait;

/// How many certificates are read at a time, and how many are told to people.
const PAGE: usize = 1_000;
const TOLD: usize = 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(
        value_name = "URL",
        help = "The new base, such as http://ca.internal:8480, or none; without it, what it is now",
        long_help = "The new base, such as http://ca.internal:8480, or none; without it, what it is now\n\n\
                     The intermediates are issued again on the same keys. Certificates that were issued before say \
                     the old place until they are renewed, and are listed."
    )]
    url: Option<UrlArg>,

    /// In how many parts the CRL of an intermediate comes that new certificates name: a client fetches one of them; 0:
    /// as a whole
    ///
    /// The serial number of a certificate says which part is about it. The whole CRL goes on, for the certificates from
    /// before, and so does each part that any certificate names.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=i64::from(Shard::MOST)))]
    crl_shards: Option<u16>,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    url: Option<String>,
    changed: bool,
    /// In how many parts CRLs come; 0: whole.
    crl_shards: u16,
    /// The intermediates that were issued again.
    reissued: Vec<ReissuedDocument>,
    /// The certificates that say another place, and are good.
    elsewhere: Vec<ElsewhereDocument>,
}

#[derive(Serialize)]
struct ReissuedDocument {
    subject: String,
    certificate_pem: String,
}

#[derive(Serialize)]
struct ElsewhereDocument {
    serial: String,
    names: Vec<String>,
    not_after: String,
    /// The URL of the CRL; none when it says no place at all.
    crl: Option<String>,
}

pub(crate) fn run(args: Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let wanted = args.url.map(UrlArg::base);
    let (base, reissued) = match wanted {
        Some(wanted) if wanted.as_ref() != authority.base_url() => {
            let reissued = relocated(&authority, wanted.clone(), &args.passphrase, context)?;
            (wanted, Some(reissued))
        }
        Some(_) | None => (authority.base_url().cloned(), None),
    };
    let crl_shards = match args.crl_shards {
        Some(wanted) if wanted != authority.crl_shards() => {
            settle_shards(&authority, base.as_ref(), wanted, context)?;
            wanted
        }
        Some(_) | None => authority.crl_shards(),
    };
    let resharded = crl_shards != authority.crl_shards();
    let document = Document {
        url: base.as_ref().map(ToString::to_string),
        changed: reissued.is_some() || resharded,
        crl_shards,
        reissued: reissued.iter().flatten().map(|issuer| reissued_document(issuer)).collect(),
        elsewhere: elsewhere(&authority, base.as_ref(), context.clock.now())?,
    };
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        tell(&document, base.as_ref(), context)?;
    }
    Ok(Verdict::Yes)
}

/// Settles in how many parts CRLs come.
fn settle_shards(
    authority: &Authority,
    base: Option<&BaseUrl>,
    count: u16,
    context: &Context,
) -> Result<(), Failure> {
    if base.is_none() {
        return Err(Failure::refused(
            "no certificate says where a CRL is, and so none can say which part of it",
        )
        .hint("say where first: chancery ca url http://HOST:8480 --crl-shards N"));
    }
    let event = Event::CrlShardsSettled(CrlShardsSettled { count, by: "the command line".to_owned() });
    authority.journal(Entry { at: context.clock.now(), event })
}

/// Settles the new base, with the intermediates issued again.
fn relocated(
    authority: &Authority,
    base_url: Option<BaseUrl>,
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<Vec<Arc<Issuer>>, Failure> {
    let mut intermediates = Vec::new();
    // Issued again, one that was revoked would be good once more.
    let in_use = |record: &&IssuerRecord| record.added.chain.len() > 1 && record.standing == Standing::InUse;
    for record in authority.issuers().iter().filter(in_use) {
        let Some(above) = authority.above(record) else {
            context.ui.note(&format!(
                "{} was certified by somebody else, and its certificate says what they have said",
                name_of(record)
            ))?;
            continue;
        };
        authority.require_key(above)?;
        intermediates.push(Reissue {
            above: authority.prove(above, passphrase, context)?,
            issuer: authority.prove(record, passphrase, context)?,
            location: record.key.clone(),
        });
    }
    let relocation = Relocation { base_url, by: "the command line".to_owned(), intermediates };
    let now = context.clock.now();
    wait(relocation.commit(now, &**authority.record(), &SystemRandom, &AwsLc)).map_err(|error| match &error {
        FoundingError::Record(source) => record_failure(source, authority.directory()),
        FoundingError::Issue(source) => issue_failure(source, authority.directory()),
        error => Failure::from_error(error),
    })
}

fn reissued_document(issuer: &Issuer) -> ReissuedDocument {
    ReissuedDocument {
        subject: issuer.name().to_owned(),
        certificate_pem: x509::pem::encode("CERTIFICATE", issuer.certificate()),
    }
}

/// The certificates that say another place than `base`, and are good and not over.
fn elsewhere(
    authority: &Authority,
    base: Option<&BaseUrl>,
    now: Time,
) -> Result<Vec<ElsewhereDocument>, Failure> {
    let failed = |error| record_failure(&error, authority.directory());
    let record = authority.record();
    let (mut found, mut sequence) = (Vec::new(), 0);
    loop {
        let page =
            wait(record.certificates(CertificateQuery::After { sequence, limit: PAGE })).map_err(failed)?;
        let Some(last) = page.last() else { return Ok(found) };
        sequence = last.sequence;
        for CertificateRecord { issued, .. } in &page {
            let Ok(certificate) = Certificate::parse(&issued.certificate) else { continue };
            let tbs = certificate.tbs();
            let crl = crl_url(&certificate);
            let is_there = match (&crl, base) {
                (Some(crl), Some(base)) => {
                    crl.strip_prefix(base.as_str()).is_some_and(|rest| rest.starts_with('/'))
                }
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if is_there || tbs.validity().not_after.time < now {
                continue;
            }
            let serial = tbs.serial().magnitude().to_vec();
            let status = wait(record.status(issued.issuer, serial)).map_err(failed)?;
            if status.is_some_and(|status| status.status == Status::Good) {
                found.push(ElsewhereDocument {
                    serial: tbs.serial().to_string(),
                    names: names_of(&certificate).iter().map(ToString::to_string).collect(),
                    not_after: tbs.validity().not_after.time.to_string(),
                    crl,
                });
            }
        }
    }
}

/// Where a certificate says that its issuer's CRL is.
fn crl_url(certificate: &Certificate<'_>) -> Option<String> {
    let points = certificate.tbs().extensions().decode::<CrlDistributionPoints<'_>>().ok().flatten()?;
    let mut names = points.value.iter().filter_map(|point| match point.name? {
        DistributionPointName::FullName(names) => names.iter().next(),
        DistributionPointName::RelativeToIssuer(_) => None,
    });
    names.find_map(|name| match name {
        GeneralName::Uri(url) => Some(url.to_owned()),
        _ => None,
    })
}

fn tell(document: &Document, base: Option<&BaseUrl>, context: &mut Context) -> Result<(), Failure> {
    let ui = &mut context.ui;
    if document.changed {
        let intermediates = match document.reissued.len() {
            0 => String::new(),
            1 => "; the intermediate issued again on the same key".to_owned(),
            count => format!("; {count} intermediates issued again on the same key"),
        };
        ui.tick(&format!("settled, and recorded{intermediates}"))?;
    }
    ui.rows(&published_rows(base))?;
    if document.crl_shards > 0 {
        let parts = format!("in {} parts, of which each certificate names one", document.crl_shards);
        ui.rows(&[("CRLs", parts)])?;
    }
    if document.changed {
        ui.note("servers of this data directory that are running put it into what they issue within seconds; to listen at another port, they have to be started again: chancery up, chancery ca serve")?;
    }
    let count = document.elsewhere.len();
    if count == 0 {
        return Ok(());
    }
    let verb = if count == 1 { "1 certificate says".to_owned() } else { format!("{count} certificates say") };
    ui.heading(&format!("{verb} another place, until renewed"))?;
    let row = |one: &ElsewhereDocument| {
        let place = one.crl.as_deref().unwrap_or("no place at all");
        (one.serial.clone(), format!("{}\nuntil {}; {place}", one.names.join(", "), one.not_after))
    };
    ui.rows(&document.elsewhere.iter().take(TOLD).map(row).collect::<Vec<_>>())?;
    if count > TOLD {
        ui.note(&format!("and {} more: chancery ca url --json lists all", count - TOLD))?;
    }
    Ok(())
}
