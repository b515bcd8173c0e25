// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules that are broken most, each as one would say it aloud.

use super::bare;

/// What was found and what the rule wants, in a sentence about `whose` certificate; `None` where the
/// rule's own sentence has to do.
pub(super) fn told(rule: &str, whose: &str, seen: &str, wanted: &str) -> Option<String> {
    Some(match rule {
        "unknown-critical-extension" => format!(
            "{whose} has an extension that this client does not know, {}; it is marked critical, which asks \
             to refuse the certificate rather than to ignore the extension",
            seen.trim_start_matches("critical ")
        ),
        "subject-key-identifier-present" => {
            format!("{whose} does not say which key it is for: a CA’s must, in subjectKeyIdentifier")
        }
        "authority-key-identifier-present" => format!(
            "{whose} does not say which key signed it: one that is not self-signed must, in \
             authorityKeyIdentifier"
        ),
        "issuer-is-ca" => format!("{whose} is no CA’s, so it cannot have issued another"),
        "issuer-may-sign" => {
            format!("{whose} has a key for {seen}, not for signing certificates ({wanted})")
        }
        "path-length" => {
            let count = seen.split(' ').next().unwrap_or(seen);
            format!(
                "{whose} may stand above {wanted} intermediate certificates (pathLenConstraint), and stands above \
                 {count}"
            )
        }
        "max-path-length" => {
            format!("the path is longer than was asked for: with {whose} it has {seen}, {wanted} allowed")
        }
        "policy-acceptable" => format!(
            "the path is valid for no policy that is acceptable: {wanted} was needed, and the certificates from the \
             root down agree on {seen}"
        ),
        "purpose" => format!("{whose} is for {seen}, and {wanted} was asked for"),
        "purpose-of-issuer" => format!("{whose} may issue for {seen}, and {wanted} was asked for"),
        "alt-name-for-empty-subject" => format!(
            "{whose} has an empty subject, so that its alternative names alone say whose it is: they must be \
             critical, and are {}",
            if seen == "none" { "not there" } else { seen }
        ),
        "wildcard-scope" => format!("{whose} asks for too much: {seen} spans names of many owners"),
        "name-permitted" => {
            format!("{whose} has the name {}, which is not one of the {wanted}", bare(seen))
        }
        "name-not-excluded" => {
            let (name, excluded) = seen.split_once(" in ").unwrap_or((seen, seen));
            format!(
                "{whose} has the name {}, and an authority above it is barred from {}",
                bare(name),
                bare(excluded)
            )
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_that_is_said_aloud_is_one() {
        let said = |id: &str| told(id, "x", "y", "z").is_some();
        assert_eq!(verify::rules::ALL.iter().filter(|provision| said(provision.rule.id)).count(), 14);
    }
}
