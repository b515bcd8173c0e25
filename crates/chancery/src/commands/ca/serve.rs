// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca serve`.

mod programs;

use std::sync::Arc;

use api::Metrics;
use authority::{BaseUrl, Issuer, Record, publication};
use http::Listener;
use keys::SubjectName;
use serde::Serialize;

use crate::context::Context;
use crate::data_dir::DataDir;
use crate::descriptors;
use crate::failure::{Failure, Verdict};
use crate::listen::{self, Listen};
use crate::log::{self, Requests};
use crate::metered::MeteredRecord;
use crate::passphrase::PassphraseArgs;
use crate::publishing::{self, Answering, Delegates, Publishing, Roster};
use crate::runtime::{self, Shutdown};
use crate::serving::{Over, Serving};
use crate::up::renew::{SystemTimer, keep_renewing};
use crate::up::server::Renewal;
use programs::Programs;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen, over plain HTTP: an address, a port, or both
    ///
    /// Without it, every address, at the port that the certificates say. What is published is signed by itself, and
    /// anybody may have it.
    #[arg(long, value_name = "ADDR")]
    http: Option<Listen>,

    /// Answer programs that show a token, over HTTPS: an address, a port, or both [usual port: 8481]
    ///
    /// `chancery ca token new` makes tokens; /api/v1/openapi.json describes the rest.
    #[arg(long, value_name = "ADDR")]
    api: Option<Listen>,

    /// A further name that programs call this machine by; may be repeated
    ///
    /// They are kept for starts without this argument; those that are given take the place of all from before.
    #[arg(long = "name", value_name = "NAME", requires = "api")]
    names: Vec<SubjectName>,

    /// Tell whoever keeps watch what happens, at /metrics (OpenMetrics, as Prometheus reads it) and /health, over plain
    /// HTTP: an address, a port, or both [usual port: 8482 of this machine alone]
    #[arg(long, value_name = "ADDR")]
    metrics: Option<Listen>,

    /// Who signs the answers of OCSP
    ///
    /// With `delegated` the key of an issuer signs certificates, CRLs, and now and then the certificate of who answers:
    /// where that key is slow, or counts its uses. The answers are larger, and clients have two signatures to check.
    #[arg(long, value_name = "WHO", value_enum, default_value_t)]
    responder: Answering,

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
    /// Where certificates say that it is.
    url: Option<String>,
    /// Why it is not found there, asked from this machine.
    unreachable: Option<String>,
    ocsp: &'static str,
    /// Where programs call.
    api: Vec<String>,
    /// Where whoever keeps watch asks.
    metrics: Vec<String>,
    issuers: Vec<IssuerDocument>,
}

#[derive(Serialize)]
struct IssuerDocument {
    issuer: String,
    certificate: String,
    crl: Option<CrlDocument>,
    /// Until when somebody else answers for it, who is certified again before; `null` when it answers itself.
    delegated: Option<String>,
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
    let metrics = Arc::new(Metrics::new());
    context.metrics = Some(Arc::clone(&metrics));
    let record: Arc<dyn Record> =
        Arc::new(MeteredRecord::new(Arc::clone(authority.record()) as _, Arc::clone(&metrics)));
    let issuers = publishing::issuers(&authority, &[], &args.passphrase, context)?;
    let runtime = runtime::start()?;
    let guard = runtime.enter();
    let base = authority.base_url().cloned();
    let everywhere =
        if base.as_ref().is_some_and(BaseUrl::is_loopback) { Listen::default() } else { Listen::EVERYWHERE };
    let listeners = args.http.unwrap_or(everywhere).bind(listen::published(base.as_ref()))?;
    let watched = args.metrics.map(|listen| listen.bind(listen::METRICS)).transpose()?.unwrap_or_default();
    drop(guard);
    let requests = if args.access_log || context.ui.is_watched() { Requests::Told } else { Requests::Untold };
    log::start(context.clock.clone(), requests);
    let leaves = args.api.map(|_| programs::leaves((&authority, &issuers), &args.passphrase, context));
    let leaves = leaves.transpose()?;
    let delegates = Delegates::ready(args.responder, (&authority, &issuers), &args.passphrase, context)?;
    let mut roster = Roster::new(authority.clone(), issuers.clone(), args.passphrase.clone(), context);
    let leaves = leaves.map(|issuer| roster.leaves(issuer));
    let publishing = Publishing::start(roster, delegates, &record, &context.clock)?;
    let mut document = document(&listeners, &issuers, &publishing);
    document.metrics =
        watched.iter().map(|listener| format!("http://{}/metrics", listener.address())).collect();
    runtime.block_on(async {
        let mut shutdown = Shutdown::listen()?;
        let mut serving = Serving::new();
        let limits = api::limits(descriptors::limits());
        let programs = match args.api.zip(leaves) {
            Some(api) => Some(programs::ready(api, args, &authority, &record, context).await?),
            None => None,
        };
        document.api = programs.iter().flat_map(|programs| programs.urls.clone()).collect();
        serving.add(listeners, publishing.public(), &limits, Over::Plain)?;
        serving.add(watched, &publishing.public().monitor(metrics), &limits, Over::Plain)?;
        let checked = match &base {
            Some(base) => Some(publishing::check(base, &issuers).await),
            None => None,
        };
        // One whose key is taken away is not to be held here.
        drop(issuers);
        document.url = base.as_ref().map(ToString::to_string);
        let (found, unreachable) = match checked {
            Some(Ok(found)) => (Some(found), None),
            Some(Err(unreachable)) => (None, Some(unreachable.to_string())),
            None => (None, None),
        };
        document.unreachable = unreachable;
        tell(&document, found.as_deref(), context)?;
        let signal = match programs {
            Some(programs) => {
                let resolver = programs.resolver();
                let Programs { listeners, service, server, shown, .. } = programs;
                serving.add(listeners, &service, &limits, Over::TlsAsking(&resolver))?;
                let clock = context.clock.clone();
                let mut renewal =
                    Renewal { server: &server, resolver: &resolver, clock: &clock, ui: &mut context.ui };
                let mut timer = SystemTimer::new(clock.clone(), &server, &resolver);
                tokio::select! {
                    signal = shutdown.requested() => signal,
                    never = keep_renewing(shown.period, &clock, &mut timer, &mut renewal) => match never {},
                }
            }
            None => shutdown.requested().await,
        };
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
        let mut delegated = publishing.delegated().iter();
        let delegated = delegated.find(|(id, _)| *id == issuer.id());
        let delegated = delegated.map(|(_, period)| period.not_after.to_string());
        IssuerDocument { issuer: issuer.name().to_owned(), certificate, crl, delegated }
    };
    Document {
        url: None,
        unreachable: None,
        listening: listeners.iter().map(|listener| listener.address().to_string()).collect(),
        ocsp: "/ocsp",
        api: Vec::new(),
        metrics: Vec::new(),
        issuers: issuers.iter().map(issuer).collect(),
    }
}

fn tell(document: &Document, found: Option<&str>, context: &mut Context) -> Result<(), Failure> {
    if context.ui.is_json() {
        return context.ui.json(document);
    }
    let addresses: Vec<String> =
        document.listening.iter().map(|address| format!("http://{address}/")).collect();
    context.ui.tick(&format!("publishing at {}", addresses.join(" and ")))?;
    let mut rows = Vec::new();
    for IssuerDocument { issuer, certificate, crl, delegated } in &document.issuers {
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
        if let Some(until) = delegated {
            rows.push(("responder", format!("a key of its own, certified until {until} and again before")));
        }
    }
    rows.push(("OCSP", document.ocsp.to_owned()));
    if let Some(url) = &document.url {
        rows.push(("in certificates", format!("{url}\n{}", found.unwrap_or("not found there from here"))));
    }
    if !document.api.is_empty() {
        rows.push(("API", document.api.join("\n")));
    }
    if !document.metrics.is_empty() {
        rows.push(("metrics", document.metrics.join("\n")));
    }
    rows.push(("stop", "Ctrl-C".to_owned()));
    if let Some(unreachable) = &document.unreachable {
        context.ui.note(&format!("clients will not find {unreachable}"))?;
    }
    if document.url.is_none() {
        let port = document.listening.first().and_then(|listening| listening.rsplit(':').next());
        let port = port.unwrap_or_default();
        context.ui.note(&format!("no certificate says where this is: chancery ca url http://HOST:{port}"))?;
    }
    context.ui.rows(&rows)
}
