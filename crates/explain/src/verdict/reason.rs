// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why the answer is no, in a sentence for people.

mod broken;
mod status;

use verify::{Place, Reason, Rejection};
use x509::SignatureError;

use super::Case;
use crate::general_name::leading_common_name;
use crate::moment::relative;

/// What happened, with the values.
pub(super) fn told(rejection: &Rejection, case: &Case<'_>) -> String {
    let whose = whose(rejection);
    match rejection.reason() {
        Reason::NameMismatch { wanted, presented, count } => {
            let names = presented_names(presented, *count);
            if presented.is_empty() && case.chain.len() > 1 {
                format!(
                    "wrong name: {wanted} was asked for, and the first of the {} certificates has no alternative \
                     names at all",
                    case.chain.len()
                )
            } else if presented.is_empty() {
                format!(
                    "wrong name: {wanted} was asked for, and the certificate has no alternative names at all"
                )
            } else {
                format!("wrong name: {wanted} was asked for, and the certificate is for {names} alone")
            }
        }
        Reason::UnknownIssuer { issuer, unreadable: Some(unreadable), .. } => format!(
            "unknown issuer: {} was issued by {issuer}, which is not among those that can be read: {unreadable}",
            leading_common_name(rejection.subject())
        ),
        Reason::UnknownIssuer { issuer, self_issued, unreadable: None } => {
            let subject = leading_common_name(rejection.subject());
            let not_trusted = not_trusted(case.anchors.len());
            match (self_issued, rejection.place()) {
                (true, Place::Leaf) => {
                    format!("unknown issuer: {subject} signed itself, and {not_trusted}")
                }
                (true, _) => format!("unknown issuer: {subject} is a root, but {not_trusted}"),
                (false, Place::Leaf) => format!(
                    "unknown issuer: {subject} was issued by {issuer}, which was not sent (a missing intermediate) \
                     and {not_trusted}"
                ),
                (false, _) => format!(
                    "unknown issuer: {subject} was issued by {issuer}, which was not sent and {not_trusted}"
                ),
            }
        }
        Reason::Expired { at, not_after } => {
            let ago = relative(*not_after, *at);
            format!("{whose} expired {ago}: it was valid until {not_after}, and is judged as of {at}")
        }
        Reason::NotYetValid { at, not_before } => {
            let ahead = relative(*not_before, *at);
            format!("{whose} is not valid yet: it begins {ahead}, at {not_before}, and is judged as of {at}")
        }
        Reason::Malformed(error) if rejection.rule().id == "extension-well-formed" => {
            format!("{whose} has an extension that cannot be read: {error}")
        }
        Reason::Malformed(error) => format!("{whose} cannot be read: {error}"),
        Reason::Circular { issuer } => format!(
            "{whose} leads round in a circle and to no trusted root: it was issued by {}, which stands below it",
            leading_common_name(issuer)
        ),
        Reason::Signature { issuer, error } => unsigned(&whose, &leading_common_name(issuer), error),
        Reason::Revoked { since, reason, source } => status::revoked(&whose, *since, *reason, source),
        Reason::StatusUnknown { covered, faults, unrelated } => {
            status::unknown(&whose, *covered, faults, unrelated)
        }
        Reason::Spent(spent) => given_up(&spent.to_string(), rejection, case),
        Reason::Broken { seen, wanted } => {
            let aloud = broken::told(rejection.rule().id, &whose, seen, wanted);
            let sentence = rejection.rule().sentence;
            aloud.unwrap_or_else(|| format!("{whose}: {sentence}: found {seen}, expected {wanted}"))
        }
        _ => otherwise(rejection, &whose),
    }
}

/// Another key signed, or one that is good for nothing.
fn unsigned(whose: &str, issuer: &str, error: &SignatureError) -> String {
    match error {
        SignatureError::BadSignature | SignatureError::KeyMismatch { .. } => {
            format!("{whose} was not signed with the key of {issuer}: {error}")
        }
        _ => format!("the signature of {issuer} on {whose} proves nothing: {error}"),
    }
}

/// As the rejection says it, of `whose`.
fn otherwise(rejection: &Rejection, whose: &str) -> String {
    let said = rejection.to_string();
    let kind = match rejection.place() {
        Place::Leaf => "certificate".to_owned(),
        Place::Intermediate(_) => format!("intermediate certificate {}", rejection.subject()),
        Place::Anchor(_) => format!("trust anchor {}", rejection.subject()),
    };
    match said.strip_prefix(&kind) {
        Some(rest) => format!("{whose}{rest}"),
        None => said,
    }
}

/// Which certificate it is about.
fn whose(rejection: &Rejection) -> String {
    let name = leading_common_name(rejection.subject());
    match rejection.place() {
        Place::Leaf => "the certificate".to_owned(),
        Place::Intermediate(_) => format!("the intermediate certificate {name}"),
        Place::Anchor(_) => format!("the trusted certificate {name}"),
    }
}

/// The search came to no end; what stood in the way until then is perhaps what is to be mended.
fn given_up(spent: &str, rejection: &Rejection, case: &Case<'_>) -> String {
    let before = rejection.before().map(|before| format!("; until then, {}", told(before, case)));
    format!("the search for a path was given up after {spent}{}", before.unwrap_or_default())
}

fn not_trusted(anchors: usize) -> String {
    match anchors {
        0 => "this client trusts nobody at all".to_owned(),
        1 => "is not the one certificate that this client trusts".to_owned(),
        many => format!("is not among the {many} certificates that this client trusts"),
    }
}

fn presented_names(presented: &[String], count: usize) -> String {
    let bare: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
    match count.saturating_sub(bare.len()) {
        0 => bare.join(", "),
        more => format!("{} and {more} more", bare.join(", ")),
    }
}

/// A name without the prefix of its form, where everybody sees what it is.
pub(crate) fn bare(name: &str) -> &str {
    name.strip_prefix("dns:").or_else(|| name.strip_prefix("ip:")).unwrap_or(name)
}
