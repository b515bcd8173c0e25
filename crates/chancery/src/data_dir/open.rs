// SPDX-License-Identifier: MIT OR Apache-2.0
//! Opening an authority that was founded: its record, its issuers, and their keys when they are needed.

mod again;

use std::collections::BTreeSet;
use std::sync::Arc;

use authority::{BaseUrl, Batch, Entry, Issuer, IssuerRecord, Profile, Reach, Record, Sharding};
use keys::{AbsentKey, AwsLc, Signer};
use store::{OpenError, Sqlite};
use x509::Certificate;

use super::DataDir;
use super::failures::{no_authority, open_failure, record_failure};
use super::issuers::{name_of, newest};
use crate::context::Context;
use crate::custody::Location;
use crate::failure::{Failure, shell};
use crate::metered::MeteredSigner;
use crate::passphrase::PassphraseArgs;
use crate::public_suffixes::IcannDomains;
use crate::{input, output};
use authority::wait;

/// An authority, open. What its issuers' certificates say is not believed until [`Authority::issuer_for`] proves it.
#[derive(Debug, Clone)]
pub(crate) struct Authority {
    directory: DataDir,
    record: Arc<Sqlite>,
    issuers: Vec<IssuerRecord>,
    beside: Vec<IssuerRecord>,
    own: BTreeSet<Vec<u8>>,
    base_url: Option<BaseUrl>,
    shardings: Vec<Sharding>,
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
        let authority = self.assemble(record)?;
        if let Some(authority) = &authority {
            authority.mend_root_pem()?;
        }
        Ok(authority)
    }

    /// The same with nothing mended.
    pub(super) fn assemble(&self, record: Sqlite) -> Result<Option<Authority>, Failure> {
        self.gather(Arc::new(record))
    }

    /// What a record says of its authority.
    fn gather(&self, record: Arc<Sqlite>) -> Result<Option<Authority>, Failure> {
        let failed = |error| record_failure(&error, self);
        let all = wait(record.issuers()).map_err(failed)?;
        let own = all.iter().flat_map(|issuer| &issuer.added.chain).cloned().collect();
        let (issuers, beside) = newest(all);
        if issuers.is_empty() {
            return Ok(None);
        }
        let base_url = wait(record.base_url()).map_err(failed)?;
        let shardings = wait(record.shardings()).map_err(failed)?;
        let directory = self.clone();
        Ok(Some(Authority { directory, record, issuers, beside, own, base_url, shardings }))
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

    /// In how many parts the CRLs come that new certificates name; 0: whole.
    pub(crate) fn crl_shards(&self) -> u16 {
        self.shardings.last().map_or(0, |sharding| sharding.count)
    }

    /// Where certificates have said that CRLs are, and in how many parts: as they say now last.
    pub(crate) fn shardings(&self) -> &[Sharding] {
        &self.shardings
    }

    /// Its issuers as they are recorded, in the order in which they were added; of one that was issued again on the
    /// same key, as it is now.
    pub(crate) fn issuers(&self) -> &[IssuerRecord] {
        &self.issuers
    }

    /// The certificates of these issuers that stand beside the ones below which they issue: for clients who trust
    /// another root.
    pub(crate) fn beside(&self) -> &[IssuerRecord] {
        &self.beside
    }

    /// Whether a certificate is one of an issuer, or of whoever stands above: as it is now, as it was before, or beside.
    pub(crate) fn is_own(&self, der: &[u8]) -> bool {
        self.own.contains(der)
    }

    /// The issuer for a profile, proven: leaves come from the newest intermediate, authorities from the newest
    /// issuer whose path length leaves room for them.
    pub(crate) fn issuer_for(
        &self,
        profile: &Profile,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        let record = self.record_for(profile)?;
        self.require_open(record)?;
        self.prove(record, passphrase, context)
    }

    /// The issuer that is meant by an identifier, proven with its key.
    pub(crate) fn named(
        &self,
        id: &str,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        let record = self.issuer(id)?;
        self.require_open(record)?;
        self.require_key(record)?;
        self.prove(record, passphrase, context)
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

    /// An issuer, proven with its key.
    pub(crate) fn prove(
        &self,
        record: &IssuerRecord,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Arc<Issuer>, Failure> {
        self.require_current()?;
        if record.reach == Reach::Away {
            return self.prove_absent(record);
        }
        let location = Location::of(&self.directory, &record.key)?;
        if let Some(absent) = location.absent() {
            return Err(match record.added.chain.len() {
                0 | 1 => absent,
                _ => absent.hint("or, when it is lost, have another one issue: chancery ca issuer new"),
            });
        }
        let key = location.signer(passphrase, context)?;
        let key: Arc<dyn Signer> = match &context.metrics {
            Some(metrics) => Arc::new(MeteredSigner::new(key, Arc::clone(metrics))),
            None => key,
        };
        let issuer = Issuer::prove(record.added.chain.clone(), key, &AwsLc).map_err(|error| {
            let failure =
                Failure::could_not(format!("the record and the key {location} do not prove an issuer"));
            let failure =
                failure.because(&error).hint("put back the key and the record that belong together");
            match location {
                Location::File(_) => failure,
                Location::Token(_) => failure.hint("chancery ca hsm check"),
            }
        })?;
        Ok(self.placed(issuer))
    }

    /// An issuer that knows where it publishes.
    fn placed(&self, issuer: Issuer) -> Arc<Issuer> {
        let issuer = issuer.publishing_at(self.base_url.clone()).in_shards(self.crl_shards());
        Arc::new(issuer.knowing(&IcannDomains))
    }

    /// An issuer whose key was taken away: it publishes what was made ahead, and signs nothing.
    fn prove_absent(&self, record: &IssuerRecord) -> Result<Arc<Issuer>, Failure> {
        let unproven = || Failure::could_not("the record does not prove an issuer").hint("chancery ca audit");
        let own = record.added.chain.first().map_or(&[][..], Vec::as_slice);
        let own = Certificate::parse(own).map_err(|error| unproven().because(&error))?;
        let key = own.tbs().subject_public_key_info().raw().to_vec();
        let absent = AbsentKey::new(key, own.signature_algorithm().raw().to_vec());
        let issuer = Issuer::prove(record.added.chain.clone(), Arc::new(absent), &AwsLc);
        let issuer = issuer.map_err(|error| unproven().because(&error))?;
        Ok(Arc::new(issuer.publishing_at(self.base_url.clone()).in_shards(self.crl_shards())))
    }

    /// The issuer above an intermediate; `None` when that is somebody else's.
    pub(crate) fn above(&self, below: &IssuerRecord) -> Option<&IssuerRecord> {
        let chain = below.added.chain.get(1..).unwrap_or_default();
        self.issuers.iter().find(|record| record.added.chain == chain)
    }

    /// Refuses when the key of an authority that has to sign is kept elsewhere.
    pub(crate) fn require_key(&self, record: &IssuerRecord) -> Result<(), Failure> {
        let name = name_of(record);
        let location = Location::of(&self.directory, &record.key)?;
        if record.reach == Reach::Away {
            let back = match &location {
                Location::File(file) => format!("chancery ca root online {}", shell(file)),
                Location::Token(_) => "chancery ca root online".to_owned(),
            };
            return Err(Failure::could_not(format!("{name} has to sign, and its key was taken away"))
                .hint(format!("bring it back for this: {back}")));
        }
        let Some(absent) = location.absent() else { return Ok(()) };
        Err(match &location {
            Location::File(key) => {
                Failure::could_not(format!("{name} has to sign, and {location} is not here"))
                    .hint(format!("bring its key back for this: mv KEY {}", shell(key)))
            }
            Location::Token(_) => {
                let message = format!("{name} has to sign, and {}", absent.message);
                Failure { message, ..absent }
            }
        })
    }

    /// Writes `root.pem` again when it does not hold the roots that are in use: a verb that was cut short, or a hasty
    /// hand.
    fn mend_root_pem(&self) -> Result<(), Failure> {
        let (path, roots) = (self.directory.root_pem(), self.roots());
        let is_there = path.symlink_metadata().is_ok();
        if roots.is_empty() || (is_there && input::certificates(&path).is_ok_and(|there| there == roots)) {
            return Ok(());
        }
        let pem: String = roots.iter().map(|root| x509::pem::encode("CERTIFICATE", root)).collect();
        output::public(&path, pem.as_bytes(), output::overwrite(is_there))
    }
}
