// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a mutant or a refusal must be for a class to be about it.

use verify::Ruleset;
use x509::ext::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage,
    KeyUsage, NameConstraints, SubjectAltName, SubjectKeyIdentifier,
};
use x509::{Certificate, GeneralName, Name, Oid, Time, Version, oid};

use super::Facts;
use crate::differential::mutant::Mutant;

pub(super) fn always(_: &Facts<'_>) -> bool {
    true
}

/// A trust anchor is what is no good.
pub(super) fn is_anchor(facts: &Facts<'_>) -> bool {
    facts.cause.is_anchor
}

/// Ruleset `path` was asked, which leaves the profile out.
pub(super) fn is_path(facts: &Facts<'_>) -> bool {
    facts.ruleset == Ruleset::Path
}

/// One of these fields is what cannot be read.
pub(super) fn is_in(facts: &Facts<'_>, fields: &[&str]) -> bool {
    fields.contains(&facts.cause.field.as_str())
}

fn everyone(mutant: &Mutant) -> Vec<Certificate<'_>> {
    let mut all = mutant.issuers();
    all.extend(Certificate::parse(mutant.leaf()));
    all
}

/// An issuer that is no anchor issued itself, or another of the same name.
pub(super) fn has_self_issued(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    let sent = mutant.sent.iter().skip(1).filter_map(|der| Certificate::parse(der).ok());
    sent.into_iter().any(|certificate| certificate.tbs().subject().matches(&certificate.tbs().issuer()))
}

/// The leaf itself is trusted.
pub(super) fn leaf_is_anchor(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    mutant.anchors.iter().any(|der| der == mutant.leaf())
}

/// More than one certificate may be somebody's issuer.
pub(super) fn has_a_choice(facts: &Facts<'_>) -> bool {
    facts.mutant.has_a_choice()
}

/// An issuer is named in other octets than it names itself.
pub(super) fn is_named_otherwise(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    let issuers = mutant.issuers();
    let otherwise =
        |issuer: Name<'_>, subject: Name<'_>| issuer.raw() != subject.raw() && issuer.matches(&subject);
    everyone(mutant)
        .iter()
        .any(|child| issuers.iter().any(|one| otherwise(child.tbs().issuer(), one.tbs().subject())))
}

/// An authorityKeyIdentifier names another key, or another certificate, than that of the issuer.
pub(super) fn names_another_key(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    let issuers = mutant.issuers();
    let is_other = |child: &Certificate<'_>, issuer: &Certificate<'_>| {
        let named = child.tbs().extensions().decode::<AuthorityKeyIdentifier<'_>>().ok().flatten();
        let own = issuer.tbs().extensions().decode::<SubjectKeyIdentifier<'_>>().ok().flatten();
        named.is_some_and(|named| {
            let key = named.value.key_identifier.zip(own).is_some_and(|(key, own)| key != own.value.0);
            key || named.value.authority_cert_serial.is_some()
        })
    };
    everyone(mutant).iter().any(|child| {
        issuers.iter().any(|one| child.tbs().issuer().matches(&one.tbs().subject()) && is_other(child, one))
    })
}

/// The question is asked at the last second of somebody's validity.
pub(super) fn is_the_last_second(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| certificate.tbs().validity().not_after.time == mutant.at)
}

/// An issuer constrains names of a form other than DNS names and addresses.
pub(super) fn constrains_other_forms(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    let is_other = |name: &GeneralName<'_>| !matches!(name, GeneralName::Dns(_) | GeneralName::Ip(_));
    mutant.issuers().iter().any(|issuer| {
        let constraints = issuer.tbs().extensions().decode::<NameConstraints<'_>>().ok().flatten();
        constraints.is_some_and(|constraints| {
            constraints
                .value
                .permitted
                .iter()
                .chain(constraints.value.excluded.iter())
                .any(|name| is_other(&name))
        })
    })
}

/// Someone allows more issuers below than an octet counts.
pub(super) fn allows_many_issuers(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| {
        let constraints = certificate.tbs().extensions().decode::<BasicConstraints>().ok().flatten();
        constraints.and_then(|constraints| constraints.value.path_length).is_some_and(|length| length > 0xff)
    })
}

/// Someone's validity begins before 1970.
pub(super) fn begins_before_the_epoch(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant)
        .iter()
        .any(|certificate| certificate.tbs().validity().not_before.time < Time::from_unix(0))
}

/// Someone carries unique identifiers.
pub(super) fn has_unique_identifiers(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| certificate.tbs().has_unique_identifiers())
}

/// The name asked for stands right below a top-level domain.
pub(super) fn is_right_below_the_top(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    mutant.host.matches('.').count() == 1
}

/// Someone may serve by `anyExtendedKeyUsage` alone.
pub(super) fn may_do_anything(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| {
        let usage = certificate.tbs().extensions().decode::<ExtendedKeyUsage<'_>>().ok().flatten();
        usage.is_some_and(|usage| {
            usage.value.has(oid::ANY_EXTENDED_KEY_USAGE) && !usage.value.has(oid::SERVER_AUTH)
        })
    })
}

/// Someone is named by a star right below a top-level domain.
pub(super) fn has_wide_wildcard(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    let is_wide = |name: &GeneralName<'_>| matches!(name, GeneralName::Dns(host) if host.strip_prefix("*.").is_some_and(|rest| !rest.contains('.')));
    everyone(mutant).iter().any(|certificate| {
        let names = certificate.tbs().extensions().decode::<SubjectAltName<'_>>().ok().flatten();
        names.is_some_and(|names| names.value.iter().any(|name| is_wide(&name)))
    })
}

/// An anchor limits policies, or the path beside them.
pub(super) fn anchor_limits_policies(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    const LIMITS: [Oid<'static>; 3] =
        [oid::POLICY_CONSTRAINTS, oid::INHIBIT_ANY_POLICY, oid::POLICY_MAPPINGS];
    let anchors = mutant.anchors.iter().filter_map(|der| Certificate::parse(der).ok());
    anchors
        .into_iter()
        .any(|anchor| anchor.tbs().extensions().iter().any(|extension| LIMITS.contains(&extension.oid)))
}

/// The leaf's version has no extensions.
pub(super) fn is_of_an_old_version(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    Certificate::parse(mutant.leaf()).is_ok_and(|leaf| leaf.tbs().version() != Version::V3)
}

/// Someone has a critical extension that we know, and others may not: one that nobody knows is refused by all.
pub(super) fn has_critical(&Facts { mutant, .. }: &Facts<'_>, kinds: &[Oid<'_>]) -> bool {
    everyone(mutant).iter().any(|certificate| {
        let mut extensions = certificate.tbs().extensions().iter();
        extensions.any(|extension| extension.critical && kinds.contains(&extension.oid))
    })
}

/// The leaf's purposes allow it to serve.
pub(super) fn leaf_may_serve(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    Certificate::parse(mutant.leaf()).is_ok_and(|leaf| {
        let usage = leaf.tbs().extensions().decode::<ExtendedKeyUsage<'_>>();
        usage.is_ok_and(|usage| {
            usage.is_none_or(|usage| {
                usage.value.has(oid::SERVER_AUTH) || usage.value.has(oid::ANY_EXTENDED_KEY_USAGE)
            })
        })
    })
}

/// Someone's keyUsage has no use, or a distribution point of someone's neither a name nor an issuer, or a name is no
/// text.
pub(super) fn has_what_openssl_cannot_take(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| {
        let extensions = certificate.tbs().extensions();
        let usage = extensions.decode::<KeyUsage>().ok().flatten();
        let points = extensions.decode::<CrlDistributionPoints<'_>>().ok().flatten();
        let names = extensions.decode::<SubjectAltName<'_>>().ok().flatten();
        usage.is_some_and(|usage| usage.value.is_empty())
            || points.is_some_and(|points| {
                points.value.iter().any(|point| point.name.is_none() && point.crl_issuer.is_none())
            })
            || names.is_some_and(|names| names.value.iter().any(|name| is_no_text(&name)))
    })
}

/// A directory name with a value of a type that is no string's: it shows as hexadecimal (RFC 4514 §2.4).
fn is_no_text(name: &GeneralName<'_>) -> bool {
    let GeneralName::Directory(name) = name else { return false };
    name.attributes().any(|attribute| attribute.text().to_string().starts_with('#'))
}

/// A mail address in UTF-8 is what constraints on mail refuse.
pub(super) fn is_about_smtp_utf8(facts: &Facts<'_>) -> bool {
    facts.cause.words.contains(&format!("other:{}", oid::SMTP_UTF8_MAILBOX))
}

/// Someone's policies have qualifiers.
pub(super) fn has_qualifiers(&Facts { mutant, .. }: &Facts<'_>) -> bool {
    everyone(mutant).iter().any(|certificate| {
        let policies = certificate.tbs().extensions().decode::<CertificatePolicies<'_>>().ok().flatten();
        policies.is_some_and(|policies| policies.value.iter().any(|policy| !policy.qualifiers.is_empty()))
    })
}
