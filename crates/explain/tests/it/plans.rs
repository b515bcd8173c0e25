// SPDX-License-Identifier: MIT OR Apache-2.0
//! Plans, told: three columns, and the rule for each line.

use authority::PlanLine;
use authority::error::PlanRefusal;
use authority::rules;
use explain::{PlanFacts, PlanLineFacts};
use insta::assert_snapshot;
use x509::Rule;

use crate::support::{now, told};

fn line(
    field: &str,
    asked: Option<&str>,
    policy: &str,
    issued: Option<&str>,
    rule: &'static Rule,
) -> PlanLine {
    PlanLine {
        field: field.to_owned(),
        asked: asked.map(ToOwned::to_owned),
        policy: policy.to_owned(),
        issued: issued.map(ToOwned::to_owned),
        rule,
        refusal: None,
    }
}

fn lines() -> Vec<PlanLine> {
    vec![
        line(
            "subject",
            Some("CN=files.internal,O=Somebody"),
            "the common name alone",
            Some("CN=files.internal"),
            rules::SUBJECT,
        ),
        line("name", Some("files.internal"), "within the constraints", Some("files.internal"), rules::NAMES),
        line("basicConstraints", None, "not a CA", Some("CA:FALSE"), rules::BASIC_CONSTRAINTS),
        line(
            "1.2.3.4",
            Some("3 bytes"),
            "not an extension that profile server knows",
            None,
            rules::EXTENSION_NOT_GRANTED,
        ),
    ]
}

fn plan(lines: &[PlanLine]) -> PlanFacts {
    PlanFacts {
        profile: "server".to_owned(),
        issuer: "CN=Chancery Intermediate".to_owned(),
        names_are_true_because: "approved by operator".to_owned(),
        digest: "00".repeat(32),
        not_before: now(),
        not_after: now().plus(core::time::Duration::from_secs(47 * 86_400)),
        refused: lines.iter().any(|line| line.refusal.is_some()),
        awaits_approval: Vec::new(),
        lines: lines.iter().map(PlanLineFacts::of).collect(),
    }
}

#[test]
fn a_plan_says_what_was_asked_what_policy_says_and_what_will_be_issued() {
    assert_snapshot!(told(&plan(&lines()).text()));
}

#[test]
fn a_plan_is_json_with_the_same_lines() {
    let mut lines = lines();
    lines.truncate(1);
    assert_snapshot!(serde_json::to_string_pretty(&plan(&lines)).unwrap());
}

#[test]
fn a_refused_line_stands_out_and_says_why() {
    let mut lines = lines();
    let mut refused =
        line("name", Some("shop.example"), "localhost, internal", None, rules::NAME_CONSTRAINTS);
    refused.refusal = Some(PlanRefusal::AuthorityUnderLeaf { profile: "server".to_owned() });
    lines.push(refused);
    assert_snapshot!(told(&plan(&lines).text()));
}

#[test]
fn a_plan_that_waits_says_for_whom_and_is_not_said_to_be_fine() {
    let mut plan = plan(&lines());
    plan.awaits_approval = vec!["vault".to_owned()];
    let told = told(&plan.text());
    assert!(told.contains("somebody has to approve, as rule vault asks"), "{told}");
    assert!(!told.contains("nothing stands in the way"), "{told}");
}
