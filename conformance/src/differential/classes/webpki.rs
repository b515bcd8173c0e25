// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where rustls-webpki asks for less than we do, and where for more.

use x509::{Oid, oid};

use super::when::{
    allows_many_issuers, always, begins_before_the_epoch, constrains_other_forms, has_critical,
    has_self_issued, has_unique_identifiers, has_wide_wildcard, is_about_smtp_utf8, is_anchor, is_in,
    is_named_otherwise, is_path, is_right_below_the_top, leaf_is_anchor, leaf_may_serve, may_do_anything,
};
use super::{ANY, Class, Facts, Who};
use crate::differential::peer::Peer;

const fn class(
    who: Who,
    name: &'static str,
    codes: &'static [&'static str],
    when: fn(&Facts<'_>) -> bool,
    clause: &'static str,
    reason: &'static str,
) -> Class {
    Class { name, peer: Peer::Webpki, who, codes, when, clause, reason }
}

pub(super) static CLASSES: &[Class] = &[
    class(
        Who::WeRefuse,
        "webpki: an anchor is a name, a key and constraints",
        ANY,
        is_anchor,
        "RFC 5280 §6.1.1(d)",
        "of a trusted certificate it reads nothing else; we judge an anchor that is a certificate as one",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads no keyUsage",
        &[
            "issuer-may-sign",
            "key-usage-not-empty",
            "cert-sign-needs-ca",
            "purpose-fits-key-usage",
            "path-length-place",
        ],
        always,
        "RFC 5280 §4.2.1.3, §6.1.4(n)",
        "it takes basicConstraints for enough",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads no key identifiers",
        &[
            "authority-key-identifier-present",
            "authority-key-identifier-pair",
            "authority-key-identifier-not-critical",
            "subject-key-identifier-present",
            "subject-key-identifier-not-critical",
        ],
        always,
        "RFC 5280 §4.2.1.1, §4.2.1.2",
        "issuers are found by name and signature",
    ),
    class(
        Who::WeRefuse,
        "webpki: processes no policies",
        &[
            "policy-valid",
            "policy-acceptable",
            "policy-once",
            "policy-mapping-of-any",
            "policy-constraints-critical",
            "inhibit-any-policy-critical",
        ],
        always,
        "RFC 5280 §6.1.3(d)–(f), §6.1.4(a)–(b)",
        "extensions about policies are left unread, and refused where critical",
    ),
    class(
        Who::WeRefuse,
        "webpki: leaves extensions unread that it has no use for",
        &["extension-well-formed"],
        |facts| is_in(facts, &UNREAD),
        "RFC 5280 §4.2",
        "what is not critical and not used may be anything",
    ),
    class(
        Who::WeRefuse,
        "webpki: criticality is only for what it does not know",
        &["basic-constraints-critical", "name-constraints-critical", "alt-name-for-empty-subject"],
        always,
        "RFC 5280 §4.2.1.6, §4.2.1.9, §4.2.1.10",
        "that an issuer must mark an extension as critical is for the issuer",
    ),
    class(
        Who::WeRefuse,
        "webpki: serial numbers of any form",
        &["serial-positive", "serial-length", "well-formed"],
        |facts| facts.cause.code != "well-formed" || is_in(facts, &["serialNumber"]),
        "RFC 5280 §4.1.2.2",
        "no decision rests on them",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads neither names nor the leaf's key",
        &["well-formed", "issuer-named", "subject-named"],
        |facts| {
            facts.cause.code != "well-formed"
                || is_in(
                    facts,
                    &[
                        "subject",
                        "issuer",
                        "subjectPublicKeyInfo",
                        "subjectPublicKey",
                        "algorithm",
                        "algorithm identifier",
                        "parameters",
                    ],
                )
        },
        "RFC 5280 §4.1.2.4, §4.1.2.6, §4.1.2.7",
        "names are octets to compare, and a key is read when it verifies",
    ),
    class(
        Who::WeRefuse,
        "webpki: a default may be written out",
        &["well-formed", "extension-well-formed"],
        |facts| is_in(facts, &["critical", "basicConstraints"]) && facts.cause.words.contains("DEFAULT"),
        "X.690 §11.5",
        "some issuers write it, and it means the same",
    ),
    class(
        Who::WeRefuse,
        "webpki: unknown extensions may stand twice",
        &["well-formed"],
        |facts| facts.cause.words.contains("appears twice"),
        "RFC 5280 §4.2",
        "only those it reads are counted",
    ),
    class(
        Who::WeRefuse,
        "webpki: an extension's identifier may be anything",
        &["well-formed"],
        |facts| is_in(facts, &["extnID"]),
        "RFC 5280 §4.2",
        "it is compared with those that are known",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads constraints only where they are met",
        &["name-constraints-in-ca", "name-constraints-syntax", "extension-well-formed"],
        |facts| facts.cause.code != "extension-well-formed" || is_in(facts, &CONSTRAINTS),
        "RFC 5280 §4.2.1.10",
        "those of a leaf constrain nobody, and a subtree of a form that no name has is passed over",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads alternative names until one fits",
        &["alt-name-syntax", "extension-well-formed"],
        |facts| facts.cause.code == "alt-name-syntax" || is_in(facts, &NAMES),
        "RFC 5280 §4.2.1.6",
        "a name that nobody asked for may be anything",
    ),
    class(
        Who::WeRefuse,
        "webpki: reads purposes until one fits",
        &["extension-well-formed"],
        |facts| is_in(facts, &["extKeyUsage"]),
        "RFC 5280 §4.2.1.12",
        "what stands after it may be anything",
    ),
    class(
        Who::WeRefuse,
        "webpki: either form of time in any year",
        &["validity-encoding"],
        always,
        "RFC 5280 §4.1.2.5",
        "how an issuer must write it is for the issuer",
    ),
    class(
        Who::WeRefuse,
        "webpki: constraints on mail pass over addresses in UTF-8",
        &["name-permitted", "name-not-excluded"],
        is_about_smtp_utf8,
        "RFC 9598 §6",
        "an otherName is of another form to it; the standard has constraints on mail apply to SmtpUTF8Mailbox",
    ),
    class(
        Who::PeerRefuses,
        "webpki: a trusted leaf must have an issuer",
        ANY,
        leaf_is_anchor,
        "RFC 5280 §6.1",
        "to us a certificate that someone chose to trust needs no other",
    ),
    class(
        Who::PeerRefuses,
        "webpki: knows fewer extensions",
        &["UnsupportedCriticalExtension"],
        |facts| has_critical(facts, &UNKNOWN),
        "RFC 5280 §4.2",
        "policies among them; we process them, critical or not",
    ),
    class(
        Who::PeerRefuses,
        "webpki: names are the same to the octet",
        &["UnknownIssuer"],
        is_named_otherwise,
        "RFC 5280 §7.1",
        "we compare names as the standard prepares them: case, spaces and types of string apart",
    ),
    class(
        Who::PeerRefuses,
        "webpki: counts self-issued certificates",
        &["PathLenConstraintViolated", "InvalidSignatureForPublicKey"],
        has_self_issued,
        "RFC 5280 §6.1.4(l)",
        "they do not count; of several ways that fail it tells of the last signature",
    ),
    class(
        Who::PeerRefuses,
        "webpki: no time before 1970",
        &["BadDerTime"],
        begins_before_the_epoch,
        "RFC 5280 §4.1.2.5",
        "UTCTime begins in 1950",
    ),
    class(
        Who::PeerRefuses,
        "webpki: a server's certificate is no CA's",
        &["CaUsedAsEndEntity"],
        always,
        "BR §7.1.2.7.8",
        "the standard does not forbid it; ruleset `webpki` does",
    ),
    class(
        Who::PeerRefuses,
        "webpki: no wildcard right below the top",
        &["CertNotValidForName"],
        is_right_below_the_top,
        "RFC 9525 §6.3",
        "the standard leaves that to others; ruleset `webpki` forbids it",
    ),
    class(
        Who::PeerRefuses,
        "webpki: constraints refuse a name that is no host's",
        &["MalformedDnsIdentifier"],
        |facts| is_path(facts) || has_wide_wildcard(facts),
        "RFC 5280 §4.2.1.10",
        "ruleset `path` compares it as it is, `rfc5280` refuses it by itself; `*.test` is a name to both",
    ),
    class(
        Who::PeerRefuses,
        "webpki: constraints on other forms refuse everything",
        &["NameConstraintViolation"],
        constrains_other_forms,
        "RFC 5280 §4.2.1.10",
        "it reads no directory names, mail addresses or URIs; we compare them",
    ),
    class(
        Who::PeerRefuses,
        "webpki: an issuer's purposes bind, and any is none",
        &["RequiredEkuNotFoundContext"],
        |facts| (is_path(facts) && leaf_may_serve(facts)) || may_do_anything(facts),
        "RFC 5280 §4.2.1.12",
        "ruleset `path` binds leaves alone; anyExtendedKeyUsage allows every purpose",
    ),
    class(
        Who::PeerRefuses,
        "webpki: knows no unique identifiers",
        &["TrailingData"],
        has_unique_identifiers,
        "RFC 5280 §4.1.2.8",
        "ruleset `path` reads past them, `rfc5280` refuses them",
    ),
    class(
        Who::PeerRefuses,
        "webpki: a path length is an octet",
        &["BadDer"],
        allows_many_issuers,
        "RFC 5280 §4.2.1.9",
        "it may be any number",
    ),
];

/// Extensions that we know and it does not.
const UNKNOWN: [Oid<'static>; 9] = [
    oid::CERTIFICATE_POLICIES,
    oid::POLICY_MAPPINGS,
    oid::POLICY_CONSTRAINTS,
    oid::INHIBIT_ANY_POLICY,
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_INFO_ACCESS,
    oid::ISSUER_ALT_NAME,
    oid::FRESHEST_CRL,
];

/// Fields of extensions that it does not read at all.
const UNREAD: [&str; 14] = [
    "freshestCRL",
    "certificatePolicies",
    "policyQualifiers",
    "policyMappings",
    "issuerDomainPolicy",
    "subjectDomainPolicy",
    "policyConstraints",
    "inhibitAnyPolicy",
    "authorityKeyIdentifier",
    "subjectKeyIdentifier",
    "keyUsage",
    "authorityInfoAccess",
    "cRLDistributionPoints",
    "issuerAltName",
];

/// Fields of nameConstraints.
const CONSTRAINTS: [&str; 4] =
    ["nameConstraints", "permittedSubtrees", "excludedSubtrees", "minimum or maximum"];

/// Fields of names, whatever extension they stand in.
const NAMES: [&str; 9] = [
    "subjectAltName",
    "GeneralName",
    "dNSName",
    "rfc822Name",
    "uniformResourceIdentifier",
    "iPAddress",
    "otherName",
    "directoryName",
    "registeredID",
];
