// SPDX-License-Identifier: MIT OR Apache-2.0
//! The authority of this machine: the one in the data directory, or a new one that can speak for what stays
//! at home and for this machine alone.

use std::path::PathBuf;
use std::sync::Arc;

use authority::{BaseUrl, Constraints, Profile};
use keys::Passphrase;
use store::Sqlite;

use super::certificate::called;
use super::names::{Origin, OwnName};
use super::story::Step;
use crate::context::Context;
use crate::custody::Places;
use crate::data_dir::{Authority, DataDir, FoundSpec, Founded};
use crate::failure::Failure;
use crate::passphrase::PassphraseArgs;
use crate::publishing::{self, Leaves, Roster};

/// The authority, ready to sign.
#[derive(Debug)]
pub(crate) struct Home {
    /// Who issues for this machine.
    pub(crate) leaves: Leaves,
    /// All of them whose keys are here.
    pub(crate) roster: Roster,
    pub(crate) record: Arc<Sqlite>,
    pub(crate) root_file: PathBuf,
    pub(crate) step: Step,
}

/// Takes up the authority that is here.
pub(crate) fn take_up(
    authority: Authority,
    passphrase: &PassphraseArgs,
    context: &mut Context,
) -> Result<Home, Failure> {
    let profile = Profile::named("server").map_err(|error| Failure::from_error(&error))?;
    let issuer = authority.issuer_for(&profile, passphrase, context)?;
    let issuers = publishing::issuers(&authority, std::slice::from_ref(&issuer), passphrase, context)?;
    let until = issuer.period().not_after;
    let root_file = authority.directory().root_pem();
    let step = Step::reused("authority", format!("{}, as before, until {until}", called(&issuer)))
        .detail(root_file.display().to_string());
    let record = Arc::clone(authority.record());
    let mut roster = Roster::new(authority, issuers, passphrase.clone(), context);
    Ok(Home { leaves: roster.leaves(issuer), roster, record, root_file, step })
}

/// Founds one for this machine's names.
pub(crate) fn found(
    directory: &DataDir,
    names: &[OwnName],
    base_url: Option<BaseUrl>,
    (passphrase, existing): (Option<&Passphrase>, &PassphraseArgs),
    context: &mut Context,
) -> Result<Home, Failure> {
    let own: Vec<&str> = names
        .iter()
        .filter(|own| own.origin != Origin::Always)
        .map(|own| own.name.trim_start_matches("*."))
        .collect();
    let constraints = Constraints::private(&own).map_err(|error| Failure::from_error(&error))?;
    let domains = constraints.in_words(authority::NameKind::Dns);
    let (places, metrics) = (Places::default(), context.metrics.clone());
    let spec = FoundSpec { organization: None, constraints, base_url, places, metrics };
    let Founded { authority, root, intermediate } = directory.found(spec, passphrase, context.clock.now())?;
    let root_file = directory.root_pem();
    let step = Step::made("authority", "made a root, and an intermediate that does the daily work")
        .detail(format!("may speak for {domains}, and private addresses: for nobody else's"))
        .detail(root_file.display().to_string());
    // It may have been typed, and opens what is made later with the same.
    context.typed.extend(passphrase.cloned());
    let (record, issuers) = (Arc::clone(authority.record()), vec![root, Arc::clone(&intermediate)]);
    let mut roster = Roster::new(authority, issuers, existing.clone(), context);
    Ok(Home { leaves: roster.leaves(intermediate), roster, record, root_file, step })
}
