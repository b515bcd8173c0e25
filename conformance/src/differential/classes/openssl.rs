// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where OpenSSL asks for less than we do, and where for more.

use x509::{Oid, oid};

use super::when::{
    always, anchor_limits_policies, has_a_choice, has_critical, has_qualifiers, has_what_openssl_cannot_take,
    is_anchor, is_in, is_named_otherwise, is_of_an_old_version, is_path, is_right_below_the_top,
    is_the_last_second, leaf_is_anchor, leaf_may_serve, may_do_anything, names_another_key,
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
    Class { name, peer: Peer::OpenSsl, who, codes, when, clause, reason }
}

pub(super) static CLASSES: &[Class] = &[
    class(
        Who::WeRefuse,
        "OpenSSL: reads BER",
        &["well-formed", "extension-well-formed"],
        |facts| BER.iter().any(|told| facts.cause.words.contains(told)),
        "RFC 5280 §4.1, X.690 §10, §11",
        "a certificate is DER; it decodes other encodings of the same value, primitive sequences among them",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: leaves extensions unread that it has no use for",
        &["extension-well-formed"],
        |facts| is_in(facts, &UNREAD),
        "RFC 5280 §4.2",
        "without revocation and policies asked for, their extensions may be anything",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: extensions that it does not read may stand twice",
        &["well-formed"],
        |facts| facts.cause.words.contains("the same extension appears twice"),
        "RFC 5280 §4.2",
        "only those it reads are counted",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: more liberal about alternative names",
        &["alt-name-syntax", "extension-well-formed"],
        |facts| facts.cause.code == "alt-name-syntax" || is_in(facts, &NAMES),
        "RFC 5280 §4.2.1.6",
        "a name that nobody asked for may be anything, and a star may stand within a label",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: looks at a common name where there is no DNS name",
        &["peer-name"],
        always,
        "RFC 9525 §6.2",
        "common names name nobody",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: does not ask where constraints stand, or how they are written",
        &[
            "name-constraints-in-ca",
            "name-constraints-critical",
            "name-constraints-syntax",
            "extension-well-formed",
        ],
        |facts| facts.cause.code != "extension-well-formed" || is_in(facts, &CONSTRAINTS),
        "RFC 5280 §4.2.1.10",
        "it applies them as it finds them",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: an anchor is trusted as it is",
        ANY,
        |facts| is_anchor(facts) || leaf_is_anchor(facts),
        "RFC 5280 §6.1.1(d)",
        "of some rules it lets off the anchor; we judge one that is a certificate as one",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: serial numbers of any form",
        &["serial-positive", "serial-length"],
        always,
        "RFC 5280 §4.1.2.2",
        "no decision rests on them",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: any version, and unique identifiers",
        &["version", "unique-identifiers", "well-formed"],
        |facts| facts.cause.code != "well-formed" || is_in(facts, &["version"]),
        "RFC 5280 §4.1.2.1, §4.1.2.8",
        "without -x509_strict it does not look at the version",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: ECDSA and Ed25519 with parameters",
        &["signature"],
        |facts| facts.cause.words.contains("parameters of signature algorithm"),
        "RFC 5758 §3.2, RFC 8410 §3",
        "they must be absent",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: does not ask how policies are written",
        &[
            "policy-once",
            "policy-mapping-of-any",
            "inhibit-any-policy-critical",
            "policy-constraints-critical",
        ],
        always,
        "RFC 5280 §4.2.1.4, §4.2.1.5, §4.2.1.11, §4.2.1.14",
        "how an issuer must write them is for the issuer",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: octets may follow an extension's value",
        &["extension-well-formed"],
        |facts| facts.cause.words.contains("trailing bytes"),
        "X.690 §8.1.1",
        "it reads one element and looks no further",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: a part of a name may be empty",
        &["well-formed"],
        |facts| is_in(facts, &["subject", "issuer"]) && facts.cause.words.contains("empty list"),
        "RFC 5280 §4.1.2.4",
        "a SET SIZE (1..MAX) has a member",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: either form of time in any year",
        &["validity-encoding"],
        always,
        "RFC 5280 §4.1.2.5",
        "how an issuer must write it is for the issuer",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: an anchor's limits on policies do not bind",
        &["policy-valid", "policy-acceptable"],
        anchor_limits_policies,
        "RFC 5280 §6.1.1, RFC 5937 §3",
        "we start from what an anchor that is a certificate says",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: a wildcard is excluded only by name",
        &["name-not-excluded"],
        |facts| facts.cause.words.contains("*."),
        "RFC 5280 §4.2.1.10",
        "a wildcard that may stand for an excluded name is refused by us",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: a mail address that is none is not excluded",
        &["name-not-excluded"],
        |facts| is_path(facts) && facts.cause.words.contains("email:"),
        "RFC 5280 §4.2.1.10",
        "what cannot be compared with an excluded subtree is refused by us",
    ),
    class(
        Who::WeRefuse,
        "OpenSSL: asks for key identifiers in version 3 alone",
        &["authority-key-identifier-present"],
        is_of_an_old_version,
        "RFC 5280 §4.2.1.1",
        "older versions have no extensions",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: no wildcard right below the top",
        &["62"],
        is_right_below_the_top,
        "RFC 9525 §6.3",
        "the standard leaves that to others; ruleset `webpki` forbids it",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: what it cannot read or take has no issuer",
        &["20"],
        has_what_openssl_cannot_take,
        "RFC 5280 §4.2.1.3, §4.2.1.13",
        "a keyUsage without a use, a point without a name, a name that is no text: it tells of a missing issuer",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: looks for an issuer by its key's identifier alone",
        &["18", "19", "20", "21"],
        names_another_key,
        "RFC 5280 §4.2.1.1",
        "identifiers help to find an issuer; a signature that its key verifies is its own",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: names are the same but for case and spaces",
        &["20"],
        is_named_otherwise,
        "RFC 5280 §7.1, RFC 4518 §2.2",
        "control characters and the like vanish before names are compared",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: takes one way up and never turns back",
        &["7", "18", "19", "20", "21"],
        has_a_choice,
        "RFC 4158 §2.4.2",
        "where more than one certificate may be the issuer, we try each",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: the last second is over",
        &["10"],
        is_the_last_second,
        "RFC 5280 §4.1.2.5",
        "the period includes notAfter",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: goes on beyond a leaf that is trusted",
        ANY,
        leaf_is_anchor,
        "RFC 5280 §6.1",
        "to us a certificate that someone chose to trust needs no other",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: knows fewer extensions",
        &["34"],
        |facts| has_critical(facts, &UNKNOWN),
        "RFC 5280 §4.2",
        "it refuses critical key identifiers, access and issuerAltName; we know them, the profile forbids most",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: an issuer's purposes and a leaf's keyUsage bind, and any is none",
        &["26"],
        |facts| (is_path(facts) && leaf_may_serve(facts)) || may_do_anything(facts),
        "RFC 5280 §4.2.1.3, §4.2.1.12",
        "ruleset `path` leaves that to the profile; anyExtendedKeyUsage allows every purpose",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: reads the leaf's key",
        &["1", "6"],
        always,
        "RFC 5280 §4.1.2.7",
        "it verifies nothing in a path; the handshake finds out",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: reads every file before it begins",
        &["unreadable"],
        always,
        "RFC 5280 §6.1",
        "what cannot be read may not be needed; values of names may be of any type",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL -x509_strict: a CA must have keyUsage",
        &["81", "92"],
        always,
        "RFC 5280 §4.2.1.3",
        "we remark on it: public roots are without, and a path length binds them all the same",
    ),
    class(
        Who::PeerRefuses,
        "OpenSSL: policies twice, or qualifiers that are none, are malformed",
        &["42"],
        |facts| is_path(facts) || has_qualifiers(facts),
        "RFC 5280 §4.2.1.4",
        "ruleset `path` takes the one for once; what a qualifier says is for people, and not read",
    ),
];

/// Extensions that we know and it does not.
const UNKNOWN: [Oid<'static>; 5] = [
    oid::AUTHORITY_KEY_IDENTIFIER,
    oid::SUBJECT_KEY_IDENTIFIER,
    oid::AUTHORITY_INFO_ACCESS,
    oid::ISSUER_ALT_NAME,
    oid::FRESHEST_CRL,
];

/// Fields of extensions, and of the names in them.
const UNREAD: [&str; 9] = [
    "freshestCRL",
    "policyConstraints",
    "inhibitAnyPolicy",
    "authorityInfoAccess",
    "certificatePolicies",
    "policyQualifiers",
    "policyMappings",
    "cRLDistributionPoints",
    "issuerAltName",
];

/// Fields of nameConstraints.
const CONSTRAINTS: [&str; 4] =
    ["nameConstraints", "permittedSubtrees", "excludedSubtrees", "minimum or maximum"];

/// Fields of names, whatever extension they stand in.
const NAMES: [&str; 8] = [
    "subjectAltName",
    "GeneralName",
    "dNSName",
    "rfc822Name",
    "uniformResourceIdentifier",
    "iPAddress",
    "otherName",
    "registeredID",
];

/// How we tell of what is BER and not DER.
const BER: [&str; 11] = [
    "found tag 0x10",
    "found tag 0x11",
    "BIT STRING does not end at a whole octet",
    "length not in its shortest form",
    "indefinite length",
    "BOOLEAN is",
    "a DEFAULT value is encoded",
    "INTEGER not in its shortest form",
    "not in order",
    "a wrong count of unused bits",
    "trailing zero bits",
];
