// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who answers OCSP requests for the issuers, where they do not answer themselves: a key for each, and a certificate of
//! two weeks that is renewed when two thirds of them are over.

use std::sync::Arc;

use authority::lifetime::Period;
use authority::{
    Delegate, Issuer, IssuerId, Order, Plan, Profile, Record, Requester, Standing, Status, VerifiedRequest,
    Warrant, wait,
};
use keys::csr::{self, RequestSpec};
use keys::file::Overwrite;
use keys::{AwsLc, KeyKind, PrivateKey, Signer};
use status::Responder;
use x509::Time;

use super::{Roster, Trouble};
use crate::context::Context;
use crate::data_dir::{Authority, DataDir, issue_failure, record_failure};
use crate::failure::Failure;
use crate::passphrase::PassphraseArgs;
use crate::random::SystemRandom;
use crate::up::certificate::called;
use crate::up::server_key::{self, ServerFiles};
use crate::{input, output};

/// How many looks pass from one attempt that failed to the next.
const PAUSE: u32 = 60;
/// RFC 5280 appendix A: ub-common-name.
const COMMON_NAME_LIMIT: usize = 64;

/// Who signs the answers of OCSP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Answering {
    /// The issuer's own key
    #[default]
    Own,
    /// A key beside it, which the issuer certifies for that every nine days
    Delegated,
}

/// Those who answer.
#[derive(Debug, Default)]
pub(crate) struct Delegates {
    answering: Answering,
    posts: Vec<Post>,
}

/// The post of one issuer.
#[derive(Debug)]
struct Post {
    issuer: Arc<Issuer>,
    signer: Arc<dyn Signer>,
    files: ServerFiles,
    directory: DataDir,
    held: Option<Held>,
    trouble: Trouble,
    /// How many looks are to pass until the next attempt.
    pause: u32,
}

/// By whom a post is held.
#[derive(Debug)]
struct Held {
    serial: Vec<u8>,
    period: Period,
}

impl Delegates {
    /// The keys of those who are to answer for these issuers, made where there are none; nobody's where issuers answer
    /// themselves. An issuer that certifies nobody any more answers itself.
    pub(crate) fn ready(
        answering: Answering,
        (authority, issuers): (&Authority, &[Arc<Issuer>]),
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Self, Failure> {
        if answering == Answering::Own {
            return Ok(Self::default());
        }
        let posts = issuers.iter().filter(|issuer| certifies(issuer, authority));
        let posts = posts.map(|issuer| Post::of(issuer, authority, passphrase, context));
        Ok(Self { answering, posts: posts.collect::<Result<_, _>>()? })
    }

    /// The same for issuers that may be others than before: who answers for them has yet to be appointed. Where no key can
    /// be made ready, that is told, and the issuer answers itself.
    pub(super) fn follow(&mut self, roster: &mut Roster) {
        let mut before = std::mem::take(&mut self.posts);
        if self.answering == Answering::Own {
            return;
        }
        let (authority, issuers, passphrase, context) = roster.opened_by();
        for issuer in issuers.iter().filter(|issuer| certifies(issuer, authority)) {
            if let Some(at) = before.iter().position(|post| Arc::ptr_eq(&post.issuer, issuer)) {
                let post = before.swap_remove(at);
                self.posts.push(Post { held: None, pause: 0, ..post });
                continue;
            }
            match Post::of(issuer, authority, passphrase, context) {
                Ok(post) => self.posts.push(post),
                Err(failure) => tracing::error!(
                    issuer = issuer.name(),
                    reason = failure.in_one_line(),
                    "there is no key for a responder: the issuer itself answers until this server is started again"
                ),
            }
        }
    }

    /// Sees to it that each post is held by somebody whose certificate is good. Until it is, the issuer answers itself.
    pub(super) fn tend(&mut self, responder: &Responder, record: &dyn Record, now: Time) {
        self.posts.iter_mut().for_each(|post| post.tend(responder, record, now));
    }

    /// Appoints everybody once.
    pub(crate) fn appoint(
        &mut self,
        responder: &Responder,
        record: &dyn Record,
        now: Time,
    ) -> Result<(), Failure> {
        self.posts.iter_mut().try_for_each(|post| post.fill(responder, record, now))
    }

    /// Whose posts are held, and until when.
    pub(super) fn periods(&self) -> Vec<(IssuerId, Period)> {
        self.posts.iter().filter_map(|post| Some((post.issuer.id(), post.held.as_ref()?.period))).collect()
    }
}

/// Whether somebody else may be certified to answer for it.
fn certifies(issuer: &Issuer, authority: &Authority) -> bool {
    let record = authority.issuers().iter().find(|record| record.added.id == issuer.id());
    !issuer.is_absent() && record.is_some_and(|record| record.standing == Standing::InUse)
}

impl Post {
    fn of(
        issuer: &Arc<Issuer>,
        authority: &Authority,
        passphrase: &PassphraseArgs,
        context: &mut Context,
    ) -> Result<Self, Failure> {
        let directory = authority.directory().clone();
        let files = ServerFiles::in_folder(&directory.path().join("ocsp").join(issuer.id().short()));
        // As the issuer's own key is kept.
        let new_passphrase = passphrase.used(context)?;
        let (mut key, _) = server_key::find_or_make(&files, new_passphrase.as_ref(), passphrase, context)?;
        let id = IssuerId::of_der(key.public_key_info(), &AwsLc);
        let compromised = wait(authority.record().compromised(*id.octets()));
        if compromised.map_err(|error| record_failure(&error, &directory))?.is_some() {
            key = PrivateKey::generate(KeyKind::default())
                .map_err(|error| Failure::could_not("cannot make a key pair").because(&error))?;
            output::private_key(&files.key, &key, new_passphrase.as_ref(), Overwrite::Replace)?;
        }
        let (issuer, signer) = (Arc::clone(issuer), Arc::new(key));
        Ok(Self { issuer, signer, files, directory, held: None, trouble: Trouble::default(), pause: 0 })
    }

    /// Fills the post when it is time; what fails is tried again a minute later.
    fn tend(&mut self, responder: &Responder, record: &dyn Record, now: Time) {
        if let Some(left) = self.pause.checked_sub(1) {
            self.pause = left;
            return;
        }
        match self.fill(responder, record, now) {
            Ok(()) => self.trouble.over(),
            Err(failure) => {
                self.pause = PAUSE;
                if let Some(reason) = self.trouble.note(&failure) {
                    let answers =
                        if self.held.is_some() { "the last responder" } else { "the issuer itself" };
                    tracing::error!(
                        issuer = self.issuer.name(),
                        reason,
                        "no responder could be certified: {answers} goes on answering"
                    );
                }
            }
        }
    }

    /// Has the post held by somebody who was not taken back, with a third of the certificate's life to go at least: by
    /// who holds it, by whom another process has certified meanwhile, or by somebody new.
    fn fill(&mut self, responder: &Responder, record: &dyn Record, now: Time) -> Result<(), Failure> {
        if let Some(Held { serial, period }) = &self.held {
            if self.is_good(serial.clone(), record)? {
                if now < period.renewal() {
                    return Ok(());
                }
            } else {
                self.held = None;
                responder.dismiss(self.issuer.id());
                tracing::warn!(issuer = self.issuer.name(), "the certificate of its responder was revoked");
            }
        }
        let found = self.found(record, now)?;
        let delegate = match found {
            Some(found) => found,
            None => self.certify(record, now)?,
        };
        let held = Held { serial: delegate.serial().to_vec(), period: delegate.period() };
        responder.appoint(delegate).map_err(|error| Failure::from_error(&error))?;
        self.held = Some(held);
        Ok(())
    }

    fn is_good(&self, serial: Vec<u8>, record: &dyn Record) -> Result<bool, Failure> {
        let status = wait(record.status(self.issuer.id(), serial));
        let status = status.map_err(|error| record_failure(&error, &self.directory))?;
        Ok(status.is_some_and(|status| status.status == Status::Good))
    }

    /// The one whose certificate is kept, if that is good for long enough.
    fn found(&self, record: &dyn Record, now: Time) -> Result<Option<Delegate>, Failure> {
        let kept = input::certificates(&self.files.chain).ok().and_then(|kept| kept.into_iter().next());
        let delegate = kept.and_then(|kept| self.proven(kept).ok());
        let lasts = |delegate: &Delegate| {
            let period = delegate.period();
            period.contains(now) && now < period.renewal()
        };
        match delegate.filter(lasts) {
            Some(delegate) if self.is_good(delegate.serial().to_vec(), record)? => Ok(Some(delegate)),
            _ => Ok(None),
        }
    }

    fn proven(&self, certificate: Vec<u8>) -> Result<Delegate, Failure> {
        Delegate::prove(certificate, Arc::clone(&self.signer), &self.issuer, &AwsLc)
            .map_err(|error| Failure::from_error(&error))
    }

    /// Asks for a certificate as anybody would, has it signed, and keeps it. The policy says what others may have; this
    /// is the authority's own.
    fn certify(&self, record: &dyn Record, now: Time) -> Result<Delegate, Failure> {
        let name = format!("OCSP of {}", called(&self.issuer));
        let name = if name.chars().count() > COMMON_NAME_LIMIT { "OCSP responder".to_owned() } else { name };
        let spec = RequestSpec { common_name: Some(name), names: Vec::new() };
        let request = csr::make(&*self.signer, &spec).map_err(|error| Failure::from_error(&error))?;
        let request = VerifiedRequest::read(&request, &AwsLc).map_err(|error| Failure::from_error(&error))?;
        let request = wait(request.looked_up(record, &AwsLc));
        let order = Order {
            request: request.map_err(|error| record_failure(&error, &self.directory))?,
            profile: Profile::responder().map_err(|error| Failure::from_error(&error))?,
            issuer: Arc::clone(&self.issuer),
            names: Vec::new(),
            days: None,
            warrant: Warrant::ApprovedBy("chancery, for the OCSP answers of this issuer".to_owned()),
            requester: Requester::OwnServer,
            policy: Arc::default(),
        };
        let approved = Plan::draw(order, now).approve().map_err(|error| Failure::from_error(&error))?;
        let prepared = approved.prepare(&SystemRandom, &AwsLc);
        let prepared = prepared.map_err(|error| issue_failure(&error, &self.directory))?;
        let issued = wait(prepared.issue(record, &AwsLc));
        let issued = issued.map_err(|error| issue_failure(&error, &self.directory))?;
        output::public(&self.files.chain, issued.chain_pem().as_bytes(), Overwrite::Replace)?;
        tracing::info!(
            issuer = self.issuer.name(),
            serial = %issued.serial(),
            until = %issued.period().not_after,
            "certified who answers OCSP requests"
        );
        self.proven(issued.certificate().to_vec())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use std::time::Duration;

    use anstream::ColorChoice;
    use authority::{BaseUrl, Constraints, Revocation};
    use explain::Glyphs;
    use status::Settings;
    use x509::ext::ReasonCode;
    use x509::{Certificate, oid};

    use super::*;
    use crate::args::Environment;
    use crate::custody::Places;
    use crate::data_dir::FoundSpec;
    use crate::ui::{Output, Ui};

    /// An authority with those who answer for its issuers, and what they answer to.
    struct Place {
        authority: Authority,
        issuers: [Arc<Issuer>; 2],
        responder: Responder,
        context: Context,
        _folder: tempfile::TempDir,
    }

    fn start() -> Time {
        Time::parse("2026-11-22").unwrap()
    }

    fn days(count: u64) -> Time {
        start().plus(Duration::from_secs(count * 86_400))
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let ui = Ui::of_the_process(ColorChoice::Never, Output::Json, Glyphs::Ascii);
            let context = Context::new(Some(folder.path().join("data")), Environment::default(), ui);
            let directory = DataDir::of(&context).unwrap();
            let base_url = Some("http://ca.internal".parse::<BaseUrl>().unwrap());
            let (constraints, places) = (Constraints::private(&[]).unwrap(), Places::default());
            let spec = FoundSpec { organization: None, constraints, base_url, places, metrics: None };
            let founded = directory.found(spec, None, start()).unwrap();
            let issuers = [founded.root, founded.intermediate];
            let responder = Responder::new(&issuers, Settings::default(), Arc::new(AwsLc)).unwrap();
            Self { authority: founded.authority, issuers, responder, context, _folder: folder }
        }

        fn delegates(&mut self) -> Delegates {
            let of = (&self.authority, &self.issuers[..]);
            let passphrase = PassphraseArgs::default();
            Delegates::ready(Answering::Delegated, of, &passphrase, &mut self.context).unwrap()
        }

        fn tend(&self, delegates: &mut Delegates, now: Time) -> Vec<(Vec<u8>, Period)> {
            delegates.tend(&self.responder, &**self.authority.record(), now);
            let held = delegates.posts.iter().filter_map(|post| post.held.as_ref());
            held.map(|held| (held.serial.clone(), held.period)).collect()
        }

        fn revoke(&self, issuer: &Issuer, serial: &[u8], reason: ReasonCode) {
            let revocation = Revocation {
                issuer: issuer.id(),
                serial: serial.to_vec(),
                reason,
                invalid_from: None,
                warrant: Warrant::ApprovedBy("a test".into()),
            };
            wait(revocation.commit(days(1), &**self.authority.record())).unwrap();
        }
    }

    #[test]
    fn at_two_thirds_of_its_life_a_responder_is_certified_again_and_a_restart_changes_nothing() {
        let mut place = Place::new();
        let mut delegates = place.delegates();
        let first = place.tend(&mut delegates, start());
        let [(_, of_root), (serial, period)] = first.as_slice() else { panic!("{first:?}") };
        assert_eq!((of_root.days(), period.days()), (14, 14));
        let renewal = period.renewal();
        let before = renewal.minus(Duration::from_secs(1));
        assert_eq!(place.tend(&mut delegates, before), first);
        let mut restarted = place.delegates();
        assert_eq!(place.tend(&mut restarted, before), first);
        let second = place.tend(&mut delegates, renewal);
        assert!(second.iter().all(|(new, _)| new != serial), "{second:?}");
        // What one process has certified, the other takes up.
        assert_eq!(place.tend(&mut restarted, renewal), second);
    }

    #[test]
    fn the_certificate_of_a_responder_is_for_that_alone() {
        let mut place = Place::new();
        let mut delegates = place.delegates();
        place.tend(&mut delegates, start());
        let post = delegates.posts.last().unwrap();
        let delegate = post.found(&**place.authority.record(), start()).unwrap().unwrap();
        let own = Certificate::parse(delegate.certificate()).unwrap();
        let extensions = own.tbs().extensions();
        assert!(extensions.find(oid::OCSP_NO_CHECK).is_some());
        assert!(extensions.find(oid::SUBJECT_ALT_NAME).is_none());
        assert!(extensions.find(oid::CRL_DISTRIBUTION_POINTS).is_none());
        assert!(extensions.find(oid::AUTHORITY_INFO_ACCESS).is_some());
        assert!(own.tbs().subject().to_string().contains("OCSP of "), "{}", own.tbs().subject());
    }

    #[test]
    fn who_was_taken_back_answers_no_more() {
        let mut place = Place::new();
        let mut delegates = place.delegates();
        let first = place.tend(&mut delegates, start());
        let (serial, _) = first.last().unwrap();
        let issuer = Arc::clone(&place.issuers[1]);
        place.revoke(&issuer, serial, ReasonCode::Superseded);
        let second = place.tend(&mut delegates, days(1));
        let (serial, _) = second.last().unwrap();
        assert_eq!((second.first(), second.len()), (first.first(), 2));
        assert_ne!(first.last(), second.last());
        // A key that was compromised is not certified again: the issuer answers itself, until there is another key.
        place.revoke(&issuer, serial, ReasonCode::KeyCompromise);
        assert_eq!(place.tend(&mut delegates, days(1)).len(), 1);
        for _ in 0..PAUSE {
            assert_eq!(place.tend(&mut delegates, days(1)).len(), 1);
        }
        let mut restarted = place.delegates();
        assert_eq!(place.tend(&mut restarted, days(1)).len(), 2);
    }
}
