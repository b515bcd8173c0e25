// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why the answer is no, in a sentence for people.

use verify::{Place, Reason, Rejection};

use super::Case;
use crate::general_name::leading_common_name;

/// What happened, with the values.
pub(super) fn told(rejection: &Rejection, case: &Case<'_>) -> String {
    match rejection.reason() {
        Reason::NameMismatch { wanted, presented, count } => {
            let names = presented_names(presented, *count);
            if presented.is_empty() {
                format!(
                    "wrong name: {wanted} was asked for, and the certificate has no alternative names at all"
                )
            } else {
                format!("wrong name: {wanted} was asked for, and the certificate is for {names} alone")
            }
        }
        Reason::UnknownIssuer { issuer, self_issued } => {
            let whose = leading_common_name(rejection.subject());
            let not_trusted = not_trusted(case.anchors.len());
            match (self_issued, rejection.place()) {
                (true, Place::Leaf) => {
                    format!("unknown issuer: {whose} signed itself, and {not_trusted}")
                }
                (true, _) => format!("unknown issuer: {whose} is a root, but {not_trusted}"),
                (false, Place::Leaf) if case.chain.len() <= 1 => format!(
                    "unknown issuer: {whose} was issued by {issuer}, which was not sent (a missing intermediate) \
                     and {not_trusted}"
                ),
                (false, _) => format!(
                    "unknown issuer: {whose} was issued by {issuer}, which was not sent and {not_trusted}"
                ),
            }
        }
        _ => rejection.to_string(),
    }
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
