// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery up`, one file a step: from an empty data directory to a folder served over HTTPS.
//!
//! ```text
//! folder ─ lock ─ listen ─ authority ─ names ─ server_key ─ certificate ─ serve ─ handshake ─ ending
//!                                                  └── renew: at two thirds of its life, for ever ──┘
//! ```

mod authority;
mod certificate;
mod ending;
mod handshake;
mod lock;
mod names;
mod renew;
mod server;
mod server_key;
mod story;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use files::{Files, FilesConfig, HostNames, Uploads};
use http::Listener;
use keys::Signer;
use tls::Resolver;

use certificate::{Office, Shown};
use ending::Ending;
use lock::Lock;
use names::OwnName;
use renew::{SystemTimer, keep_renewing};
use server::{Renewal, Server};
use server_key::ServerFiles;
use story::{Step, Story};

use crate::commands::up::Args;
use crate::context::Context;
use crate::data_dir::DataDir;
use crate::failure::{Failure, Verdict};
use crate::folder::require_apart;
use crate::listen::Listen;
use crate::log::{self, Requests};
use crate::random::SystemRandom;
use crate::runtime::{self, Shutdown};
use crate::serving::Serving;

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
    let mut story = Story::default();

    let asked: Vec<String> = args.names.iter().map(ToString::to_string).collect();
    let addresses: Vec<_> = listeners.iter().map(Listener::address).collect();
    let host_name = rustix::system::uname();
    let host_name = host_name.nodename().to_string_lossy();
    let own = names::own_names(
        &asked,
        &host_name,
        &addresses.iter().map(|address| address.ip()).collect::<Vec<_>>(),
    );
    // Before anything is made: a folder that cannot be served stops here.
    let files = open_folder(folder, args, &own)?;
    let directory = DataDir::of(context)?;
    let server_files = ServerFiles::of(data_directory);
    let found = directory.find()?;
    let new_keys = match found.is_some() && server_files.key.exists() {
        true => None,
        false => args.passphrase.obtain("the new keys", context)?,
    };
    let existing = args.passphrase.existing();
    let home = match found {
        Some(authority) => authority::take_up(&authority, &existing, context)?,
        None => authority::found(&directory, &own, new_keys.as_ref(), context)?,
    };
    lock.keep();
    story.tell(home.step.clone(), &mut context.ui)?;

    let (names, left_out) = names::settle(&own, &home.issuer);
    for name in left_out {
        context.ui.note(&format!("{name} is left out: the authority may not speak for it"))?;
    }
    let (key, step) = server_key::find_or_make(&server_files, new_keys.as_ref(), &existing, context)?;
    story.tell(step, &mut context.ui)?;
    let signer: Arc<dyn Signer> = Arc::new(key);
    let office = Office {
        issuer: Arc::clone(&home.issuer),
        record: &*home.record,
        random: &SystemRandom,
        directory: &directory,
    };
    let server = Server { names, signer, chain: server_files.chain, office };
    let now = context.clock.now();
    let Shown { credentials, period } = server.certificate(now, &mut story, &mut context.ui).await?;

    let resolver = Arc::new(Resolver::new(credentials));
    let serving = Serving::start(listeners, &files, Some(&resolver))?;
    story.tell(serving_step(folder, &addresses, args.upload), &mut context.ui)?;
    let caller = ending::caller(&addresses, &server.names)?;
    let step =
        handshake::with_ourselves(caller.0, &caller.1, home.issuer.root(), context.clock.now()).await?;
    story.tell(step, &mut context.ui)?;
    let requests = if args.access_log || context.ui.is_watched() { Requests::Told } else { Requests::Untold };
    log::start(context.clock.clone(), requests);
    let ending = Ending {
        urls: ending::urls(&addresses, &server.names, &args.names),
        addresses: &addresses,
        names: &server.names,
        root: &home.root_file,
        period,
    };
    ending.tell(&story, &mut context.ui)?;

    let clock = context.clock.clone();
    let mut renewal = Renewal { server: &server, resolver: &resolver, clock: &clock, ui: &mut context.ui };
    let mut timer = SystemTimer(clock.clone());
    tokio::select! {
        signal = shutdown.requested() => context.ui.event(&format!("{signal}: letting the last callers finish; once more stops at once"))?,
        () = keep_renewing(period, &clock, &mut timer, &mut renewal) => {}
    }
    tokio::select! {
        cut = serving.drain() => ending::tell_stop(cut, &mut context.ui)?,
        _ = shutdown.requested() => context.ui.event("stopped at once: whoever was still served is cut off")?,
    }
    Ok(Verdict::Yes)
}

/// Takes the data directory and the port; a refusal of either leaves nothing behind.
fn claim(data_directory: &Path, listen: Listen) -> Result<(Lock, Vec<Listener>), Failure> {
    if data_directory.exists() {
        let lock = Lock::take(data_directory)?;
        return Ok((lock, listen.bind()?));
    }
    // Nobody holds what does not exist.
    let listeners = listen.bind()?;
    Ok((Lock::take_new(data_directory)?, listeners))
}

fn open_folder(folder: &Path, args: &Args, names: &[OwnName]) -> Result<Files, Failure> {
    let mut config = FilesConfig::default();
    config.uploads = if args.upload { Uploads::Accepted { largest: None } } else { Uploads::Refused };
    config.host_names = HostNames::new(names.iter().map(|own| &own.name));
    Files::open(folder, config).map_err(|error| Failure::from_error(&error))
}

/// What is told of the listeners.
fn serving_step(folder: &Path, addresses: &[SocketAddr], upload: bool) -> Step {
    let may = if upload { "callers may put files" } else { "read only" };
    let at: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    Step::made("serving", format!("{} ({may})", folder.display()))
        .detail(format!("HTTP/1.1 and HTTP/2 on {}", at.join(", ")))
}
