// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that wait for somebody's approval: held, decided on once, in time and by somebody else, and issued as they
//! were shown or not at all.

use std::sync::Arc;
use std::time::Duration;

use authority::audit::Audit;
use authority::journal::{Entry, Event, RequestHeld, Shown, TokenAdded};
use authority::pending::PENDING_LIMIT;
use authority::policy::{Effect, RuleConfig};
use authority::{
    Approved, Batch, DecideError, Decider, HoldError, IssueError, Issued, Order, Plan, PlanRefusal, Policy,
    PolicyConfig, Profile, Record, RecordError, Redrawn, RequestQuery, RequestRecord, RequestState,
    Requester, Scope, TokenId, Wait, Warrant, token,
};
use keys::{AwsLc, KeyKind};
use x509::{Certificate, Time};

use crate::office::{Office, fresh_key, now, request_with, verified, wait};

fn rule(id: &str, effect: Effect, names: &str) -> RuleConfig {
    RuleConfig { names: Some(vec![names.parse().unwrap()]), ..RuleConfig::new(id, "chancery.toml:1", effect) }
}

/// What lies below `vault.internal` waits, and the rest does not.
fn policy() -> Arc<Policy> {
    let rules = vec![
        rule("vault", Effect::AllowOnceApproved, ".vault.internal"),
        rule("rest", Effect::Allow, ".lan"),
    ];
    Arc::new(Policy::from_config(PolicyConfig { rules }).unwrap())
}

fn program(number: u8) -> Requester {
    Requester::Program { id: TokenId::from_octets([number; 8]), label: "deploy".to_owned() }
}

fn decider(by: &str) -> Decider {
    Decider { by: Warrant::ApprovedBy(by.to_owned()), program: None, reason: "as agreed".to_owned() }
}

struct Desk {
    office: Office,
    policy: Arc<Policy>,
}

impl Desk {
    /// With tokens 1 and 2.
    fn new() -> Self {
        let desk = Self { office: Office::private(), policy: policy() };
        desk.commit_token(1, None);
        desk.commit_token(2, None);
        desk
    }

    fn commit_token(&self, number: u8, not_after: Option<Time>) {
        let added = TokenAdded {
            id: TokenId::from_octets([number; 8]),
            digest: [number; 32],
            label: "deploy".into(),
            scopes: vec![Scope::Issue],
            profiles: vec!["server".into()],
            not_after,
            by: "a test".into(),
            shown: Shown::Secret,
        };
        wait(self.office.record.commit(Batch::at(now(), [Event::TokenAdded(added)]))).unwrap();
    }

    fn plan_for(&self, requester: Requester, names: &[&str]) -> Plan {
        let profile = Profile::named("server").unwrap();
        let order = Order {
            request: verified(&request_with(&*fresh_key(KeyKind::P256), names)).unwrap(),
            issuer: self.office.issuer(&profile),
            profile,
            names: Vec::new(),
            days: Some(30),
            warrant: Warrant::ApprovedBy("a test".into()),
            requester,
            policy: Arc::clone(&self.policy),
        };
        Plan::draw(order, now())
    }

    fn hold(&self, plan: &Plan) -> Result<RequestHeld, HoldError> {
        wait(plan.hold(Wait::default(), &self.office.record, &self.office.random, &AwsLc))
    }

    fn held(&self, requester: Requester) -> RequestRecord {
        let held = self.hold(&self.plan_for(requester, &["db.vault.internal"])).unwrap();
        self.find(&held)
    }

    fn find(&self, held: &RequestHeld) -> RequestRecord {
        wait(self.office.record.requests(RequestQuery::One(held.id))).unwrap().pop().unwrap()
    }

    fn redraw(&self, record: RequestRecord, at: Time) -> Redrawn {
        let profile = Profile::named("server").unwrap();
        let by = (profile.clone(), self.office.issuer(&profile), Arc::clone(&self.policy));
        wait(record.redraw(by, at, &self.office.record, &AwsLc)).unwrap()
    }

    /// Has it approved as it waits.
    fn approve(&self, record: &RequestRecord, decider: &Decider, at: Time) -> Result<Approved, DecideError> {
        self.redraw(record.clone(), at).approve(record.plan(), decider, at)
    }

    fn issue(&self, approved: Approved) -> Result<Issued, IssueError> {
        let prepared = approved.prepare(&self.office.random, &AwsLc).unwrap();
        wait(prepared.issue(&self.office.record, &AwsLc))
    }

    fn audit(&self) -> Audit {
        wait(Audit::of(&self.office.record, &AwsLc, &mut |_, _| {})).unwrap()
    }

    /// The kinds of the entries of the last batch.
    fn last(&self) -> Vec<&'static str> {
        let links = wait(self.office.record.links(self.office.batches() - 1, 1)).unwrap();
        links[0].entries.iter().map(|der| Entry::decode(der).unwrap().event.kind()).collect()
    }
}

#[test]
fn what_a_rule_has_wait_is_not_issued_before_somebody_approves() {
    let desk = Desk::new();
    let plan = desk.plan_for(Requester::CommandLine, &["db.vault.internal", "nas.lan"]);
    assert!(plan.awaits_approval());
    let held = desk.hold(&plan).unwrap();
    assert_eq!(held.rules, ["vault"]);
    let refused = plan.approve().unwrap_err();
    let refusals: Vec<&PlanRefusal> = refused.refusals().collect();
    assert!(
        matches!(refusals.as_slice(), [PlanRefusal::AwaitsApproval { rules }] if rules == "vault"),
        "{refused}"
    );

    let later = now().plus(Duration::from_secs(3_600));
    let record = desk.find(&held);
    assert_eq!((record.at, record.state(later)), (now(), RequestState::Pending));
    let plan = record.plan();
    let redrawn = desk.redraw(record, later);
    assert!(redrawn.is_the_same() && redrawn.differences(&AwsLc).is_empty());
    let issued = desk.issue(redrawn.approve(plan, &decider("ann"), later).unwrap()).unwrap();
    assert_eq!(desk.last(), ["request-approved", "plan-approved", "certificate-issued"]);
    let record = desk.find(&held);
    assert_eq!(record.state(later), RequestState::Approved);
    let decided = record.decided.unwrap();
    assert_eq!((decided.by.as_str(), decided.reason.as_str()), ("approved by ann", "as agreed"));
    assert_eq!(decided.certificate.as_deref(), Some(issued.certificate()));
    let certificate = Certificate::parse(issued.certificate()).unwrap();
    assert!(certificate.tbs().validity().not_before.time > now(), "it begins when it is approved");
    assert!(desk.audit().is_clean(), "{:?}", desk.audit().findings);
}

#[test]
fn a_plan_that_waits_is_held_once_and_one_that_does_not_is_not() {
    let desk = Desk::new();
    let plan = desk.plan_for(Requester::CommandLine, &["db.vault.internal"]);
    let (one, other) = (desk.hold(&plan).unwrap(), desk.hold(&plan).unwrap());
    assert_eq!(one, other);
    assert_eq!(wait(desk.office.record.requests(RequestQuery::Undecided)).unwrap().len(), 1);
    for names in [&["nas.lan"][..], &["db.vault.internal", "db.internal"]] {
        let plan = desk.plan_for(Requester::CommandLine, names);
        assert!(matches!(desk.hold(&plan), Err(HoldError::NothingToApprove)), "{names:?}");
    }
}

#[test]
fn what_is_decided_is_decided_once() {
    let desk = Desk::new();
    let record = desk.held(program(1));
    let approve = || desk.approve(&record, &decider("ann"), now()).unwrap();
    let (one, other) = (approve(), approve());
    desk.issue(one).unwrap();
    let late = desk.issue(other).unwrap_err();
    assert!(matches!(late, IssueError::Record(RecordError::NotPending { .. })), "{late}");
    let denied = wait(record.deny(&decider("ann"), now(), &desk.office.record)).unwrap_err();
    assert!(matches!(denied, DecideError::Record(RecordError::NotPending { .. })), "{denied}");
    let record = desk.find(&record.held);
    let denied = wait(record.deny(&decider("ann"), now(), &desk.office.record)).unwrap_err();
    assert!(matches!(denied, DecideError::NotPending { state: "approved", .. }), "{denied}");

    let record = desk.held(program(1));
    wait(record.deny(&decider("ann"), now(), &desk.office.record)).unwrap();
    let record = desk.find(&record.held);
    assert_eq!(record.state(now()), RequestState::Denied);
    let refused = desk.approve(&record, &decider("ann"), now()).unwrap_err();
    assert!(matches!(refused, DecideError::NotPending { state: "denied", .. }), "{refused}");
    assert!(desk.audit().is_clean(), "{:?}", desk.audit().findings);
}

#[test]
fn nobody_approves_what_they_asked_for_or_without_a_reason() {
    let desk = Desk::new();
    let record = desk.held(program(1));
    let approve = |decider: &Decider| desk.approve(&record, decider, now()).map(drop);
    let own = Decider { program: Some(program(1)), ..decider("token") };
    assert!(matches!(approve(&own), Err(DecideError::OwnRequest { .. })));
    for reason in ["", " ", "one\ntwo", &"x".repeat(1_001)] {
        let refused = approve(&Decider { reason: reason.to_owned(), ..decider("ann") });
        assert!(matches!(refused, Err(DecideError::Reason { .. })), "{reason:?}");
    }
    approve(&Decider { program: Some(program(2)), ..decider("token") }).unwrap();
}

#[test]
fn a_request_that_waited_too_long_is_not_approved() {
    let desk = Desk::new();
    let record = desk.held(Requester::CommandLine);
    let (last, late) = (record.held.until, record.held.until.plus(Duration::from_secs(1)));
    assert_eq!(last, now().plus(Duration::from_secs(30 * 86_400)));
    assert_eq!((record.state(last), record.state(late)), (RequestState::Pending, RequestState::Expired));
    let refused = desk.approve(&record, &decider("ann"), late).unwrap_err();
    assert!(matches!(refused, DecideError::NotPending { state: "expired", .. }), "{refused}");
    // Nor by whoever was fast enough here, and not in the record.
    desk.issue(desk.approve(&record, &decider("ann"), last).unwrap()).unwrap();
}

#[test]
fn another_policy_has_the_request_wait_again_with_the_difference_told() {
    let mut desk = Desk::new();
    let record = desk.held(program(1));
    let renamed = rule("safe", Effect::AllowOnceApproved, ".vault.internal");
    desk.policy = Arc::new(Policy::from_config(PolicyConfig { rules: vec![renamed] }).unwrap());
    let redrawn = desk.redraw(record.clone(), now());
    assert!(!redrawn.is_the_same());
    let differences = redrawn.differences(&AwsLc);
    let [difference] = differences.as_slice() else { panic!("{differences:?}") };
    let (before, after) = (difference.before.clone().unwrap(), difference.after.clone().unwrap());
    assert!(
        before.policy.starts_with("rule vault ") && after.policy.starts_with("rule safe "),
        "{difference:?}"
    );
    let refused = desk.approve(&record, &decider("ann"), now()).unwrap_err();
    assert!(matches!(refused, DecideError::AnotherPlan { .. }), "{refused}");

    wait(redrawn.wait_again(now(), &desk.office.record, &AwsLc)).unwrap();
    let again = desk.find(&record.held);
    assert_eq!(
        (again.at, again.held.until, &again.held.rules[..]),
        (record.at, record.held.until, &["safe".to_owned()][..])
    );
    // Whoever looked at it before it waited again has not seen what would be issued.
    let refused =
        desk.redraw(again.clone(), now()).approve(record.plan(), &decider("ann"), now()).unwrap_err();
    let (named, waiting) = (record.plan(), again.plan());
    assert!(
        matches!(refused, DecideError::NotNamed { named: n, waiting: w, .. } if n == named && w == waiting),
        "{refused}"
    );
    desk.issue(desk.approve(&again, &decider("ann"), now()).unwrap()).unwrap();
    assert!(desk.audit().is_clean(), "{:?}", desk.audit().findings);
}

#[test]
fn what_is_refused_meanwhile_is_not_approved_and_does_not_wait_again() {
    let mut desk = Desk::new();
    let record = desk.held(program(1));
    let deny = rule("closed", Effect::Deny, ".vault.internal");
    let allow = rule("vault", Effect::AllowOnceApproved, ".vault.internal");
    desk.policy = Arc::new(Policy::from_config(PolicyConfig { rules: vec![deny, allow] }).unwrap());
    let before = desk.office.batches();
    let refused =
        wait(desk.redraw(record, now()).wait_again(now(), &desk.office.record, &AwsLc)).unwrap_err();
    assert!(matches!(refused, DecideError::Refused(_)), "{refused}");
    assert_eq!(desk.office.batches(), before);
}

#[test]
fn who_floods_is_stopped_and_nobody_else() {
    let desk = Desk::new();
    let template = desk.held(program(1)).held;
    let commit = |number: u8, requester: Requester, at: Time| {
        let mut id = [number; 16];
        id[0] = u8::try_from(requester.key().len()).unwrap();
        let id = authority::RequestId::from_octets(id);
        let held = RequestHeld { id, requester, plan: vec![number; 32], ..template.clone() };
        wait(authority::Record::commit(
            &desk.office.record,
            authority::Batch::new(vec![Entry { at, event: Event::RequestHeld(held) }]),
        ))
    };
    for number in 1..u8::try_from(PENDING_LIMIT).unwrap() {
        commit(number, program(1), now()).unwrap();
    }
    let refused = commit(200, program(1), now()).unwrap_err();
    assert!(matches!(refused, RecordError::TooManyRequests { waiting: PENDING_LIMIT }), "{refused}");
    commit(201, Requester::CommandLine, now()).unwrap();
    // Those that are stale wait no more.
    commit(202, program(1), template.until.plus(Duration::from_secs(1))).unwrap();
}

#[test]
fn what_was_approved_before_the_request_waited_again_is_not_issued() {
    let mut desk = Desk::new();
    let record = desk.held(program(1));
    let approved = desk.approve(&record, &decider("ann"), now()).unwrap();
    let renamed = rule("safe", Effect::AllowOnceApproved, ".vault.internal");
    desk.policy = Arc::new(Policy::from_config(PolicyConfig { rules: vec![renamed] }).unwrap());
    wait(desk.redraw(record.clone(), now()).wait_again(now(), &desk.office.record, &AwsLc)).unwrap();
    let refused = desk.issue(approved).unwrap_err();
    assert!(matches!(refused, IssueError::Record(RecordError::AnotherPlan { .. })), "{refused}");
    assert_eq!(desk.find(&record.held).state(now()), RequestState::Pending);
    assert!(desk.audit().is_clean(), "{:?}", desk.audit().findings);
}

#[test]
fn what_a_token_asked_for_that_lets_nobody_in_any_more_is_not_approved() {
    let desk = Desk::new();
    let last = now().plus(Duration::from_secs(60));
    desk.commit_token(3, Some(last));
    let late = last.plus(Duration::from_secs(1));
    let refusal = |record: &RequestRecord, at: Time| {
        let profile = Profile::named("server").unwrap();
        let by = (profile.clone(), desk.office.issuer(&profile), Arc::clone(&desk.policy));
        match wait(record.clone().redraw(by, at, &desk.office.record, &AwsLc)) {
            Err(DecideError::Barred { because, .. }) => because,
            other => panic!("{other:?}"),
        }
    };
    let (revoked, over, unknown) = (desk.held(program(1)), desk.held(program(3)), desk.held(program(9)));
    // Whoever was fast enough here is not in the record.
    let approved = [
        (desk.approve(&revoked, &decider("ann"), now()).unwrap(), "revoked at"),
        (desk.approve(&over, &decider("ann"), last).unwrap(), ""),
    ];
    wait(token::revoke(TokenId::from_octets([1; 8]), &decider("ann").by, now(), &desk.office.record))
        .unwrap();
    assert!(refusal(&revoked, now()).contains("revoked at"));
    assert!(refusal(&over, late).contains("good until"));
    assert!(refusal(&unknown, now()).contains("not on record"));
    for (approved, because) in approved {
        match desk.issue(approved) {
            Err(IssueError::Record(RecordError::RequesterBarred { because: told, .. })) => {
                assert!(!because.is_empty() && told.contains(because), "{told}");
            }
            // In its last second it was approved, and is recorded as of then.
            Ok(_) => assert!(because.is_empty()),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(desk.audit().is_clean(), "{:?}", desk.audit().findings);
}
