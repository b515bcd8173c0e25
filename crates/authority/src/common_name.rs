// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a leaf may be called in its common name, by which many programs know who calls: one definition, for the plan and
//! for the bytes that are to be signed.

use keys::SubjectName;
use x509::Rule;

use crate::rules;

/// RFC 5280 appendix A: ub-common-name, in characters.
pub(crate) const LONGEST: usize = 64;

/// The domain in which a name of one label more is a person's or a program's, who is called by that label.
const USERS: &str = ".users.internal";

/// Whether anybody has written down who may have which names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Nobody has: whoever approves the plan decides.
    Open,
    /// Somebody has: no name is had in the common name that the rules have not seen.
    InForce,
}

/// What is wrong with a common name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It is empty, longer than any may be, or holds a control character.
    Form,
    /// It looks like a DNS name, or an address, and is none of the names.
    Dotted,
    /// It is none of the names, nor what one of them is called for short.
    Unseen,
}

impl Flaw {
    /// The rule that it breaks.
    pub(crate) const fn rule(self) -> &'static Rule {
        match self {
            Self::Form => rules::COMMON_NAME_FORM,
            Self::Dotted => rules::COMMON_NAME_CLIENT,
            Self::Unseen => rules::COMMON_NAME_SEEN,
        }
    }
}

/// What is wrong with a common name beside these names; nothing where it may be issued.
///
/// - It has 1 to 64 characters, none of them a control character.
/// - With a dot in it, it is one of the names, whole: clients may take it for a DNS name.
/// - Where rules decide, it always is; or it is the one label in front of `users.internal` of one of the names, and no
///   other name has a short form: what stands before the @ of a mailbox is somebody else in another domain.
pub(crate) fn flaw(text: &str, names: &[SubjectName], rules: Rules) -> Option<Flaw> {
    let length = text.chars().count();
    if length == 0 || length > LONGEST || text.contains(char::is_control) {
        return Some(Flaw::Form);
    }
    if names.iter().any(|name| is_whole(text, name)) {
        return None;
    }
    if text.contains('.') {
        return Some(Flaw::Dotted);
    }
    let is_short = names.iter().any(|name| is_short(text, name));
    (rules == Rules::InForce && !is_short).then_some(Flaw::Unseen)
}

/// Whether it is the name itself. An address is no common name: some clients would hold it against the constraints of
/// DNS names.
fn is_whole(text: &str, name: &SubjectName) -> bool {
    match (name, text.rsplit_once('@')) {
        (SubjectName::Dns(name), _) => name.eq_ignore_ascii_case(text),
        (SubjectName::Email(mailbox), Some((local, domain))) => mailbox
            .rsplit_once('@')
            .is_some_and(|(own, own_domain)| own == local && own_domain.eq_ignore_ascii_case(domain)),
        (SubjectName::Email(_), None) | (SubjectName::Ip(_), _) => false,
    }
}

/// Whether the name is that of somebody who is called so for short.
fn is_short(text: &str, name: &SubjectName) -> bool {
    let SubjectName::Dns(name) = name else { return false };
    let user = name.strip_suffix(USERS).filter(|user| !user.contains(['.', '*']));
    user.is_some_and(|user| user.eq_ignore_ascii_case(text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> SubjectName {
        SubjectName::parse(text).unwrap()
    }

    #[test]
    fn a_common_name_is_a_name_or_the_label_of_a_user_and_without_rules_any_word() {
        let (open, decided) = (Rules::Open, Rules::InForce);
        let check = |text: &str, own: &str, rules: Rules, expect: Option<Flaw>| {
            assert_eq!(flaw(text, &[name(own)], rules), expect, "{text} {own} {rules:?}");
        };
        for rules in [open, decided] {
            check("db.internal", "db.internal", rules, None);
            check("DB.internal", "db.internal", rules, None);
            check("*.internal", "*.internal", rules, None);
            check("localhost", "localhost", rules, None);
            check("ann@corp.example", "ann@corp.example", rules, None);
            check("ann@CORP.example", "ann@corp.example", rules, None);
            check("ann", "ann.users.internal", rules, None);
            check("Ann", "ann.users.internal", rules, None);
            check("ANN@corp.example", "ann@corp.example", rules, Some(Flaw::Dotted));
            check("ann@corp.example.", "ann@corp.example", rules, Some(Flaw::Dotted));
            check("a.b", "a.b.users.internal", rules, Some(Flaw::Dotted));
            check("ann.users", "ann.users.internal", rules, Some(Flaw::Dotted));
            check("10.0.0.1", "10.0.0.1", rules, Some(Flaw::Dotted));
            check("b.internal", "a.internal", rules, Some(Flaw::Dotted));
            check("", "a.internal", rules, Some(Flaw::Form));
            check("a\nb", "a.internal", rules, Some(Flaw::Form));
            check(&"a".repeat(65), "a.internal", rules, Some(Flaw::Form));
        }
        for (text, own) in [
            ("admin", "admin@corp.example"),
            ("a", "a.b.users.internal"),
            ("a", "a.internal"),
            ("*", "*.users.internal"),
            ("admin", "ann.users.internal"),
            ("admin ", "admin.users.internal"),
            ("fd00::1", "fd00::1"),
            ("Ann Example", "ann@corp.example"),
        ] {
            check(text, own, open, None);
            check(text, own, decided, Some(Flaw::Unseen));
        }
        assert_eq!(flaw("admin", &[], decided), Some(Flaw::Unseen));
    }

    fn anything() -> impl Strategy<Value = String> {
        let label = prop::sample::select(vec!["a", "b", "*", "users", "internal", "", "A", "é"]);
        let joined = (prop::collection::vec(label, 1..5), prop::sample::select(vec![".", "@", ""]));
        prop_oneof![joined.prop_map(|(labels, with)| labels.join(with)), any::<String>()]
    }

    fn issued() -> impl Strategy<Value = SubjectName> {
        let front = prop::sample::select(vec!["a", "b", "a.b", "*", "*.a", "a@a", "b@users"]);
        let domain = prop::sample::select(vec!["users.internal", "internal", "a", "a.users.internal"]);
        (front, domain).prop_map(|(front, domain)| name(&format!("{front}.{domain}")))
    }

    proptest! {
        #[test]
        fn where_rules_decide_whoever_is_called_so_has_the_name_that_it_stands_for(
            text in anything(),
            names in prop::collection::vec(issued(), 0..4),
        ) {
            let accepted = flaw(&text, &names, Rules::InForce).is_none();
            let stands_for = |text: &str| SubjectName::parse(text).is_ok_and(|meant| names.contains(&meant));
            let is_one = stands_for(&text)
                || (!text.contains(['.', '@', '*']) && stands_for(&format!("{text}{USERS}")));
            prop_assert_eq!(accepted, is_one, "{:?} {:?}", text, names);
            // Whoever is accepted where rules decide is accepted where there are none.
            prop_assert!(!accepted || flaw(&text, &names, Rules::Open).is_none());
        }
    }
}
