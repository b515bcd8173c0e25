// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening an authority that was founded: its record, its issuers, and their keys when they are needed.

use std::sync::Arc;

use authority::profile::Role;
use authority::{BaseUrl, Batch, Entry, Issuer, IssuerRecord, Profile, Record, Standing};
use keys::file::Overwrite;
use keys::{AwsLc, Signer};
use store::{OpenError, Sqlite};
use x509::Certificate;
use x509::ext::BasicConstraints;

use super::DataDir;
use super::failures::{no_authority, open_failure, record_failure};
use crate::context::Context;
use crate::failure::{Failure, shell};
use crate::metered::MeteredSigner;
use crate::passphrase::PassphraseArgs;
use crate::{input, output};
use authority::wait;

/// An authority, open. What its issuers' certificates say is not believed until [`Authority::issuer_for`] proves it.
#[derive(Debug)]
pub(crate) struct Authority {
    directory: DataDir,
    record: Arc<Sqlite>,
    issuers: Vec<IssuerRecord>,
    base_url: Option<BaseUrl>,
}

impl DataDir {
    /// Opens the authority in this directory.
    pub(crate) fn open(&self) -> Result<Authority, Failure> {
        let record =
            Sqlite::open(&self.record(), Arc::new(AwsLc)).map_err(|error| open_failure(self, &error))?;
        let authority = self.with(record)?;
        authority.ok_or_else(|| no_authority(self))
    }

    /// The authority in this directory; `None` when none was founded, or a founding was cut short.
    pub(crate) fn find(&self) -> Result<Option<Authority>, Failure> {
        match Sqlite::open(&self.record(), Arc::new(AwsLc)) {
            Ok(record) => self.with(record),
            Err(OpenError::Missing { .. } | OpenError::Empty { .. }) => Ok(None),
            Err(error) => Err(open_failure(self, &error)),
        }
    }

    /// The authority in a record that is open; `None` when nobody has been founded there.
    pub(super) fn with(&self, record: Sqlite) -> Result<Option<Authority>, Failure> {
        let failed = |error| record_failure(&error, self);
        let issuers = newest(wait(record.issuers()).map_err(failed)?);
        if issuers.is_empty() {
            return Ok(None);
        }
        let base_url = wait(record.base_url()).map_err(failed)?;
        let authority = Authority { directory: self.clone(), record: Arc::new(record), issuers, base_url };
        authority.mend_root_pem()?;
        Ok(Some(authority))
    }
}

impl Authority {
    /// Where it lives.
    pub(crate) fn directory(&self) -> &DataDir {
        &self.directory
    }

    /// Its record.
    pub(crate) fn record(&self) -> &Arc<Sqlite> {
        &self.record
    }

    /// Commits an entry by itself.
    pub(crate) fn journal(&self, entry: Entry) -> Result<(), Failure> {
        let committed = wait(self.record.commit(Batch::new(vec![entry])));
        committed.map(drop).map_err(|error| record_failure(&error, &self.directory))
    }

    /// Where it publishes; `None` when no certificate says so.
    pub(crate) fn base_url(&self) -> Option<&BaseUrl> {
        self.base_url.as_ref()
    }

    /// Its issuers as they are recorded, in the order in which they were added; of one that was issued again on the
    /// same key, as it is now.
    pub(crate) fn issuers(&self) -> &[IssuerRecord] {
        &self.issuers
    }

    /// The root's certificate in DER: that of the issuer that was added last.
    pub(crate) fn root(&self) -> Option<&[u8]> {
        self.issuers.last()?.added.chain.last().map(Vec::as_slice)
    }

    /// The issuer for a profile, proven: leaves come from the newest intermediate, authorities from the newest
    /// issuer whose path length leaves room for them.
    pub(crate) fn issuer_for(
        &self,
        profile: &Profile,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        self.prove(self.record_for(profile)?, passphrase, context)
    }

    /// An issuer that may be among those that are proven already, whose keys need not be opened again.
    pub(crate) fn prove_beside(
        &self,
        record: &IssuerRecord,
        proven: &[Arc<Issuer>],
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        match proven.iter().find(|issuer| issuer.id() == record.added.id) {
            Some(issuer) => Ok(Arc::clone(issuer)),
            None => self.prove(record, passphrase, context),
        }
    }

    /// The record of the issuer for a profile.
    pub(crate) fn record_for(&self, profile: &Profile) -> Result<&IssuerRecord, Failure> {
        let suits = |record: &IssuerRecord| match profile.role() {
            Role::Leaf => record.added.chain.len() > 1,
            Role::Authority { path_length } => has_room(record, path_length),
        };
        let suitable = || self.issuers.iter().rev().filter(|record| suits(record));
        let in_use = suitable().find(|record| record.standing == Standing::InUse);
        match (in_use, suitable().next()) {
            (Some(found), _) => Ok(found),
            (None, Some(closed)) => Err(closed_failure(closed)),
            // With no issuer that suits, the plan of the newest one says why not.
            (None, None) => self.issuers.last().ok_or_else(|| no_authority(&self.directory)),
        }
    }

    /// An issuer, proven with its key.
    pub(crate) fn prove(
        &self,
        record: &IssuerRecord,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        let path = self.directory.path().join(&record.added.key);
        if path.symlink_metadata().is_err() {
            let failure = Failure::could_not(format!("the issuer's key is not here: {}", path.display()));
            let back = format!("bring it back: mv KEY {}", shell(&path));
            return Err(match record.added.chain.len() {
                0 | 1 => failure.hint(back),
                _ => failure
                    .hint(back)
                    .hint("or, when it is lost, have another one issue: chancery ca issuer new"),
            });
        }
        let key: Arc<dyn Signer> = Arc::new(input::private_key(&path, passphrase, context)?);
        let key = match &context.metrics {
            Some(metrics) => Arc::new(MeteredSigner::new(key, Arc::clone(metrics))),
            None => key,
        };
        let issuer = Issuer::prove(record.added.chain.clone(), key, &AwsLc).map_err(|error| {
            Failure::could_not(format!("the record and the key {} do not prove an issuer", path.display()))
                .because(&error)
                .hint("put back the key and the record that belong together")
        })?;
        Ok(Arc::new(issuer.publishing_at(self.base_url.clone())))
    }

    /// The issuer above an intermediate, whose key has to be here.
    pub(crate) fn above(&self, below: &IssuerRecord) -> Result<&IssuerRecord, Failure> {
        let chain = below.added.chain.get(1..).unwrap_or_default();
        let found = self.issuers.iter().find(|record| record.added.chain == chain);
        let found =
            found.ok_or_else(|| Failure::could_not("the issuer of an intermediate is not in the record"))?;
        self.require_key(found)?;
        Ok(found)
    }

    /// Refuses when the key of an authority that has to sign is kept elsewhere.
    pub(crate) fn require_key(&self, record: &IssuerRecord) -> Result<(), Failure> {
        let key = self.directory.path().join(&record.added.key);
        if key.symlink_metadata().is_ok() {
            return Ok(());
        }
        Err(Failure::could_not(format!(
            "an intermediate has to be issued, and {} is not here",
            key.display()
        ))
        .hint(format!("bring the root's key back for this: mv KEY {}", shell(&key))))
    }

    /// Writes `root.pem` again when it is missing: a founding that was cut short, or a hasty hand.
    fn mend_root_pem(&self) -> Result<(), Failure> {
        let path = self.directory.root_pem();
        match self.root() {
            Some(root) if path.symlink_metadata().is_err() => {
                output::public(&path, x509::pem::encode("CERTIFICATE", root).as_bytes(), Overwrite::Refuse)
            }
            _ => Ok(()),
        }
    }
}

/// The newest issuer that would do was retired or revoked, and so were all before it.
fn closed_failure(record: &IssuerRecord) -> Failure {
    let name = record.added.chain.first().and_then(|der| Certificate::parse(der).ok());
    let name = name.map_or_else(|| record.added.id.to_string(), |found| found.tbs().subject().to_string());
    let how = match record.standing {
        Standing::Revoked(revoked) => format!("was revoked at {} ({})", revoked.since, revoked.reason),
        Standing::Retired(since) => format!("was retired at {since}"),
        Standing::InUse => "is in use".to_owned(),
    };
    Failure::refused(format!("no issuer is in use: the last one, {name}, {how}"))
        .hint("make another intermediate below the same root: chancery ca issuer new")
}

/// The last one of each key.
fn newest(issuers: Vec<IssuerRecord>) -> Vec<IssuerRecord> {
    let mut newest: Vec<IssuerRecord> = Vec::new();
    for issuer in issuers {
        newest.retain(|known| known.added.id != issuer.added.id);
        newest.push(issuer);
    }
    newest
}

/// Whether an authority with this path length may stand below the issuer (RFC 5280 §4.2.1.9).
fn has_room(record: &IssuerRecord, path_length: u32) -> bool {
    let own = record.added.chain.first().and_then(|der| Certificate::parse(der).ok());
    let constraints = own.and_then(|own| own.tbs().extensions().decode::<BasicConstraints>().ok().flatten());
    constraints.is_some_and(|found| {
        found.value.ca && found.value.path_length.is_none_or(|length| length > path_length)
    })
}
