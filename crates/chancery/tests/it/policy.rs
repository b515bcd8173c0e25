// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery.toml` and `chancery policy`: who may have what, by whatever path it is asked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::support::home::Home;
use crate::support::office::{audited, founded, listed, request, sign};
use crate::support::running::Running;
use crate::support::{Outcome, run};

const LAN: &str = "[[allow]]\nid = \"lan\"\nwho = [\"cli\"]\nnames = [\".lan\"]\nmax_days = 60\n";

/// An authority under this policy.
fn under(policy: &str) -> Home {
    let home = founded(["--url", "none"]);
    home.write("data/chancery.toml", policy);
    home
}

fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy")
}

#[test]
fn the_policies_that_ship_do_as_their_examples_say_and_leave_no_cell_empty() {
    let home = Home::empty();
    let mut tried = 0;
    for entry in fs::read_dir(shipped()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.ends_with(".test.toml") {
            // Each of them has its examples.
            assert!(path.with_extension("test.toml").exists(), "{name}");
            run(&mut home.chancery(["policy", "check", path.to_str().unwrap()])).expect_code(0);
            continue;
        }
        let test = ["policy", "test", path.to_str().unwrap(), "--require-coverage", "--json"];
        let said = run(&mut home.chancery(test)).expect_code(0);
        let told: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(told["failed"], 0, "{name}");
        assert_eq!(told["coverage"]["uncovered"], Value::Array(Vec::new()), "{name}");
        tried += 1;
    }
    assert!(tried >= 3, "{tried}");
    assert!(!home.data_dir().exists(), "nothing is kept of it");
}

#[test]
fn an_example_that_comes_out_otherwise_fails_and_says_how() {
    let home = Home::empty();
    home.write("policy.toml", LAN);
    let test = |example: &str, code: i32| {
        home.write("test.toml", format!("policy = \"policy.toml\"\n[[example]]\nas = \"cli\"\n{example}"));
        run(&mut home.chancery(["policy", "test", "test.toml"])).expect_code(code)
    };
    test("names = [\"a.lan\"]\nexpect = \"issue\"\nrule = \"lan\"\n", 0);
    let said = test("names = [\"a.lan\"]\nexpect = \"refuse\"\n", 1);
    assert!(said.out.contains("it was to be refused, and is issued"), "{}", said.out);
    let said = test("names = [\"a.internal\"]\nexpect = \"issue\"\n", 1);
    assert!(said.out.contains("rule lan (policy.toml:1) comes nearest, and is for .lan"), "{}", said.out);
    let said = test("names = [\"a.lan\"]\nexpect = \"issue\"\nrule = \"other\"\n", 1);
    assert!(said.out.contains("the rule that decides was to be other, and is lan"), "{}", said.out);
    let said = test("names = [\"a.lan\"]\nexpect = \"issue\"\nissued_days = 46\n", 1);
    assert!(said.out.contains("days was to be 46, and is 47"), "{}", said.out);

    let said = test("names = [\"a..lan\"]\nexpect = \"issue\"\n", 2);
    assert!(said.err.starts_with("error: test.toml:4:10: "), "{}", said.err);
    let said = test("names = [\"a.lan\"]\nexpect = \"isue\"\n", 2);
    assert!(said.err.contains("test.toml:5:10: \"isue\" is nothing to expect"), "{}", said.err);
    let said = test("names = [\"a.lan\"]\nprofile = \"web\"\nexpect = \"issue\"\n", 2);
    assert!(said.err.contains("test.toml:2:1: no profile is called \"web\""), "{}", said.err);
    run(&mut home.chancery(["policy", "test", "nowhere.toml"])).expect_code(2);
}

#[test]
fn a_rule_that_no_example_tries_fails_where_coverage_is_required() {
    let home = Home::empty();
    home.write("policy.toml", format!("{LAN}\n[[deny]]\nid = \"stars\"\nwildcards = true\n"));
    home.write(
        "test.toml",
        "policy = \"policy.toml\"\n[[example]]\nas = \"cli\"\nnames = [\"a.lan\"]\nexpect = \"issue\"\n",
    );
    run(&mut home.chancery(["policy", "test", "test.toml"])).expect_code(0);
    let said = run(&mut home.chancery(["policy", "test", "test.toml", "--require-coverage"])).expect_code(1);
    for cell in ["stars by cli", "stars by up", "stars by api", "none by cli"] {
        assert!(said.err.contains(&format!("no example tries {cell}")), "{cell}: {}", said.err);
    }
    assert!(!said.err.contains("lan by up"), "it is about the command line alone: {}", said.err);
}

#[test]
fn what_no_rule_allows_is_not_signed_and_the_journal_knows_the_rule() {
    let home = under(LAN);
    sign(&home, request(&["nas.lan"]), &["--out", "nas.pem"]).expect_code(0);
    let refusals = || {
        let said = run(&mut home.chancery(["ca", "audit", "--json"])).expect_code(0);
        serde_json::from_str::<Value>(&said.out).unwrap()["refusals"].as_u64().unwrap()
    };
    let before = (audited(&home), refusals());
    let refused = sign(&home, request(&["db.internal"]), &["--out", "db.pem"]).expect_code(1);
    let expect = "error: no rule allows db.internal to the command line: rule lan (chancery.toml:1) comes nearest, and is \
                  for .lan\n";
    assert!(refused.err.contains(expect), "{}", refused.err);
    assert!(
        refused.err.contains("hint: ") && refused.err.contains("chancery policy explain"),
        "{}",
        refused.err
    );
    assert!(!home.path("db.pem").exists());
    assert_eq!(listed(&home).len(), 1);
    assert_eq!((audited(&home), refusals()), (before.0, before.1 + 1), "the refusal is in the journal");
    let long = sign(&home, request(&["nas.lan"]), &["--days", "61", "--dry-run"]).expect_code(1);
    assert!(long.err.contains("--days 60"), "{}", long.err);
}

#[test]
fn a_profile_of_the_file_issues_as_it_says() {
    let home = under(
        "[profile.web]\nextends = \"server\"\ndays = 10\nmax_days = 20\nnames = [\"dns\"]\nwebpki = true\n",
    );
    let said = sign(&home, request(&["a.internal"]), &["--profile", "web", "--json", "--out", "a.pem"]);
    let told: Value = serde_json::from_str(&said.expect_code(0).out).unwrap();
    assert_eq!(told["plan"]["profile"], "web");
    assert_eq!(listed(&home)[0]["profile"], "web");
    let refused = sign(&home, request(&["10.0.0.1"]), &["--profile", "web"]).expect_code(1);
    assert!(refused.err.contains("profile web issues no IP address"), "{}", refused.err);
    let refused = sign(&home, request(&["a.internal"]), &["--profile", "web", "--days", "21"]).expect_code(1);
    assert!(refused.err.contains("at most 20"), "{}", refused.err);
    let refused = sign(&home, request(&["*.internal"]), &["--profile", "web"]).expect_code(1);
    assert!(refused.err.contains("profile web keeps the rules of public servers"), "{}", refused.err);
    let refused = sign(&home, request(&["a.internal"]), &["--profile", "wab"]).expect_code(1);
    assert!(refused.err.contains("there are server, client, intermediate, web"), "{}", refused.err);
    // Where the profile does not keep them, it is remarked on.
    let remarked = sign(&home, request(&["*.internal"]), &["--out", "b.pem"]).expect_code(0);
    assert!(remarked.err.contains("note: a public server could not have it"), "{}", remarked.err);

    run(&mut home.chancery(["ca", "token", "new", "--label", "w", "--scope", "issue", "--profile", "web"]))
        .expect_code(0);
    let new = ["ca", "token", "new", "--label", "w", "--scope", "issue", "--profile", "intermediate"];
    let refused = run(&mut home.chancery(new)).expect_code(1);
    assert!(refused.err.contains("there are server, client, web"), "{}", refused.err);
}

#[test]
fn nobody_who_keeps_the_rules_of_public_servers_has_a_wildcard_below_a_public_suffix() {
    let home = founded(["--url", "none", "--permit", "co.uk"]);
    let policy = "[profile.web]\nextends = \"server\"\nwebpki = true\n";
    home.write("data/chancery.toml", policy);
    let refused = sign(&home, request(&["*.co.uk"]), &["--profile", "web"]).expect_code(1);
    assert!(refused.err.contains("public suffix"), "{}", refused.err);
    sign(&home, request(&["*.example.co.uk"]), &["--profile", "web", "--out", "a.pem"]).expect_code(0);
    home.write("policy.toml", policy);
    home.write(
        "test.toml",
        "policy = \"policy.toml\"\npermit = [\"co.uk\"]\n[[example]]\nas = \"cli\"\nprofile = \"web\"\n\
         names = [\"*.co.uk\"]\nexpect = \"refuse\"\nrule = \"webpki\"\n",
    );
    run(&mut home.chancery(["policy", "test", "test.toml"])).expect_code(0);
}

#[test]
fn a_file_that_cannot_be_read_stops_every_path() {
    let home = under("[[allow]]\nid = \"lan\"\nname = [\".lan\"]\n");
    fs::create_dir(home.path("site")).unwrap();
    home.write("request", request(&["nas.lan"]));
    for verb in [
        &["sign", "request", "--out", "a.pem"][..],
        &["up", "site", "--listen", "0"],
        &["ca", "serve", "--http", "0", "--api", "0"],
        &["policy", "check"],
        &["policy", "explain", "request"],
        &["ca", "token", "new", "--label", "a", "--scope", "issue"],
    ] {
        let refused = run(&mut home.chancery(verb)).expect_code(2);
        assert!(
            refused.err.contains("error: chancery.toml:3:1: [[allow]] has no key \"name\""),
            "{}",
            refused.err
        );
        assert!(refused.err.contains("hint: did you mean \"names\"?"), "{}", refused.err);
    }
    assert!(listed(&home).is_empty());
    let file = home.write("data/chancery.toml", LAN);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let refused = run(&mut home.chancery(["policy", "check"])).expect_code(2);
    assert!(
        refused.err.contains("everybody may write") && refused.err.contains("chmod go-w"),
        "{}",
        refused.err
    );
}

#[test]
fn servers_of_our_own_ask_the_policy_too() {
    let home = under(LAN);
    fs::create_dir(home.path("site")).unwrap();
    let up = ["up", "site", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"];
    let refused = run(&mut home.chancery(up)).expect_code(1);
    assert!(refused.err.contains("no rule allows localhost to a server of our own"), "{}", refused.err);
    assert!(refused.err.contains("who = [\"up\"]"), "{}", refused.err);
    let check = run(&mut home.chancery(["policy", "check"])).expect_code(0);
    assert!(check.err.contains("no rule allows servers of our own anything"), "{}", check.err);

    home.write("data/chancery.toml", "[[allow]]\nid = \"all\"\napproval = \"required\"\n");
    let refused = run(&mut home.chancery(up)).expect_code(1);
    assert!(refused.err.contains("it waits for somebody's approval, as rule all asks"), "{}", refused.err);
    assert!(refused.err.contains("a server cannot wait"), "{}", refused.err);

    home.write("data/chancery.toml", format!("{LAN}\n[[allow]]\nid = \"own\"\nwho = [\"up\"]\n"));
    let mut up = Running::start(&mut home.chancery(up));
    up.wait_for("the last line", |line| line.contains("Ctrl-C").then_some(()));
    up.signal("INT");
    assert_eq!(up.finish().0.code(), Some(0));
}

#[test]
fn an_explanation_says_what_each_rule_makes_of_a_request() {
    let home = under(&format!("{LAN}\n[[deny]]\nid = \"vault\"\nnames = [\"vault.lan\"]\n"));
    home.write("nas.csr", request(&["nas.lan"]));
    home.write("vault.csr", request(&["vault.lan"]));
    let explain = |words: &[&str], code: i32| {
        let words = ["policy", "explain"].iter().chain(words);
        run(&mut home.chancery(words)).expect_code(code).out
    };
    let told = explain(&["nas.csr"], 0);
    assert!(told.contains("✓ lan (chancery.toml:1) allows nas.lan"), "{told}");
    assert!(told.contains("· vault (chancery.toml:7) is about something else"), "{told}");
    let told = explain(&["vault.csr"], 1);
    assert!(told.contains("✓ vault (chancery.toml:7) denies vault.lan"), "{told}");
    let told = explain(&["nas.csr", "--as", "token:deploy"], 1);
    assert!(told.contains("· lan (chancery.toml:1) does not allow it: it is for cli"), "{told}");
    assert!(listed(&home).is_empty(), "nothing is signed");
}

#[test]
fn a_check_tells_what_cannot_work_and_what_will_hurt() {
    let home = Home::empty();
    let check = |policy: &str, code: i32| {
        home.write("policy.toml", policy);
        run(&mut home.chancery(["policy", "check", "policy.toml"])).expect_code(code)
    };
    let said = check("[profile.old]\nextends = \"server\"\ndays = 1000\n", 0);
    assert!(
        said.err.contains("profile old: Apple's systems refuse servers' certificates of more than 825 days"),
        "{}",
        said.err
    );
    let said = check("[profile.short]\nextends = \"server\"\ndays = 2\n", 0);
    assert!(said.err.contains("profile short: a client may keep the last CRL for 7 days"), "{}", said.err);
    let said = check("[profile.web]\nextends = \"server\"\nmax_days = 200\nwebpki = true\n", 0);
    assert!(said.err.contains("100 days from 2027-03-15") || said.err.contains("since"), "{}", said.err);
    let said = check("[profile.ever]\nextends = \"server\"\nmax_days = 4000\n", 2);
    assert!(
        said.err.contains("policy.toml:1:1: profile ever: no certificate lives 4000 days"),
        "{}",
        said.err
    );
    let said = check("[profile.ca]\nextends = \"intermediate\"\ndays = 4000\n", 1);
    assert!(
        said.out.contains("✗ profile ca: 4000 days at most are more than the root lives"),
        "{}",
        said.out
    );
}

const VAULT: &str = "[[allow]]\nid = \"vault\"\nnames = [\".vault.internal\"]\napproval = \"required\"\n";

/// Has a request wait, as this rule asks, and gives its identifier.
fn held(home: &Home, rule: &str) -> String {
    let said = sign(home, request(&["db.vault.internal"]), &["--out", "db.pem", "--force"]).expect_code(1);
    let id = said.err.lines().find_map(|line| line.strip_prefix("error: request ")).unwrap();
    let id = id.split(' ').next().unwrap().to_owned();
    assert!(said.err.contains(&format!("hint: chancery request show {id}")), "{}", said.err);
    assert!(said.out.contains(&format!("somebody has to approve, as rule {rule} asks")), "{}", said.out);
    id
}

/// The digest of the plan that it waits with.
fn plan_of(home: &Home, id: &str) -> String {
    let show = run(&mut home.chancery(["request", "show", id, "--json"])).expect_code(0);
    let told: Value = serde_json::from_str(&show.out).unwrap();
    told["plan"].as_str().unwrap().to_owned()
}

/// Approves what waits, or another plan.
fn approve(home: &Home, id: &str, plan: &str, more: &[&str], code: i32) -> Outcome {
    let words = ["request", "approve", id, "--plan", plan, "--reason", "as agreed"];
    run(&mut home.chancery(words.iter().chain(more))).expect_code(code)
}

#[test]
fn a_request_waits_until_somebody_approves() {
    let home = under(VAULT);
    let id = held(&home, "vault");
    assert!(listed(&home).is_empty() && !home.path("db.pem").exists());
    let list = run(&mut home.chancery(["request", "list"])).expect_code(0);
    assert!(
        list.out.contains(&id) && list.out.contains("db.vault.internal, the command line"),
        "{}",
        list.out
    );
    let show = run(&mut home.chancery(["request", "show", &id])).expect_code(0);
    assert!(show.out.contains("pending") && show.out.contains("as rule vault asks"), "{}", show.out);
    // Who would issue, and which key would be certified, is shown too.
    let document = run(&mut home.chancery(["request", "show", &id, "--json"])).expect_code(0).out;
    let document: Value = serde_json::from_str(&document).unwrap();
    for field in ["issuer", "key_sha256"] {
        let digest = document[field].as_str().unwrap();
        assert!(digest.len() == 64 && show.out.contains(digest), "{field}: {}", show.out);
    }
    let plan = plan_of(&home, &id);
    assert!(show.out.contains(&plan), "{}", show.out);
    let front: String = id.chars().take(8).collect();
    assert_eq!(plan_of(&home, &front.to_uppercase()), plan);
    run(&mut home.chancery(["request", "show", front.get(..7).unwrap()])).expect_code(1);
    run(&mut home.chancery(["request", "approve", &id, "--plan", &plan, "--reason", ""])).expect_code(1);
    let unnamed =
        run(&mut home.chancery(["request", "approve", &id, "--reason", "as agreed"])).expect_code(2);
    assert!(unnamed.err.contains(&format!("hint: chancery request show {id}")), "{}", unnamed.err);
    let other = approve(&home, &id, &"0".repeat(64), &[], 1);
    assert!(other.err.contains(&format!("waits with plan {plan}, and not with 0000")), "{}", other.err);
    approve(&home, &id, "0", &[], 2);
    assert!(listed(&home).is_empty());
    approve(&home, &id, &plan, &["--out", "db.pem"], 0);
    let root = home.data_dir().join("root.pem");
    let verify = ["verify", "db.pem", "--host", "db.vault.internal", "--roots", root.to_str().unwrap()];
    run(&mut home.chancery(verify)).expect_code(0);
    let again = approve(&home, &id, &plan, &[], 1);
    assert!(again.err.contains("does not wait: it is approved"), "{}", again.err);
    let list = run(&mut home.chancery(["request", "list", "--all", "--json"])).expect_code(0);
    let told: Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!((&told[0]["state"], &told[0]["reason"]), (&"approved".into(), &"as agreed".into()));
    assert_eq!(told[0]["serial"], listed(&home)[0]["serial"]);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}

#[test]
fn a_request_is_approved_for_the_issuer_that_was_asked() {
    let home = under(VAULT);
    let asked = "ca issuer list --json".split(' ');
    let list: Value = serde_json::from_str(&run(&mut home.chancery(asked)).expect_code(0).out).unwrap();
    let first = list[1]["id"].as_str().unwrap().to_owned();
    let id = held(&home, "vault");
    // Another one issues since.
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    approve(&home, &id, &plan_of(&home, &id), &["--out", "db.pem"], 0);
    let listed = run(&mut home.chancery(["cert", "list", "--issuer", &first, "--json"])).expect_code(0);
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
}

#[test]
fn a_request_whose_issuer_is_gone_waits_again_for_another_one() {
    let home = under(VAULT);
    let asked = "ca issuer list --json".split(' ');
    let list: Value = serde_json::from_str(&run(&mut home.chancery(asked)).expect_code(0).out).unwrap();
    let first = list[1]["id"].as_str().unwrap().to_owned();
    let id = held(&home, "vault");
    let plan = plan_of(&home, &id);
    run(&mut home.chancery(["ca", "issuer", "new"])).expect_code(0);
    run(&mut home.chancery(["ca", "issuer", "retire", &first])).expect_code(0);
    let changed = approve(&home, &id, &plan, &[], 1);
    assert!(changed.out.contains(&format!(", {first}")), "{}", changed.out);
    approve(&home, &id, &plan, &[], 1);
    assert!(listed(&home).is_empty(), "nobody has looked at who issues now");
    approve(&home, &id, &plan_of(&home, &id), &[], 0);
}

#[test]
fn a_request_is_denied_and_a_dry_run_does_not_wait() {
    let home = under(VAULT);
    let dry = sign(&home, request(&["db.vault.internal"]), &["--dry-run"]).expect_code(1);
    assert!(dry.err.contains("it waits for somebody's approval, as rule vault asks"), "{}", dry.err);
    let none = run(&mut home.chancery(["request", "list"])).expect_code(0);
    assert!(none.err.contains("nobody waits"), "{}", none.err);
    let id = held(&home, "vault");
    run(&mut home.chancery(["request", "deny", &id, "--reason", "not ours"])).expect_code(0);
    let refused = approve(&home, &id, &plan_of(&home, &id), &[], 1);
    assert!(refused.err.contains("it is denied"), "{}", refused.err);
    let unknown = run(&mut home.chancery(["request", "show", "x"])).expect_code(1);
    assert!(unknown.err.contains("chancery request list --all"), "{}", unknown.err);
    assert!(listed(&home).is_empty());
}

#[test]
fn a_request_under_another_policy_waits_again_and_the_difference_is_shown() {
    let home = under(VAULT);
    let id = held(&home, "vault");
    home.write("data/chancery.toml", VAULT.replace("\"vault\"", "\"safe\""));
    let plan = plan_of(&home, &id);
    let changed = approve(&home, &id, &plan, &[], 1);
    assert!(changed.out.contains("it waits again, with the plan of today"), "{}", changed.out);
    assert!(changed.out.contains("rule vault ") && changed.out.contains("rule safe "), "{}", changed.out);
    assert!(listed(&home).is_empty());
    let unseen = approve(&home, &id, &plan, &[], 1);
    assert!(unseen.err.contains(&format!("hint: chancery request show {id}")), "{}", unseen.err);
    assert!(listed(&home).is_empty());
    approve(&home, &id, &plan_of(&home, &id), &[], 0);
    // What the policy refuses by now is not approved.
    let id = held(&home, "safe");
    home.write("data/chancery.toml", LAN);
    let refused = approve(&home, &id, &plan_of(&home, &id), &[], 1);
    assert!(
        refused.err.contains("it would be refused now: no rule allows db.vault.internal"),
        "{}",
        refused.err
    );
    assert_eq!(listed(&home).len(), 1);
    run(&mut home.chancery(["ca", "audit"])).expect_code(0);
}
