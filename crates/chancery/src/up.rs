// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery up`, one file a step: from an empty data directory to a folder served over HTTPS.
//!
//! ```text
//! folder ─ lock ─ listen ─ authority ─ names ─ server_key ─ certificate ─ serve ─ handshake ─ publication ─ ending
//!                                                  └── renew: at two thirds of its life, for ever ──┘
//! ```

pub(crate) mod asked;
mod authority;
pub(crate) mod certificate;
pub(crate) mod ending;
mod handshake;
mod lock;
pub(crate) mod names;
mod publication;
pub(crate) mod renew;
pub(crate) mod server;
pub(crate) mod server_key;
pub(crate) mod story;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use api::Metrics;
use files::{Files, HostNames};
use http::Listener;
use keys::Signer;
use tls::Resolver;

use asked::Asked;
use authority::Home;
use certificate::{Office, Shown};
use ending::Ending;
use lock::Lock;
use publication::Place;
use renew::{SystemTimer, keep_renewing};
use server::{Renewal, Server};
use server_key::ServerFiles;
use story::{Step, Story};

use crate::commands::up::Args;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::descriptors;
use crate::failure::{Failure, Verdict};
use crate::folder::{FolderArgs, require_apart};
use crate::listen::{self, Listen};
use crate::log::{self, Requests};
use crate::metered::MeteredRecord;
use crate::passphrase::PassphraseArgs;
use crate::publishing::{Answering, Delegates, Looking, Publishing, Roster};
use crate::random::SystemRandom;
use crate::runtime::{self, Shutdown};
use crate::serving::{Over, Serving};

/// Runs until it is told to stop.
pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let data_directory = context.data_dir()?;
    let folder = require_apart(&args.folder, &data_directory)?;
    let runtime = runtime::start()?;
    runtime.block_on(Box::pin(up(args, &folder, &data_directory, context)))
}

async fn up(
    args: &Args,
    folder: &Path,
    data_directory: &Path,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let mut shutdown = Shutdown::listen()?;
    let (mut lock, listeners) = claim(data_directory, args.listen.unwrap_or_default())?;
    let watched = watched(args, context)?;
    let mut story = Story::default();

    let server_files = ServerFiles::of(data_directory);
    let asked = Asked::of(&args.names, server_files.names.clone(), &mut context.ui)?;
    let addresses: Vec<_> = listeners.iter().map(Listener::address).collect();
    let host_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let own = names::own_names(asked.names(), &host_name, &addresses);
    // Before anything is made: a folder that cannot be served stops here.
    let files = Files::open(folder, args.serving.config()).map_err(|error| Failure::from_error(&error))?;
    let directory = DataDir::of(context)?;
    directory.config()?;
    let found = directory.find()?;
    let new_keys = match found.is_some() && server_files.key.exists() {
        true => None,
        false => args.passphrase.obtain("the new keys", context)?,
    };
    let existing = args.passphrase.existing();
    let beside = args.listen.unwrap_or_default();
    let place = match &found {
        Some(authority) => publication::of(authority.base_url(), args.http, beside)?,
        None => publication::new(args.http, beside, names::usable_host_name(&host_name).as_deref())?,
    };
    let home = match found {
        Some(authority) => authority::take_up(authority, &existing, context)?,
        None => {
            let passphrases = (new_keys.as_ref(), &existing);
            authority::found(&directory, &own, place.base.clone(), passphrases, context)?
        }
    };
    lock.keep();
    story.tell(home.step.clone(), &mut context.ui)?;

    let issuer = home.leaves.now();
    let names = names::settled(&own, &issuer, &mut context.ui)?;
    let files = files.answering_to(HostNames::new(names.iter().map(ToString::to_string)));
    let (key, step) = server_key::find_or_make(&server_files, new_keys.as_ref(), &existing, context)?;
    story.tell(step, &mut context.ui)?;
    let signer: Arc<dyn Signer> = Arc::new(key);
    let record = recorded(&home, context);
    let office = Office {
        issuer: home.leaves.clone(),
        record: &*record,
        random: &SystemRandom,
        directory: &directory,
    };
    let server = Server { names, signer, chain: server_files.chain, office };
    let clock = context.clock.clone();
    let Shown { credentials, period } = server.certificate(clock.now(), &mut story, &mut context.ui).await?;
    asked.keep()?;
    let resolver = Arc::new(Resolver::new(credentials));
    let mut serving = Serving::new();
    serving.add(listeners, &files, &descriptors::limits(), Over::Tls(&resolver))?;
    story.tell(serving_step(folder, &addresses, &args.serving), &mut context.ui)?;
    let caller = ending::caller(&addresses, &server.names)?;
    let step = handshake::with_ourselves(caller.0, &caller.1, issuer.root(), clock.now()).await?;
    story.tell(step, &mut context.ui)?;
    let delegation = (args.responder, &existing);
    let (roster, step) = ((home.roster, &record), (&mut serving, &mut story));
    let looking = publish((place, delegation), watched, roster, step, context).await?;
    let requests = if args.access_log || context.ui.is_watched() { Requests::Told } else { Requests::Untold };
    log::start(clock.clone(), requests);
    let ending = Ending {
        urls: ending::urls(&addresses, &server.names, asked.names()),
        addresses: &addresses,
        names: &server.names,
        root: &home.root_file,
        period,
    };
    ending.tell(&story, &mut context.ui)?;

    let mut renewal = Renewal { server: &server, resolver: &resolver, clock: &clock, ui: &mut context.ui };
    let mut timer = SystemTimer::new(clock.clone(), &server, &resolver);
    let signal = tokio::select! {
        signal = shutdown.requested() => signal,
        never = keep_renewing(period, &clock, &mut timer, &mut renewal) => match never {},
    };
    serving.end(signal, &mut shutdown, &mut context.ui).await?;
    drop(looking);
    Ok(Verdict::Yes)
}

/// Publishes what the authority has to say of its certificates, where there is a place for it.
async fn publish(
    (place, (answering, existing)): (Place, (Answering, &PassphraseArgs)),
    watched: Vec<Listener>,
    (roster, record): (Roster, &Arc<dyn ::authority::Record>),
    (serving, story): (&mut Serving, &mut Story),
    context: &mut Context,
) -> Result<Looking, Failure> {
    let issuers = roster.issuers().to_vec();
    let Place { listeners, base, absent } = place;
    if let Some(absent) = absent {
        match publication::absent(&absent, base.as_ref(), &issuers).await {
            Ok(step) => story.tell(step, &mut context.ui)?,
            Err(remark) => context.ui.note(&remark)?,
        }
        let Some(metrics) = context.metrics.clone() else { return Looking::follow(roster) };
        let publishing = Publishing::start(roster, Delegates::default(), record, &context.clock)?;
        watch(&publishing, metrics, watched, serving, story, context)?;
        return Ok(publishing.into_looking());
    }
    let delegates = Delegates::ready(answering, (roster.authority(), &issuers), existing, context)?;
    let publishing = Publishing::start(roster, delegates, record, &context.clock)?;
    serving.add(listeners, publishing.public(), &api::limits(descriptors::limits()), Over::Plain)?;
    let (mut step, remark) = publication::asked(base.as_ref(), &issuers).await;
    if let Some((_, period)) = publishing.delegated().first() {
        let until = period.not_after;
        step = step.detail(format!(
            "answers of OCSP: by keys of their own, certified until {until} and again before"
        ));
    }
    story.tell(step, &mut context.ui)?;
    if let Some(remark) = remark {
        context.ui.note(&remark)?;
    }
    if let Some(metrics) = context.metrics.clone() {
        watch(&publishing, metrics, watched, serving, story, context)?;
    }
    Ok(publishing.into_looking())
}

/// The listeners of whoever keeps watch, and, where there are any, what counts for them.
fn watched(args: &Args, context: &mut Context) -> Result<Vec<Listener>, Failure> {
    let Some(listen) = args.metrics else { return Ok(Vec::new()) };
    context.metrics = Some(Arc::new(Metrics::new()));
    listen.bind(listen::METRICS)
}

/// The record, counted where somebody keeps watch.
fn recorded(home: &Home, context: &Context) -> Arc<dyn ::authority::Record> {
    let record: Arc<dyn ::authority::Record> = Arc::clone(&home.record) as _;
    match &context.metrics {
        Some(metrics) => Arc::new(MeteredRecord::new(record, Arc::clone(metrics))),
        None => record,
    }
}

/// Tells whoever keeps watch.
fn watch(
    publishing: &Publishing,
    metrics: Arc<Metrics>,
    watched: Vec<Listener>,
    serving: &mut Serving,
    story: &mut Story,
    context: &mut Context,
) -> Result<(), Failure> {
    let urls: Vec<String> =
        watched.iter().map(|listener| format!("http://{}/metrics", listener.address())).collect();
    let limits = api::limits(descriptors::limits());
    serving.add(watched, &publishing.public().monitor(metrics), &limits, Over::Plain)?;
    story.tell(Step::made("watched", urls.join(" and ")), &mut context.ui)
}

/// Takes the data directory and the port; a refusal of either leaves nothing behind.
fn claim(data_directory: &Path, listen: Listen) -> Result<(Lock, Vec<Listener>), Failure> {
    if data_directory.exists() {
        let lock = Lock::take(data_directory)?;
        return Ok((lock, listen.bind(listen::HTTPS)?));
    }
    // Nobody holds what does not exist.
    let listeners = listen.bind(listen::HTTPS)?;
    Ok((Lock::take_new(data_directory)?, listeners))
}

/// What is told of the listeners.
fn serving_step(folder: &Path, addresses: &[SocketAddr], serving: &FolderArgs) -> Step {
    let may = if serving.upload { "callers may put files" } else { "read only" };
    let at: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    Step::made("serving", format!("{} ({may})", folder.display()))
        .detail(format!("HTTP/1.1 and HTTP/2 on {}", at.join(", ")))
}
