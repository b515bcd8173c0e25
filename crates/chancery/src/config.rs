// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery.toml` in the data directory: the profiles beside those that ship, and the policy. Where there is none,
//! the profiles that ship are there, and whatever they permit is allowed.

pub(crate) mod document;
mod nearest;
mod profiles;
mod rules;
mod watched;

pub(crate) use watched::{Said, Watched};

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use authority::profile::Role;
use authority::{Policy, Profile, Profiles, Wait};

use crate::data_dir::DataDir;
use crate::failure::{Failure, shell};
use crate::input;
use document::{Document, Problem, Section};

/// The most octets that the file may have.
const LIMIT: u64 = 1 << 20;

/// What the file says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// The profiles that there are.
    pub(crate) profiles: Profiles,
    /// Who may have what.
    pub(crate) policy: Arc<Policy>,
    /// For how long requests wait for an approval.
    pub(crate) wait: Wait,
}

impl Config {
    /// Reads a file, which has to be there.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        require_own(path)?;
        let text = text(path)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        Self::parse(&name, &text).map_err(|problem| problem.failure(path, "check"))
    }

    /// Reads what a file says that is called so.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        let document = Document::parse(name, text)?;
        let root = document.root();
        root.require_known(&["profile", "allow", "deny", "requests"])?;
        let profiles = profiles::read(&root)?;
        let policy = Arc::new(rules::read(&root, &profiles, name)?);
        Ok(Self { profiles, policy, wait: wait(&root)? })
    }

    /// The profiles that programs can have certificates issued by: those for leaves.
    pub(crate) fn leaves(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter().filter(|profile| profile.role() == Role::Leaf)
    }

    /// The profile of this name.
    pub(crate) fn profile(&self, name: &str) -> Result<Profile, Failure> {
        self.profiles.named(name).cloned().map_err(|error| {
            Failure::refused(error.to_string())
                .hint("they are those that ship, and those of chancery.toml: chancery policy check")
        })
    }
}

impl DataDir {
    /// Where the file stands.
    pub(crate) fn config_file(&self) -> std::path::PathBuf {
        self.path().join("chancery.toml")
    }

    /// What the file of this directory says; what ships where there is none.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let path = self.config_file();
        match path.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            _ => Config::read(&path),
        }
    }
}

/// `[requests]`: for how long they wait.
fn wait(root: &Section<'_>) -> Result<Wait, Problem> {
    let Some(section) = root.section("requests")? else { return Ok(Wait::default()) };
    section.require_known(&["stale_days"])?;
    match section.number("stale_days")? {
        None => Ok(Wait::default()),
        Some(0) => Err(section.problem_with("stale_days", "a request that waits 0 days is never approved")),
        Some(days) => Ok(Wait { days }),
    }
}

/// The text of a file.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let octets = input::read(path, LIMIT)?;
    String::from_utf8(octets).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::could_not(format!("{} is not UTF-8: octet {at} is none of it", path.display()))
            .hint(format!("look at it: file {}", shell(path)))
    })
}

/// Who may write the file decides who may have certificates.
fn require_own(path: &Path) -> Result<(), Failure> {
    match path.metadata() {
        Ok(found) if found.permissions().mode() & 0o002 != 0 => Err(Failure::could_not(format!(
            "everybody may write {}, and so decide who may have what",
            path.display()
        ))
        .hint(format!("chmod go-w {}", shell(path)))),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};

    use super::*;

    const WHOLE: &str = r#"
[profile.web]
extends = "server"
days = 30
max_days = 90
names = ["dns"]
key_usages = ["digitalSignature"]
purposes = ["serverAuth"]
webpki = true

[[allow]]
id = "web"
who = ["cli", "up", "token:deploy"]
profiles = ["web", "server"]
names = [".lan", "nas.internal", "10.0.0.0/8"]
wildcards = true
keys = ["p256", "rsa>=3072"]
max_days = 60
max_names = 10

[requests]
stale_days = 7

[[deny]]
id = "long"
over_days = 90
over_names = 20
"#;

    fn problem(text: &str) -> Problem {
        Config::parse("chancery.toml", text).unwrap_err()
    }

    #[test]
    fn a_file_is_read_whole() {
        let config = Config::parse("chancery.toml", WHOLE).unwrap();
        let web = config.profiles.named("web").unwrap();
        assert_eq!((web.default_days(), web.maximum_days()), (30, 90));
        let rules: Vec<(&str, &str)> =
            config.policy.rules().map(|rule| (rule.id.as_str(), rule.origin.as_str())).collect();
        assert_eq!(rules, [("long", "chancery.toml:24"), ("web", "chancery.toml:11")]);
        assert!(Config::parse("chancery.toml", "").unwrap().policy.rules().next().is_none());
    }

    /// Refused at this place (line, column), in these words, with what was meant.
    fn check(text: &str, place: (usize, usize), message: &str, hint: Option<&str>) {
        let found = problem(text);
        assert_eq!(((found.line, found.column), found.message.as_str()), (place, message), "{text}");
        assert_eq!(found.hint.as_deref().map(|hint| hint.split("? ").next().unwrap()), hint, "{text}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_was_meant() {
        check("alow = 1\n", (1, 1), "the file has no key \"alow\"", Some("did you mean \"allow\""));
        let rule = |rest: &str| format!("[[allow]]\nid = \"a\"\n{rest}\n");
        check(
            &rule("name = [\".lan\"]"),
            (3, 1),
            "[[allow]] has no key \"name\"",
            Some("did you mean \"names\""),
        );
        check(&rule("names = \".lan\""), (3, 9), "names is a list of texts, not a text", None);
        check(&rule("names = [\".lan\", 1]"), (3, 18), "names is a list of texts, not of others", None);
        check(&rule("max_days = -1"), (3, 12), "max_days = -1 is no number of 0 to 1000000", None);
        check(&rule("max_days = 0"), (1, 1), "rule a: max_days = 0 allows nothing", None);
        check(
            &rule("who = [\"cli\", \"acme\"]"),
            (3, 15),
            "\"acme\" is nobody who asks: there are cli, up, api, and token:LABEL",
            None,
        );
        check(
            &rule("profiles = [\"sever\"]"),
            (3, 13),
            "no profile is called \"sever\": there are server, client, intermediate",
            Some("did you mean \"server\"?"),
        );
        check(
            &rule("purposes = [\"codeSigning\"]"),
            (3, 13),
            "\"codeSigning\" is no purpose of what an intermediate issues: there are serverAuth, clientAuth",
            None,
        );
        check(
            &rule("approval = \"yes\""),
            (3, 12),
            "approval = \"yes\" is nothing that can be asked: it may be \"required\"",
            None,
        );
        check(
            &rule("approval = \"required\"\nwho = [\"up\"]"),
            (4, 7),
            "servers of our own cannot wait for an approval: leave \"up\" out",
            None,
        );
        check("[requests]\nstale_days = 0\n", (2, 14), "a request that waits 0 days is never approved", None);
        check("[[allow]]\n", (1, 1), "[[allow]] needs the key \"id\"", None);
        check("[allow]\nid = \"a\"\n", (1, 1), "allow is written as [[allow]], once for each", None);
        check(
            "[[deny]]\nid = \"a\"\n",
            (1, 1),
            "rule a has no condition, and denies everything to everybody",
            None,
        );
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_told_with_its_place() {
        let profile = |rest: &str| format!("[profile.web]\nextends = \"server\"\n{rest}\n");
        check(&profile("days = 0"), (1, 1), "profile web: a lifetime of 0 days", None);
        check(
            &profile("key_usages = [\"keyCertSign\"]"),
            (1, 1),
            "profile web: keyCertSign and cRLSign belong to authorities, and every authority has them",
            None,
        );
        check(
            &profile("key_usages = [\"keyEncipherment\"]"),
            (1, 1),
            "profile web: a key needs a usage, whatever its kind",
            None,
        );
        check("[profile.server]\nextends = \"server\"\n", (1, 1), "there is a profile server already", None);
        check(
            "[profile.ca]\nextends = \"intermediate\"\nnames = [\"dns\"]\n",
            (3, 9),
            "names is not to be chosen for an authority",
            None,
        );
        check(
            &profile("days = 2000"),
            (1, 1),
            "profile web: no certificate lives 2000 days, since an intermediate lives 1826",
            None,
        );
        assert_eq!(problem("[[allow]\n").line, 1);
        assert_eq!(problem("a = \"\n").shown, "a = \"");
    }

    #[test]
    fn what_the_document_shows_is_read() {
        let document = include_str!("../../../docs/policy.md");
        let blocks = document.split("```toml\n").skip(1).filter_map(|block| block.split("```").next());
        let policies: Vec<&str> = blocks.filter(|block| !block.contains("[[example]]")).collect();
        assert!(policies.len() >= 2);
        for block in policies {
            Config::parse("policy.md", block).unwrap();
        }
    }

    #[test]
    fn whatever_is_nested_is_refused_without_end() {
        for text in ["[".repeat(100_000), "a=".repeat(10_000), format!("a = {}1", "[".repeat(100_000))] {
            assert!(Config::parse("chancery.toml", &text).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn noise_is_read_or_refused_in_a_place_that_is_there(
            at in any::<proptest::sample::Index>(), cut in 0_usize..12, noise in "[\\[\\]a-z0-9=\".#\\n é]{0,6}"
        ) {
            let mut letters: Vec<char> = WHOLE.chars().collect();
            let place = at.index(letters.len());
            letters.splice(place..(place + cut).min(letters.len()), noise.chars());
            let text: String = letters.into_iter().collect();
            if let Err(problem) = Config::parse("chancery.toml", &text) {
                prop_assert!(problem.line <= text.matches('\n').count() + 1);
                prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'));
            }
        }

        #[test]
        fn anything_is_read_or_refused(text in "\\PC{0,200}") {
            let _ = Config::parse("chancery.toml", &text);
        }
    }
}
