// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca serve`.

use std::sync::Arc;

use authority::{Issuer, publication};
use http::Listener;
use serde::Serialize;

use crate::context::Context;
use crate::data_dir::DataDir;
use crate::descriptors;
use crate::failure::{Failure, Verdict};
use crate::listen::{self, Listen};
use crate::log::{self, Requests};
use crate::passphrase::PassphraseArgs;
use crate::publishing::{self, Publishing};
use crate::runtime::{self, Shutdown};
use crate::serving::Serving;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen, over plain HTTP: an address, a port, or both [default: port 8480 of every address]
    ///
    /// What is published is signed by itself, and anybody may have it.
    #[arg(long, value_name = "ADDR")]
    http: Option<Listen>,

    /// Tell of every request on standard error, also when it is no terminal
    #[arg(long)]
    access_log: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints, once everything is published.
#[derive(Serialize)]
struct Document {
    listening: Vec<String>,
    ocsp: &'static str,
    issuers: Vec<IssuerDocument>,
}

#[derive(Serialize)]
struct IssuerDocument {
    issuer: String,
    certificate: String,
    crl: Option<CrlDocument>,
}

#[derive(Serialize)]
struct CrlDocument {
    path: String,
    number: u64,
    revoked: usize,
    next_update: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let authority = DataDir::of(context)?.open()?;
    let issuers = publishing::issuers(&authority, &args.passphrase, context)?;
    let runtime = runtime::start()?;
    let guard = runtime.enter();
    let listeners = args.http.unwrap_or(Listen::EVERYWHERE).bind(listen::STATUS)?;
    drop(guard);
    let requests = if args.access_log || context.ui.is_watched() { Requests::Told } else { Requests::Untold };
    log::start(context.clock.clone(), requests);
    let publishing = Publishing::start(&issuers, authority.record(), &context.clock)?;
    tell(&document(&listeners, &issuers, &publishing), context)?;
    runtime.block_on(async {
        let mut shutdown = Shutdown::listen()?;
        let mut serving = Serving::new();
        serving.add(listeners, publishing.public(), &api::limits(descriptors::limits()), None)?;
        let signal = shutdown.requested().await;
        serving.end(signal, &mut shutdown, &mut context.ui).await
    })?;
    Ok(Verdict::Yes)
}

fn document(listeners: &[Listener], issuers: &[Arc<Issuer>], publishing: &Publishing) -> Document {
    let issuer = |issuer: &Arc<Issuer>| {
        let crl = publishing.crls().iter().find(|(id, _)| *id == issuer.id()).map(|(_, crl)| CrlDocument {
            path: format!("/{}", publication::crl(issuer.id())),
            number: crl.number,
            revoked: crl.entries,
            next_update: crl.next_update.to_string(),
        });
        let certificate = format!("/{}", publication::certificate(issuer.id()));
        IssuerDocument { issuer: issuer.name().to_owned(), certificate, crl }
    };
    Document {
        listening: listeners.iter().map(|listener| listener.address().to_string()).collect(),
        ocsp: "/ocsp",
        issuers: issuers.iter().map(issuer).collect(),
    }
}

fn tell(document: &Document, context: &mut Context) -> Result<(), Failure> {
    if context.ui.is_json() {
        return context.ui.json(document);
    }
    let addresses: Vec<String> =
        document.listening.iter().map(|address| format!("http://{address}/")).collect();
    context.ui.tick(&format!("publishing at {}", addresses.join(" and ")))?;
    let mut rows = Vec::new();
    for IssuerDocument { issuer, certificate, crl } in &document.issuers {
        let crl = match crl {
            Some(crl) => format!(
                "{}\nnumber {}, {} revoked, the next by {}",
                crl.path, crl.number, crl.revoked, crl.next_update
            ),
            None => "none yet: see above".to_owned(),
        };
        rows.push(("issuer", issuer.clone()));
        rows.push(("certificate", certificate.clone()));
        rows.push(("CRL", crl));
    }
    rows.push(("OCSP", document.ocsp.to_owned()));
    rows.push(("stop", "Ctrl-C".to_owned()));
    context.ui.rows(&rows)
}
