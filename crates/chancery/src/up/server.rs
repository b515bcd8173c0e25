// SPDX-License-Identifier: MIT OR Apache-2.0
//! The server as its certificate knows it: its names, its key, and whom it asks for a new certificate.

use std::path::PathBuf;
use std::sync::Arc;

use authority::lifetime::Period;
use authority::{IssuerId, Revoked, Status};
use keys::{AwsLc, Signer, SubjectName};
use tls::{Credentials, Resolver};
use x509::ext::ReasonCode;
use x509::{Certificate, Time};

use super::certificate::{self, Office, Shown};
use super::renew::Renewable;
use super::story::Story;
use crate::clock::Clock;
use crate::data_dir::record_failure;
use crate::failure::{Failure, shell};
use crate::ui::Ui;

/// The server as its certificate knows it.
pub(crate) struct Server<'a> {
    pub(crate) names: Vec<SubjectName>,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) chain: PathBuf,
    pub(crate) office: Office<'a>,
}

impl Server<'_> {
    /// The certificate that is installed, or a new one; tells the steps.
    pub(crate) async fn certificate(
        &self,
        now: Time,
        story: &mut Story,
        ui: &mut Ui,
    ) -> Result<Shown, Failure> {
        let mut reason = None;
        if self.chain.exists() {
            let issuer = self.office.issuer.now();
            let installed = certificate::installed(&self.chain, &self.signer, &self.names, &issuer, now);
            let taken_back = match &installed {
                Ok(shown) => self.taken_back(&shown.credentials).await?,
                Err(_) => None,
            };
            match (installed, taken_back) {
                (Ok(_), Some(revoked)) => reason = Some(self.require_sound_key(&revoked)?),
                (Ok(shown), None) => {
                    story.tell(certificate::reused_step(&shown, &self.chain, &self.names), ui)?;
                    return Ok(shown);
                }
                (Err(why), _) => reason = Some(why),
            }
        }
        let (shown, steps) =
            certificate::obtain(&self.chain, &self.signer, &self.names, &self.office, now).await?;
        for (index, step) in steps.into_iter().enumerate() {
            let reason = reason.take_if(|_| index == 0);
            let step = match reason {
                Some(reason) => step.detail(format!("the certificate that was here cannot stay: {reason}")),
                None => step,
            };
            story.tell(step, ui)?;
        }
        Ok(shown)
    }
}

impl Server<'_> {
    /// How the authority has taken back a certificate of its own; `None` while it has not.
    pub(crate) async fn taken_back(&self, shown: &Credentials) -> Result<Option<Revoked>, Failure> {
        let Ok(leaf) = Certificate::parse(shown.leaf()) else { return Ok(None) };
        let Office { issuer, record, directory, .. } = &self.office;
        // Who issues now may not be who has issued this one.
        let above = shown.chain().get(1).and_then(|above| Certificate::parse(above).ok());
        let above = above.map(|above| IssuerId::of(&above.tbs().subject_public_key_info(), &AwsLc));
        let above = above.unwrap_or_else(|| issuer.now().id());
        let found = record.status(above, leaf.tbs().serial().magnitude().to_vec()).await;
        let found = found.map_err(|error| record_failure(&error, directory))?;
        Ok(found.and_then(|found| match found.status {
            Status::Good => None,
            Status::Revoked(revoked) => Some(revoked),
        }))
    }

    /// Whether what is shown comes from the issuer of leaves as it is now: a start takes up nothing else.
    pub(crate) fn is_by_its_issuer(&self, shown: &Credentials) -> bool {
        let issuer = self.office.issuer.now();
        match shown.chain().get(1) {
            Some(above) => above == issuer.certificate(),
            None => issuer.is_root(),
        }
    }

    /// Why a certificate that was taken back is replaced; refused where its key must be, too.
    fn require_sound_key(&self, revoked: &Revoked) -> Result<String, Failure> {
        let why = format!("was revoked at {} ({})", revoked.since, revoked.reason);
        if revoked.reason != ReasonCode::KeyCompromise {
            return Ok(format!("it {why}"));
        }
        let key = self.chain.with_file_name("key.pem");
        let aside = key.with_extension("pem.compromised");
        Err(Failure::refused(format!("the server's key must not be used any more: its certificate {why}"))
            .hint(format!("mv {} {}; then start again: a new key pair is made", shell(&key), shell(&aside))))
    }
}

/// What renewing changes while the server runs.
pub(crate) struct Renewal<'a> {
    pub(crate) server: &'a Server<'a>,
    pub(crate) resolver: &'a Resolver,
    pub(crate) clock: &'a Clock,
    pub(crate) ui: &'a mut Ui,
}

impl Renewable for Renewal<'_> {
    async fn renew(&mut self) -> Result<Period, Failure> {
        let taken_back = self.server.taken_back(&self.resolver.current()).await?;
        taken_back.map(|revoked| self.server.require_sound_key(&revoked)).transpose()?;
        let Server { names, signer, chain, office } = self.server;
        let (shown, _) = certificate::obtain(chain, signer, names, office, self.clock.now()).await?;
        self.resolver.swap(shown.credentials);
        let Period { not_after, .. } = shown.period;
        self.ui.event(&format!("renewed the certificate, until {not_after}; callers noticed nothing"))?;
        Ok(shown.period)
    }

    fn failed(&mut self, failure: &Failure, again: Time) {
        let reason =
            std::iter::once(&failure.message).chain(&failure.causes).cloned().collect::<Vec<_>>().join(": ");
        tracing::warn!(again = %again, reason, "the certificate could not be renewed");
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use anstream::ColorChoice;
    use authority::{Constraints, Profile};
    use explain::Glyphs;
    use keys::{KeyKind, PrivateKey};

    use super::*;
    use crate::args::Environment;
    use crate::context::Context;
    use crate::custody::Places;
    use crate::data_dir::{DataDir, FoundSpec};
    use crate::passphrase::PassphraseArgs;
    use crate::publishing::Leaves;
    use crate::random::SystemRandom;
    use crate::ui::Output;
    use crate::up::renew::{Timer, keep_renewing};

    /// Turns the clock to each moment that is waited for, as often as it is told.
    struct Turn {
        now: Arc<AtomicI64>,
        left: usize,
    }

    impl Timer for Turn {
        async fn wait_until(&mut self, moment: Time) {
            if self.left == 0 {
                return std::future::pending().await;
            }
            self.left -= 1;
            self.now.store(moment.unix(), Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn at_two_thirds_of_its_life_the_certificate_is_exchanged_under_the_running_server() {
        let place = tempfile::tempdir().unwrap();
        let ui = Ui::of_the_process(ColorChoice::Never, Output::Json, Glyphs::Ascii);
        let mut context = Context::new(Some(place.path().join("data")), Environment::default(), ui);
        let directory = DataDir::of(&context).unwrap();
        let spec = FoundSpec {
            organization: None,
            constraints: Constraints::private(&[]).unwrap(),
            base_url: None,
            places: Places::default(),
            metrics: None,
        };
        let start = Time::parse("2026-11-22").unwrap();
        let authority = directory.found(spec, None, start).unwrap().authority;
        let profile = Profile::named("server").unwrap();
        let issuer = authority.issuer_for(&profile, &PassphraseArgs::default(), &mut context).unwrap();

        let record = authority.record();
        let office = Office {
            issuer: Leaves::of(issuer),
            record: &**record,
            random: &SystemRandom,
            directory: &directory,
        };
        let signer: Arc<dyn Signer> = Arc::new(PrivateKey::generate(KeyKind::P256).unwrap());
        let names = vec![SubjectName::parse("localhost").unwrap()];
        let server = Server { names, signer, chain: place.path().join("chain.pem"), office };
        let first = server.certificate(start, &mut Story::default(), &mut context.ui).await.unwrap();
        let resolver = Resolver::new(Arc::clone(&first.credentials));

        let now = Arc::new(AtomicI64::new(start.unix()));
        let clock = Clock::at({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let mut timer = Turn { now: Arc::clone(&now), left: 1 };
        let mut renewal =
            Renewal { server: &server, resolver: &resolver, clock: &clock, ui: &mut context.ui };
        let mut endless = Box::pin(keep_renewing(first.period, &clock, &mut timer, &mut renewal));
        // Done when the resolver holds another certificate: the timer does not answer a second time.
        std::future::poll_fn(|waker| {
            assert!(endless.as_mut().poll(waker).is_pending());
            let is_exchanged = resolver.current().leaf() != first.credentials.leaf();
            if is_exchanged { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        drop(endless);

        assert_eq!(clock.now(), first.period.renewal());
        let Server { names, signer, chain, office } = &server;
        let second = certificate::installed(chain, signer, names, &office.issuer.now(), clock.now()).unwrap();
        assert_eq!(second.credentials.leaf(), resolver.current().leaf());
        assert!(second.period.not_after > first.period.not_after);
    }
}
