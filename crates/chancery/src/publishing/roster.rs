// SPDX-License-Identifier: MIT OR Apache-2.0
//! The issuers that a running server has: opened at its start, and followed in the record from then on.

use std::sync::Arc;

use authority::{Issuer, IssuerId, IssuerRecord, Profile, Reach, Standing};

use super::{Leaves, Trouble};
use crate::context::Context;
use crate::custody::Location;
use crate::data_dir::{Authority, name_of};
use crate::failure::Failure;
use crate::passphrase::PassphraseArgs;

/// How many looks pass from one attempt to open a key to the next, while nothing has changed.
const PAUSE: u32 = 60;

/// The issuers of an authority whose keys are open, and what opens those of others: the passphrases and the tokens of the
/// start. Nobody is asked again.
#[derive(Debug)]
pub(crate) struct Roster {
    authority: Authority,
    passphrase: PassphraseArgs,
    context: Context,
    proven: Vec<Arc<Issuer>>,
    wanting: Vec<Wanting>,
    leaves: Option<Leaves>,
    /// That the record does not say who there is.
    trouble: Trouble,
    /// How many looks are to pass until keys are tried again.
    pause: u32,
}

/// An issuer of the record that is not here as the record has it.
#[derive(Debug)]
struct Wanting {
    id: IssuerId,
    name: String,
    is_elsewhere: bool,
    trouble: Trouble,
}

/// Why an issuer is not taken up.
enum Closed {
    /// Its key was put elsewhere by hand.
    Elsewhere(Failure),
    /// It cannot be opened, or does not prove.
    Unopened(Failure),
}

impl Roster {
    /// These issuers, proven as the authority has them. Those of the authority that are not among them have their keys
    /// elsewhere.
    pub(crate) fn new(
        authority: Authority,
        proven: Vec<Arc<Issuer>>,
        passphrase: PassphraseArgs,
        context: &Context,
    ) -> Self {
        let is_here = |record: &&IssuerRecord| proven.iter().any(|issuer| issuer.id() == record.added.id);
        let elsewhere = authority.issuers().iter().filter(|record| !is_here(record));
        let wanting = elsewhere.map(|record| Wanting {
            id: record.added.id,
            name: name_of(record),
            is_elsewhere: true,
            trouble: Trouble::default(),
        });
        Self {
            wanting: wanting.collect(),
            authority,
            passphrase,
            context: context.unattended(),
            proven,
            leaves: None,
            trouble: Trouble::default(),
            pause: PAUSE,
        }
    }

    /// The authority, as it was looked at last.
    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    /// The issuers that are here.
    pub(crate) fn issuers(&self) -> &[Arc<Issuer>] {
        &self.proven
    }

    /// By what further keys are opened.
    pub(super) fn opened_by(&mut self) -> (&Authority, &[Arc<Issuer>], &PassphraseArgs, &mut Context) {
        (&self.authority, &self.proven, &self.passphrase, &mut self.context)
    }

    /// Has this one issue leaves, until the record has another one for them.
    pub(crate) fn leaves(&mut self, issuer: Arc<Issuer>) -> Leaves {
        let leaves = Leaves::of(issuer);
        self.leaves = Some(leaves.clone());
        leaves
    }

    /// Whether the record could not be looked into last.
    pub(super) const fn is_troubled(&self) -> bool {
        self.trouble.is_there()
    }

    /// The issuers that should be here and are not, a sentence for each. Why is for the log.
    pub(super) fn lacking(&self) -> Vec<String> {
        let lacking = self.wanting.iter().filter(|wanting| !wanting.is_elsewhere);
        lacking
            .map(|Wanting { name, .. }| format!("{name} is not taken up as the record has it: see the log"))
            .collect()
    }

    /// Looks into the record for issuers that were added, certified again, retired or taken back, or whose keys were
    /// moved, and says whether anything is otherwise than before. One whose key cannot be opened is told, and stays as it
    /// was.
    pub(super) fn look(&mut self) -> bool {
        let authority = match self.authority.again() {
            Ok(authority) => authority,
            Err(failure) => {
                if let Some(reason) = self.trouble.note(&failure) {
                    tracing::error!(reason, "the record does not say who issues: those who did go on");
                }
                return false;
            }
        };
        self.trouble.over();
        let is_same = authority.is_as(&self.authority);
        if is_same && (self.wanting.is_empty() || self.rests()) {
            return false;
        }
        self.pause = PAUSE;
        let before = (self.proven.clone(), self.lacking());
        self.take_up(authority);
        let is_kept = |(one, other): (&Arc<Issuer>, &Arc<Issuer>)| Arc::ptr_eq(one, other);
        let are_kept = before.0.len() == self.proven.len() && before.0.iter().zip(&self.proven).all(is_kept);
        !(is_same && are_kept && before.1 == self.lacking())
    }

    fn rests(&mut self) -> bool {
        let left = self.pause.checked_sub(1);
        self.pause = left.unwrap_or(PAUSE);
        left.is_some()
    }

    fn take_up(&mut self, authority: Authority) {
        let (mut proven, mut wanting) = (Vec::new(), Vec::new());
        for record in authority.issuers() {
            match self.opened(record, &authority) {
                Ok(issuer) => {
                    self.tell(record, &issuer);
                    proven.push(issuer);
                }
                Err(closed) => {
                    proven.extend(self.known(record.added.id).cloned());
                    wanting.push(self.note(record, closed));
                }
            }
        }
        (self.authority, self.proven, self.wanting) = (authority, proven, wanting);
    }

    fn known(&self, id: IssuerId) -> Option<&Arc<Issuer>> {
        self.proven.iter().find(|issuer| issuer.id() == id)
    }

    fn opened(&mut self, record: &IssuerRecord, authority: &Authority) -> Result<Arc<Issuer>, Closed> {
        // What is wanting is not as the record had it before.
        let is_wanting = self.wanting.iter().any(|wanting| wanting.id == record.added.id);
        if let Some(known) = self.known(record.added.id).filter(|_| !is_wanting) {
            if authority.has_kept(record, &self.authority) {
                return Ok(Arc::clone(known));
            }
            let again = authority.prove_known(record, (known, &self.authority)).map_err(Closed::Unopened)?;
            if let Some(again) = again {
                return Ok(again);
            }
        }
        let location = Location::of(authority.directory(), &record.key).map_err(Closed::Unopened)?;
        let absent = if record.reach == Reach::Here { location.absent() } else { None };
        if let Some(absent) = absent {
            return Err(Closed::Elsewhere(absent));
        }
        authority.prove(record, &self.passphrase, &mut self.context).map_err(Closed::Unopened)
    }

    /// Tells what has become of an issuer.
    fn tell(&self, record: &IssuerRecord, issuer: &Issuer) {
        let before = self.authority.issuers().iter().find(|before| before.added.id == record.added.id);
        let is_here = self.known(record.added.id).is_some();
        let now = match before.filter(|_| is_here) {
            None => "taken up",
            Some(before) if before.reach != record.reach => match record.reach {
                Reach::Away => "its key was taken away: what was made ahead is published",
                Reach::Here => "its key is back",
            },
            Some(before) if before.standing != record.standing => match record.standing {
                Standing::Retired(_) => "retired: it issues no more",
                Standing::Revoked(_) => "revoked: it issues no more",
                Standing::Below(..) => "whoever stands above it was revoked: it issues no more",
                Standing::InUse => "in use again",
            },
            Some(before) if before.added.chain != record.added.chain => "certified again",
            Some(_) => return,
        };
        tracing::info!(issuer = issuer.name(), now, "an issuer has changed in the record");
    }

    fn note(&mut self, record: &IssuerRecord, closed: Closed) -> Wanting {
        let (id, name) = (record.added.id, name_of(record));
        let at = self.wanting.iter().position(|wanting| wanting.id == id);
        let mut trouble = at.map_or_else(Trouble::default, |at| self.wanting.swap_remove(at).trouble);
        let (is_elsewhere, failure) = match closed {
            Closed::Elsewhere(failure) => (true, failure),
            Closed::Unopened(failure) => (false, failure),
        };
        if let Some(reason) = trouble.note(&failure) {
            tracing::error!(
                issuer = name,
                reason,
                "an issuer is not taken up as the record has it: the others are"
            );
        }
        Wanting { id, name, is_elsewhere, trouble }
    }

    /// Has leaves be issued by whom the record has for them, as far as that one is here, and says that the record is
    /// followed.
    pub(super) fn settle(&self) {
        if let Some(leaves) = &self.leaves
            && let Some(issuer) = self.of_leaves().or_else(|| self.known(leaves.now().id()))
        {
            leaves.exchange(issuer);
        }
        tracing::info!(issuers = self.proven.len(), "the issuers are as the record has them now");
    }

    fn of_leaves(&self) -> Option<&Arc<Issuer>> {
        let server = Profile::named("server").ok()?;
        let record = self.authority.record_for(&server).ok()?;
        self.known(record.added.id).filter(|issuer| !issuer.is_absent())
    }
}
