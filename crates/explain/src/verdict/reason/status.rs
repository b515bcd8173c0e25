// SPDX-License-Identifier: MIT OR Apache-2.0
//! Revocation, in sentences for people.

use verify::StatusFault;
use x509::Time;
use x509::ext::{ReasonCode, ReasonFlags};

/// It was taken back.
pub(super) fn revoked(whose: &str, since: Time, reason: Option<ReasonCode>, source: &str) -> String {
    let why = match reason {
        None | Some(ReasonCode::Unspecified) => String::new(),
        Some(reason) => format!(" ({reason})"),
    };
    format!("{whose} was revoked at {since}{why}, as {source} says")
}

/// Nobody can tell whether it was; each fault in its own words.
pub(super) fn unknown(
    whose: &str,
    covered: ReasonFlags,
    faults: &[StatusFault],
    unrelated: &[String],
) -> String {
    let mut told = format!("whether {whose} was revoked cannot be told");
    if !covered.is_empty() {
        told.push_str(&format!(": what is given covers {covered} alone"));
    } else if faults.is_empty() {
        told.push_str(": no CRL or OCSP response given is about it");
        if !unrelated.is_empty() {
            told.push_str(&format!(", only about others: {}", unrelated.join(", ")));
        }
    }
    let mut separator = if covered.is_empty() { ": " } else { "; " };
    for fault in faults {
        told.push_str(separator);
        told.push_str(&why(fault));
        separator = "; ";
    }
    told
}

/// Why a list or a response tells nothing.
fn why(fault: &StatusFault) -> String {
    let StatusFault { source, rule, seen, wanted, .. } = fault;
    match rule.id {
        "crl-well-formed" | "ocsp-well-formed" => format!("{source} cannot be read: {seen}"),
        "crl-current" | "ocsp-current" => {
            let at = wanted.strip_prefix("current at ").unwrap_or(wanted);
            format!("{source} is of another time: it is good from {seen}, and is looked at as of {at}")
        }
        "crl-scope" => {
            format!("{source} is not about it: it covers {seen}, and the certificate asks for {wanted}")
        }
        "crl-issuer-known" => format!("no certificate of whoever signed {source} is at hand"),
        "crl-issuer-may-sign" => {
            format!("{source} is signed with a key that may not sign CRLs: its keyUsage is {seen}")
        }
        "crl-signature" | "ocsp-signature" => {
            let by = wanted.strip_prefix("signed by ").unwrap_or(wanted);
            format!("{source} was not signed with the key of {by}: {seen}")
        }
        "crl-issuer-trusted" => format!("whoever signed {source} is not trusted: {seen}"),
        "crl-next-update-present" => format!("{source} does not say when there will be another"),
        "ocsp-successful" => format!("{source} is an error and no answer: {seen}"),
        "ocsp-knows" => format!("the responder does not know the certificate, says {source}"),
        "ocsp-nonce" => {
            format!("{source} does not answer this request: its nonce is {seen}, and {wanted} was sent")
        }
        "ocsp-responder-known" => format!("no certificate of whoever signed {source} is at hand"),
        "ocsp-responder-authorized" => {
            format!(
                "{source} is by somebody who may not answer for the issuer: found {seen}, needed {wanted}"
            )
        }
        "ocsp-responder-trusted" => format!("the responder of {source} is not trusted: {seen}"),
        _ => format!("{source} is not used: {} (found {seen}, needed {wanted})", rule.sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_that_is_not_known_is_told_by_what_is_wrong() {
        let check = |covered, expect: &str| assert_eq!(unknown("the certificate", covered, &[], &[]), expect);
        check(
            ReasonFlags::NONE,
            "whether the certificate was revoked cannot be told: no CRL or OCSP response given is about it",
        );
        check(
            ReasonFlags::SUPERSEDED,
            "whether the certificate was revoked cannot be told: what is given covers superseded alone",
        );
        let since = Time::from_unix(1_795_341_600);
        assert_eq!(
            revoked("the certificate", since, Some(ReasonCode::KeyCompromise), "CRL 12 of CN=Root"),
            "the certificate was revoked at 2026-11-22T10:00:00Z (keyCompromise), as CRL 12 of CN=Root says"
        );
    }
}
