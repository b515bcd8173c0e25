// SPDX-License-Identifier: MIT OR Apache-2.0
//! What to-be-signed bytes say, read back and held against profile and policy: whatever a plan says, nothing else is
//! signed.

use keys::SubjectName;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, KeyUsage, OcspNoCheck, SubjectAltName};
use x509::{KeyStrength, Oid, SignatureVerifier, TbsCertificate, oid};

use crate::common_name;
use crate::error::{IssueError, PolicyRefusal};
use crate::lifetime::{self, Period};
use crate::name::NameKind;
use crate::policy::{Asking, Policy, Requester};
use crate::profile::{Profile, Role};
use crate::request::NAME_LIMIT;

/// What a certificate would say, as far as profile and policy decide on it.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    names: Vec<SubjectName>,
    /// What the subject calls itself.
    common_names: Vec<String>,
    key: KeyStrength,
    key_usage: KeyUsage,
    purposes: Vec<Oid<'a>>,
    basic: Option<BasicConstraints>,
    period: Period,
    /// Whether nobody need ask whether it was taken back.
    no_check: bool,
}

impl<'a> Written<'a> {
    /// Reads to-be-signed bytes. A key that was checked before, octet for octet, is not checked again.
    pub(crate) fn read(
        to_be_signed: &'a [u8],
        (checked, strength): (&[u8], KeyStrength),
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, IssueError> {
        let tbs = TbsCertificate::parse(to_be_signed)?;
        let extensions = tbs.extensions();
        let key = match tbs.subject_public_key_info() {
            key if key.raw() == checked => strength,
            key => crypto.check_key(&key).map_err(IssueError::Key)?,
        };
        let alternative = extensions.decode::<SubjectAltName<'_>>()?;
        let names = alternative.iter().flat_map(|found| found.value.iter());
        let names = names.map(|name| SubjectName::from_general_name(&name).map_err(IssueError::Name));
        let purposes = extensions.decode::<ExtendedKeyUsage<'a>>()?;
        let subject = tbs.subject();
        let common_names = subject.attributes().filter(|attribute| attribute.oid == oid::COMMON_NAME);
        Ok(Self {
            names: names.collect::<Result<_, _>>()?,
            common_names: common_names.map(|attribute| attribute.text().chars().collect()).collect(),
            key,
            key_usage: extensions.decode::<KeyUsage>()?.map(|found| found.value).unwrap_or_default(),
            purposes: purposes.map(|found| found.value.iter().collect()).unwrap_or_default(),
            basic: extensions.decode::<BasicConstraints>()?.map(|found| found.value),
            period: Period::from(tbs.validity()),
            no_check: extensions.decode::<OcspNoCheck>()?.is_some(),
        })
    }

    /// Refuses what the profile does not issue.
    pub(crate) fn require_profile(&self, profile: &Profile) -> Result<(), IssueError> {
        let unlike = |field: &'static str, found: String| {
            Err(IssueError::Profile { profile: profile.name().to_owned(), field, found })
        };
        let basic = match profile.role() {
            Role::Leaf | Role::Responder => BasicConstraints { ca: false, path_length: None },
            Role::Authority { path_length } => BasicConstraints { ca: true, path_length: Some(path_length) },
        };
        if self.basic != Some(basic) {
            return unlike("basic constraints", format!("{:?}", self.basic));
        }
        if self.no_check != (profile.role() == Role::Responder) {
            return unlike("ocsp-nocheck", self.no_check.to_string());
        }
        if self.key_usage != profile.key_usage(self.key) {
            return unlike("key usage", self.key_usage.to_string());
        }
        if self.purposes != profile.purposes() {
            return unlike("purposes", format!("{:?}", self.purposes));
        }
        if let Some(name) = self.names.iter().find(|name| !profile.names().contains(&NameKind::of(name))) {
            return unlike("name", name.to_string());
        }
        if self.names.len() > NAME_LIMIT {
            return unlike("number of names", self.names.len().to_string());
        }
        if self.period.length() > lifetime::days(profile.maximum_days()) {
            return unlike("lifetime", format!("{} to {}", self.period.not_before, self.period.not_after));
        }
        Ok(())
    }

    /// Refuses what the policy does not allow to whoever asks; gives the rules that ask for somebody's approval.
    pub(crate) fn require_policy(
        &self,
        policy: &Policy,
        profile: &Profile,
        requester: &Requester,
    ) -> Result<Vec<String>, IssueError> {
        if profile.role() == Role::Leaf {
            self.require_common_names(policy)?;
        }
        let judgement = policy.judge(&Asking {
            requester,
            profile: profile.name(),
            names: &self.names,
            key: self.key,
            key_usage: self.key_usage,
            purposes: &self.purposes,
            length: self.period.length(),
        });
        match judgement.refusals.into_iter().next() {
            Some(refusal) => Err(IssueError::Policy(refusal)),
            None => Ok(judgement.awaiting),
        }
    }
}

impl Written<'_> {
    /// Refuses a leaf that is called by what it may not be called.
    fn require_common_names(&self, policy: &Policy) -> Result<(), IssueError> {
        let flaw = |text: &String| common_name::flaw(text, &self.names, policy.on_common_names());
        let Some((found, flaw)) = self.common_names.iter().find_map(|text| Some((text, flaw(text)?))) else {
            return Ok(());
        };
        let names: Vec<String> = self.names.iter().map(ToString::to_string).collect();
        let issued = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let (found, rule) = (found.clone(), flaw.rule());
        Err(IssueError::Policy(PolicyRefusal::CommonName { found, issued, rule }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use keys::{AwsLc, KeyKind, PrivateKey, Signer as _};
    use x509::Time;
    use x509::name::NameBuilder;

    use super::*;
    use crate::contents::{Contents, SignedBy};
    use crate::lifetime::LEAF_BACKDATE;
    use crate::policy::{Effect, PolicyConfig, RuleConfig};
    use crate::serial::SerialNumber;

    /// None was checked before.
    const NO_KEY: (&[u8], KeyStrength) = (&[], KeyStrength::P521);

    struct Sevens;

    impl crate::random::RandomSource for Sevens {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), crate::random::RandomError> {
            buffer.fill(7);
            Ok(())
        }
    }

    /// What a plan of profile `server` would have written, changed by whatever went wrong on the way.
    fn written(change: impl FnOnce(&mut Contents)) -> Vec<u8> {
        let key = PrivateKey::generate(KeyKind::P256).unwrap();
        let empty = NameBuilder::new().build();
        let mut contents = Contents {
            subject: empty.clone(),
            names: vec![SubjectName::parse("nas.lan").unwrap()],
            role: Role::Leaf,
            key_usage: KeyUsage::DIGITAL_SIGNATURE,
            purposes: vec![oid::SERVER_AUTH],
            constraints: None,
            published: None,
            period: Period::starting(Time::parse("2026-11-27").unwrap(), LEAF_BACKDATE, 47),
            public_key_info: key.public_key_info().to_vec(),
        };
        change(&mut contents);
        let signed_by =
            SignedBy { name: &empty, key_identifier: &[7; 20], algorithm: key.signature_algorithm() };
        contents.to_be_signed(&signed_by, &SerialNumber::draw(&Sevens).unwrap()).unwrap()
    }

    #[test]
    fn bytes_that_are_not_what_the_profile_issues_are_refused_whatever_the_plan_says() {
        let profile = Profile::named("server").unwrap();
        let check = |change: fn(&mut Contents), expect: &str| {
            let bytes = written(change);
            let refused =
                Written::read(&bytes, NO_KEY, &AwsLc).unwrap().require_profile(&profile).unwrap_err();
            assert!(refused.to_string().contains(&format!("its {expect}")), "{refused}");
        };
        check(|contents| contents.role = Role::Authority { path_length: 0 }, "basic constraints");
        check(|contents| contents.role = Role::Responder, "ocsp-nocheck");
        check(|contents| contents.key_usage = contents.key_usage.and(KeyUsage::KEY_CERT_SIGN), "key usage");
        check(|contents| contents.purposes.push(oid::CLIENT_AUTH), "purposes");
        check(|contents| contents.purposes.clear(), "purposes");
        check(|contents| contents.names.push(SubjectName::parse("ann@lan").unwrap()), "name");
        check(
            |contents| contents.names = vec![SubjectName::Dns("nas.lan".into()); NAME_LIMIT + 1],
            "number of names",
        );
        check(
            |contents| {
                contents.period.not_after = contents.period.not_before.plus(lifetime::days(397));
            },
            "lifetime",
        );
        let bytes = written(|_| {});
        assert!(Written::read(&bytes, NO_KEY, &AwsLc).unwrap().require_profile(&profile).is_ok());
    }

    #[test]
    fn bytes_that_are_not_what_the_policy_allows_are_refused_whatever_the_plan_says() {
        let profile = Profile::named("server").unwrap();
        let rule = RuleConfig {
            names: Some(vec![".lan".parse().unwrap()]),
            keys: Some(vec!["p256".parse().unwrap()]),
            key_usages: Some(vec![KeyUsage::DIGITAL_SIGNATURE]),
            purposes: Some(vec![oid::SERVER_AUTH]),
            days: Some(47),
            names_limit: Some(2),
            ..RuleConfig::new("lan", "chancery.toml:1", Effect::Allow)
        };
        let policy = Policy::from_config(PolicyConfig { rules: vec![rule] }).unwrap();
        let judged = |change: &dyn Fn(&mut Contents)| {
            let bytes = written(change);
            Written::read(&bytes, NO_KEY, &AwsLc).unwrap().require_policy(
                &policy,
                &profile,
                &Requester::CommandLine,
            )
        };
        let check = |change: &dyn Fn(&mut Contents), expect: &str| {
            let refused = judged(change).unwrap_err();
            assert!(
                matches!(refused, IssueError::Policy(_)) && refused.to_string().contains(expect),
                "{refused}"
            );
        };
        assert!(judged(&|_| {}).is_ok());
        let name = |text: &str| SubjectName::parse(text).unwrap();
        check(&|contents| contents.names.push(name("example.com")), "no rule allows example.com");
        check(&|contents| contents.names.push(name("*.lan")), "no wildcard");
        check(
            &|contents| contents.names = vec![name("a.lan"), name("b.lan"), name("c.lan")],
            "2 names, not 3",
        );
        let other = PrivateKey::generate(KeyKind::P384).unwrap();
        check(
            &|contents| contents.public_key_info = other.public_key_info().to_vec(),
            "a key of p256, not P-384",
        );
        check(&|contents| contents.key_usage = KeyUsage::KEY_AGREEMENT, "the key usage digitalSignature");
        check(&|contents| contents.purposes.push(oid::CLIENT_AUTH), "serverAuth, clientAuth");
        check(
            &|contents| contents.period.not_after = contents.period.not_before.plus(lifetime::days(47)),
            "47 days, not 48",
        );
        let called = |text: &str| NameBuilder::new().common_name(text).unwrap().build();
        assert!(judged(&|contents| contents.subject = called("nas.lan")).is_ok());
        check(&|contents| contents.subject = called("admin"), "the common name \"admin\" stands for none");
        check(
            &|contents| contents.subject = called("admin"),
            "(rule plan-common-name-seen, CA/B BR §7.1.4.3)",
        );
        check(
            &|contents| contents.subject = called("a.lan"),
            "(rule plan-common-name-client, RFC 5280 §4.2.1.6)",
        );
        // Without a name, none is allowed by its name.
        check(&|contents| contents.names.clear(), "no rule allows profile server");
    }

    #[test]
    fn bytes_that_somebody_has_to_approve_are_told_whatever_the_plan_says() {
        let rule = RuleConfig::new("vault", "chancery.toml:1", Effect::AllowOnceApproved);
        let policy = Policy::from_config(PolicyConfig { rules: vec![rule] }).unwrap();
        let profile = Profile::named("server").unwrap();
        let bytes = written(|_| {});
        let written = Written::read(&bytes, NO_KEY, &AwsLc).unwrap();
        let awaiting = written.require_policy(&policy, &profile, &Requester::CommandLine).unwrap();
        assert_eq!(awaiting, ["vault"]);
    }

    #[test]
    fn bytes_that_cannot_be_read_back_are_refused() {
        assert!(matches!(Written::read(b"\x30\x00", NO_KEY, &AwsLc), Err(IssueError::Malformed(_))));
        let bytes = written(|contents| contents.names = vec![SubjectName::Dns("a..lan".into())]);
        assert!(matches!(Written::read(&bytes, NO_KEY, &AwsLc), Err(IssueError::Name(_))));
    }
}
