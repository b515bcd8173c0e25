// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every way to a signature of an authority's key, walked with keys that remember what they signed: certificates that
//! the gate let through, each in the record with the approval of its plan, and what tells their status. That nothing
//! else in the sources asks a signer is a rule of `cargo xtask tidy`.

use std::collections::BTreeSet;
use std::sync::Arc;

use authority::audit::Audit;
use authority::founding::{Founding, FoundingKey};
use authority::journal::{Entry, Event};
use authority::policy::{Effect, RuleConfig};
use authority::{
    Appointment, Constraints, Decider, Delegate, Issuer, Order, Plan, Policy, PolicyConfig, Profile, Record,
    Reissue, Relocation, RequestQuery, Requester, StatusError, TokenId, Wait, Warrant,
};
use keys::csr::{self, RequestSpec};
use keys::{AwsLc, KeyKind, SignError, Signer, TlsScheme};
use parking_lot::Mutex;
use x509::Certificate;

use crate::office::{Counting, fresh_key, now, record, request, verified, wait};

/// What was signed, whichever key it was.
type Signed = Arc<Mutex<Vec<Vec<u8>>>>;

#[derive(Debug)]
struct Remembering(Arc<dyn Signer>, Signed);

impl Signer for Remembering {
    fn public_key_info(&self) -> &[u8] {
        self.0.public_key_info()
    }
    fn signature_algorithm(&self) -> &[u8] {
        self.0.signature_algorithm()
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.1.lock().push(message.to_vec());
        self.0.sign(message)
    }
    fn tls_schemes(&self) -> &[TlsScheme] {
        self.0.tls_schemes()
    }
    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.1.lock().push(message.to_vec());
        self.0.sign_tls(scheme, message)
    }
}

fn key(signed: &Signed, location: &str) -> FoundingKey {
    let signer = Arc::new(Remembering(fresh_key(KeyKind::P256), Arc::clone(signed)));
    FoundingKey { signer, location: location.to_owned() }
}

/// A policy under which some of what is asked is refused, whoever asks, and some to some.
fn policy() -> Arc<Policy> {
    let allow = |id: &str, who: &str, profile: &str| RuleConfig {
        who: Some(vec![who.parse().unwrap()]),
        profiles: Some(vec![profile.to_owned()]),
        ..RuleConfig::new(id, "a test", Effect::Allow)
    };
    let deny = RuleConfig {
        names: Some(vec!["vault.internal".parse().unwrap()]),
        ..RuleConfig::new("no-vault", "a test", Effect::Deny)
    };
    let rules = vec![
        allow("hand", "cli", "server"),
        allow("below", "cli", "intermediate"),
        allow("own", "up", "server"),
        allow("programs", "token:deploy", "client"),
        deny,
    ];
    Arc::new(Policy::from_config(PolicyConfig { rules }).unwrap())
}

/// Whoever can ask.
fn requesters() -> [Requester; 3] {
    let id = TokenId::from_octets([5; 8]);
    let program = Requester::Program { id, label: "deploy".to_owned() };
    [Requester::CommandLine, Requester::OwnServer, program]
}

/// The plan of a profile for a name that suits it.
fn plan(profile: &str, name: &str, issuer: &Arc<Issuer>, requester: Requester, policy: &Arc<Policy>) -> Plan {
    let order = Order {
        request: verified(&request(&[name])).unwrap(),
        profile: Profile::named(profile).unwrap(),
        issuer: Arc::clone(issuer),
        names: Vec::new(),
        days: None,
        warrant: Warrant::ApprovedBy("a test".into()),
        requester,
        policy: Arc::clone(policy),
    };
    Plan::draw(order, now())
}

/// What waits for somebody is signed when somebody approves, and not before.
fn approved_by_somebody(
    issuer: &Arc<Issuer>,
    record: &dyn Record,
    random: &Counting,
    count: &dyn Fn() -> usize,
) {
    let waits = RuleConfig::new("vault", "a test", Effect::AllowOnceApproved);
    let waits = Arc::new(Policy::from_config(PolicyConfig { rules: vec![waits] }).unwrap());
    let before = count();
    let asked = || plan("server", "db.internal", issuer, Requester::CommandLine, &waits);
    assert!(asked().approve().is_err());
    let held = wait(asked().hold(Wait::default(), record, random, &AwsLc)).unwrap();
    let waiting = wait(record.requests(RequestQuery::One(held.id))).unwrap().pop().unwrap();
    let by = (Profile::named("server").unwrap(), Arc::clone(issuer), waits);
    let shown = waiting.plan();
    let redrawn = wait(waiting.redraw(by, now(), record, &AwsLc)).unwrap();
    let by = Warrant::ApprovedBy("somebody else".into());
    let decider = Decider { by, program: None, reason: "as agreed".into() };
    let prepared = redrawn.approve(shown, &decider, now()).unwrap().prepare(random, &AwsLc).unwrap();
    assert_eq!(count(), before);
    wait(prepared.issue(record, &AwsLc)).unwrap();
    assert_eq!(count(), before + 1);
}

/// Whoever answers for an issuer.
fn responder(issuer: &Arc<Issuer>, key: Arc<dyn Signer>, record: &dyn Record, random: &Counting) -> Delegate {
    let spec = RequestSpec { common_name: Some("OCSP".into()), names: Vec::new() };
    let order = Order {
        request: verified(&csr::make(&*key, &spec).unwrap()).unwrap(),
        profile: Profile::responder().unwrap(),
        issuer: Arc::clone(issuer),
        names: Vec::new(),
        days: None,
        warrant: Warrant::ApprovedBy("a test".into()),
        requester: Requester::OwnServer,
        policy: Arc::default(),
    };
    let approved = Plan::draw(order, now()).approve().unwrap();
    let issued = wait(approved.prepare(random, &AwsLc).unwrap().issue(record, &AwsLc)).unwrap();
    Delegate::prove(issued.certificate().to_vec(), key, issuer, &AwsLc).unwrap()
}

/// An intermediate is certified anew, when it publishes elsewhere.
fn relocated(issuer: &Arc<Issuer>, above: &Arc<Issuer>, record: &dyn Record, random: &Counting) {
    let relocation = Relocation {
        base_url: Some("http://ca.internal:8480".parse().unwrap()),
        by: "a test".into(),
        intermediates: vec![Reissue {
            issuer: Arc::clone(issuer),
            above: Arc::clone(above),
            location: "next".into(),
        }],
    };
    wait(relocation.commit(now(), record, random, &AwsLc)).unwrap();
}

/// The way of CRLs and OCSP answers takes no certificate.
fn assert_no_way_around(issuer: &Issuer, delegate: &Delegate, certificate: &[u8]) {
    let certificate = Certificate::parse(certificate).unwrap();
    let block = certificate.tbs().raw();
    for smuggled in [
        issuer.sign_status(block, &AwsLc),
        issuer.sign_answer_unverified(block),
        delegate.sign_answer(block, &AwsLc),
        delegate.sign_answer_unverified(block),
    ] {
        assert!(matches!(smuggled, Err(StatusError::NoStatus)), "{smuggled:?}");
    }
}

#[test]
fn nothing_is_signed_but_by_the_gate_and_all_of_it_is_in_the_record() {
    let (signed, random) = (Signed::default(), Counting::default());
    let (record, _folder) = record();
    let constraints = Constraints::private(&[]).unwrap();
    let founding = Founding::new(None, constraints, key(&signed, "root"), key(&signed, "issuing"));
    let founded = wait(founding.found(now(), &record, &random, &AwsLc)).unwrap();
    let count = || signed.lock().len();
    assert_eq!(count(), 2, "a founding");

    // Every profile, by every issuer, to everybody, with a policy and without: what is approved is signed once, what is
    // refused not at all.
    let appointment = Appointment { above: Arc::clone(&founded.root), key: key(&signed, "next") };
    let next = wait(appointment.commit(now(), &record, &random, &AwsLc)).unwrap();
    let (mut issued, mut refused, mut by_policy) = (3, 0, 0);
    let asked = [&founded.root, &founded.intermediate, &next].into_iter().flat_map(|issuer| {
        let names = ["db.internal", "vault.internal", "ann@internal", "db.example.com"];
        let ways = Profile::NAMES.iter().flat_map(move |profile| names.map(|name| (*profile, name)));
        ways.flat_map(move |(profile, name)| requesters().map(|requester| (issuer, profile, name, requester)))
    });
    for ((issuer, profile, name, requester), policy) in
        asked.flat_map(|asked| [(asked.clone(), Arc::default()), (asked, policy())])
    {
        let before = count();
        let plan = plan(profile, name, issuer, requester.clone(), &policy);
        let judgement = plan.judgement().clone();
        let Ok(approved) = plan.approve() else {
            refused += 1;
            by_policy += usize::from(!judgement.refusals.is_empty());
            assert_eq!(
                count(),
                before,
                "{profile} for {name} to {requester} by {} was refused",
                issuer.name()
            );
            continue;
        };
        assert!(judgement.refusals.is_empty(), "{profile} for {name} to {requester}");
        assert!(!policy.is_closed() || !judgement.allowed.is_empty(), "{profile} for {name} to {requester}");
        let Ok(prepared) = approved.prepare(&random, &AwsLc) else {
            refused += 1;
            assert_eq!(count(), before, "{profile} for {name} was refused before it was signed");
            continue;
        };
        assert_eq!(count(), before, "a dry run ends here");
        wait(prepared.issue(&record, &AwsLc)).unwrap();
        issued += 1;
        assert_eq!(count(), before + 1, "{profile} for {name}");
    }
    assert!(by_policy > 6, "{by_policy} refused by the policy");
    assert!(issued > 6 && refused > 6, "{issued} issued, {refused} refused");

    approved_by_somebody(&next, &record, &random, &count);
    issued += 1;

    relocated(&next, &founded.root, &record, &random);
    issued += 1;

    // Who answers in an issuer's place is certified by the gate, and signs answers alone.
    let before = count();
    let mine = Signed::default();
    let delegate = responder(&next, key(&mine, "ocsp").signer, &record, &random);
    issued += 1;
    assert_eq!(count(), before + 1);
    mine.lock().clear();

    let before = count();
    assert_no_way_around(&founded.root, &delegate, founded.intermediate.certificate());
    assert_eq!((count(), mine.lock().len()), (before, 0));

    let mut recorded = BTreeSet::new();
    for link in wait(record.links(0, 1_000)).unwrap() {
        for der in &link.entries {
            if let Event::CertificateIssued(one) = Entry::decode(der).unwrap().event {
                recorded.insert(Certificate::parse(&one.certificate).unwrap().tbs().raw().to_vec());
            }
        }
    }
    let signed: BTreeSet<Vec<u8>> = signed.lock().drain(..).collect();
    assert_eq!(signed, recorded, "what was signed is what is in the record");
    assert_eq!(recorded.len(), issued);
    // That each has the approval of its plan in its own batch, the audit looks at.
    let audit = wait(Audit::of(&record, &AwsLc, &mut |_, _| {})).unwrap();
    assert!(audit.is_clean(), "{:?}", audit.findings);
}
