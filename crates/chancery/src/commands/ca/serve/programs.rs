// SPDX-License-Identifier: MIT OR Apache-2.0
//! The API for programs, over HTTPS with a certificate of the authority's own.

use std::net::SocketAddr;
use std::sync::Arc;

use api::v1::{Api, InForce, Office as Asks, Terms};
use authority::{Issuer, Record};
use http::Listener;
use keys::{AwsLc, Signer};
use parking_lot::Mutex;
use tls::Resolver;
use x509::Time;

use super::Args;
use crate::config::{Config, Said, Watched};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir};
use crate::failure::Failure;
use crate::listen::{self, Listen};
use crate::passphrase::PassphraseArgs;
use crate::publishing::Leaves;
use crate::random::SystemRandom;
use crate::up::asked::Asked;
use crate::up::certificate::{Office, Shown};
use crate::up::server::Server;
use crate::up::server_key::{self, ServerFiles};
use crate::up::story::Story;
use crate::up::{ending, names};

/// Listeners, what they serve, and the certificate that they show.
pub(super) struct Programs<'a> {
    pub(super) listeners: Vec<Listener>,
    pub(super) service: Api,
    pub(super) server: Server<'a>,
    pub(super) shown: Shown,
    /// Where to call.
    pub(super) urls: Vec<String>,
}

impl Programs<'_> {
    /// What the listeners show, to be exchanged.
    pub(super) fn resolver(&self) -> Arc<Resolver> {
        Arc::new(Resolver::new(Arc::clone(&self.shown.credentials)))
    }
}

/// Makes everything ready; the certificate is the one from before where that is still good.
pub(super) async fn ready<'a>(
    (listen, leaves): (Listen, Leaves),
    args: &Args,
    authority: &'a Authority,
    recorded: &'a Arc<dyn Record>,
    context: &mut Context,
) -> Result<Programs<'a>, Failure> {
    let listeners = listen.bind(listen::API)?;
    let addresses: Vec<SocketAddr> = listeners.iter().map(Listener::address).collect();
    let Args { names, passphrase, .. } = args;
    let files = ServerFiles::in_folder(&authority.directory().path().join("api"));
    let asked = Asked::of(names, files.names.clone(), &mut context.ui)?;
    let host_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let own = names::own_names(asked.names(), &host_name, &addresses);
    let names = names::settled(&own, &leaves.now(), &mut context.ui)?;
    let new_passphrase = passphrase.stored(context)?;
    let (key, _) = server_key::find_or_make(&files, new_passphrase.as_ref(), passphrase, context)?;
    let signer: Arc<dyn Signer> = Arc::new(key);
    let directory = authority.directory();
    let office = Office { issuer: leaves.clone(), record: &**recorded, random: &SystemRandom, directory };
    let urls =
        ending::urls(&addresses, &names, asked.names()).iter().map(|url| format!("{url}api/v1/")).collect();
    let server = Server { names, signer, chain: files.chain, office };
    let shown = server.certificate(context.clock.now(), &mut Story::untold(), &mut context.ui).await?;
    asked.keep()?;
    let clock = context.clock.clone();
    let service = Api::new(Asks {
        record: Arc::clone(recorded),
        terms: terms(directory, leaves)?,
        random: Arc::new(SystemRandom),
        crypto: Arc::new(AwsLc),
        clock: Box::new(move || clock.now()),
    });
    Ok(Programs { listeners, service, server, shown, urls })
}

/// Who issues for programs: their profiles are for leaves, as a server's is, and leaves come from one issuer.
pub(super) fn leaves(
    (authority, proven): (&Authority, &[Arc<Issuer>]),
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<Arc<Issuer>, Failure> {
    let server = authority.directory().config()?.profile("server")?;
    authority.prove_beside(authority.record_for(&server)?, proven, passphrase, context)
}

/// Terms, and what they are made of.
type Made = (Arc<Config>, Arc<Issuer>, Arc<Terms>);

/// What the file says whenever somebody asks, with the issuer of leaves at that moment.
fn terms(directory: &DataDir, leaves: Leaves) -> Result<Box<dyn Fn(Time) -> InForce + Send + Sync>, Failure> {
    let watched = Watched::open(directory)?;
    let made: Mutex<Option<Made>> = Mutex::new(None);
    Ok(Box::new(move |now| {
        let (Said { config, suspended }, issuer) = (watched.now(now), leaves.now());
        let mut made = made.lock();
        if let Some((of, by, terms)) = &*made
            && Arc::ptr_eq(of, &config)
            && Arc::ptr_eq(by, &issuer)
        {
            return InForce { terms: Arc::clone(terms), suspended };
        }
        let terms = Arc::new(Terms {
            issuers: config.leaves().map(|profile| (profile.clone(), Arc::clone(&issuer))).collect(),
            policy: Arc::clone(&config.policy),
            wait: config.wait,
        });
        *made = Some((config, issuer, Arc::clone(&terms)));
        InForce { terms, suspended }
    }))
}
