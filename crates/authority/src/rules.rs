// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules by which a plan decides, one for each line it can have.

use x509::Rule;

macro_rules! rules {
    ($($(#[$doc:meta])* $constant:ident = $id:literal, $clause:literal, $sentence:literal;)*) => {
        $($(#[$doc])* pub const $constant: &Rule = &Rule { id: $id, clause: $clause, sentence: $sentence };)*
    };
}

rules! {
    /// The subject is the profile's to write.
    SUBJECT = "plan-subject", "profile", "the subject says what was checked and nothing else";
    /// The common name of a server.
    COMMON_NAME_SERVER = "plan-common-name-server", "RFC 9525 §2",
        "the common name repeats the first DNS name when it has at most 64 octets, and is never an address";
    /// The common name of a person or a program.
    COMMON_NAME_CLIENT = "plan-common-name-client", "RFC 5280 §4.2.1.6",
        "a common name with a dot is one of the names, whole";
    /// The common name where rules decide who may have which names.
    COMMON_NAME_SEEN = "plan-common-name-seen", "CA/B BR §7.1.4.3",
        "where rules decide, a common name is one of the names, or what stands before .users.internal in one";
    /// What a common name is made of.
    COMMON_NAME_FORM = "plan-common-name-form", "RFC 5280 appendix A.1",
        "a common name has 1 to 64 characters, none of them a control character";
    /// The name of an authority.
    AUTHORITY_NAME = "plan-authority-name", "RFC 5280 §4.1.2.6",
        "an authority has a name of its own";
    /// Names that were asked for.
    NAMES = "plan-names", "RFC 5280 §4.2.1.6", "the names are those asked for, each once, in lower case";
    /// Names that somebody added to those asked for.
    NAMES_ADDED = "plan-names-added", "RFC 5280 §4.2.1.6", "whoever approves may add names";
    /// The common name as a name.
    NAME_FROM_COMMON_NAME = "plan-name-from-common-name", "RFC 9525 §2",
        "clients look at the alternative names alone, so a common name that stands alone becomes one";
    /// The name of a person without one.
    NAME_OF_PERSON = "plan-name-of-person", "profile",
        "a person without an alternative name gets one under users.internal";
    /// A form of name that the profile does not issue.
    NAME_FORM = "plan-name-form", "profile", "only forms of names that the profile lists are issued";
    /// A name that cannot be one.
    NAME_SYNTAX = "plan-name-syntax", "RFC 5280 §4.2.1.6", "a name is well-formed";
    /// A name outside what the issuer may speak for.
    NAME_CONSTRAINTS = "plan-name-constraints", "RFC 5280 §4.2.1.10",
        "names lie within the constraints of every certificate above";
    /// No name at all.
    NAMES_REQUIRED = "plan-names-required", "RFC 9525 §6", "a certificate without a name proves nothing";
    /// Too many names.
    NAMES_LIMIT = "plan-names-limit", "profile", "a certificate has at most 100 names";
    /// Basic constraints.
    BASIC_CONSTRAINTS = "plan-basic-constraints", "RFC 5280 §4.2.1.9",
        "the profile alone says whether a certificate is an authority's, and how deep";
    /// Key usage.
    KEY_USAGE = "plan-key-usage", "RFC 5280 §4.2.1.3", "the profile and the kind of key set the key usage";
    /// Extended key usage.
    EXTENDED_KEY_USAGE = "plan-extended-key-usage", "RFC 5280 §4.2.1.12", "the profile sets the purposes";
    /// Constraints of an authority below.
    INHERITED_CONSTRAINTS = "plan-inherited-constraints", "RFC 5280 §4.2.1.10",
        "an authority below carries the constraints of the one above";
    /// Key identifiers.
    KEY_IDENTIFIERS = "plan-key-identifiers", "RFC 5280 §4.2.1.1, §4.2.1.2",
        "key identifiers are computed from the keys";
    /// Where clients find out more.
    PUBLISHED = "plan-published", "RFC 5280 §4.2.1.13, §4.2.2.1",
        "a certificate says where its issuer publishes, as it was settled for all of them";
    /// That nobody need ask about a responder.
    OCSP_NO_CHECK = "plan-ocsp-no-check", "RFC 6960 §4.2.2.2.1",
        "whoever answers for an issuer is trusted as long as its certificate is valid, which is not long";
    /// Extensions that are not granted.
    EXTENSION_NOT_GRANTED = "plan-extension-not-granted", "profile",
        "only extensions that the profile knows are issued";
    /// Attributes of a request.
    ATTRIBUTE_NOT_ISSUED = "plan-attribute-not-issued", "RFC 2986 §4.1",
        "attributes other than the extensions have no place in a certificate";
    /// The key.
    KEY = "plan-key", "RFC 2986 §3", "the requester has proven that it holds the private key";
    /// The key of the authority itself.
    KEY_OF_ISSUER = "plan-key-of-issuer", "RFC 5280 §4.2.1.1",
        "an authority's own key is never certified as somebody else's";
    /// A key that was compromised.
    KEY_COMPROMISED = "plan-key-compromised", "CA/B BR §6.1.1.3",
        "a key that somebody else may have is not certified again";
    /// The lifetime.
    LIFETIME = "plan-lifetime", "profile", "the lifetime is the profile's, or shorter where it is asked for";
    /// The lifetime's bound.
    LIFETIME_LIMIT = "plan-lifetime-limit", "profile", "no lifetime is longer than the profile allows";
    /// The first second.
    BACKDATING = "plan-backdating", "profile",
        "a certificate begins a little before it is signed, never before its issuer";
    /// The issuer's lifetime.
    LIFETIME_OF_ISSUER = "plan-lifetime-of-issuer", "RFC 5280 §6.1.3(a)(2)",
        "a certificate does not outlive its issuer";
    /// The issuer's depth.
    PATH_LENGTH = "plan-path-length", "RFC 5280 §4.2.1.9",
        "the certificates above leave room for what is issued";
    /// What the policy allows.
    POLICY_ALLOWS = "plan-policy-allows", "policy",
        "where rules allow anything, each name is allowed by one of them";
    /// What the policy allows once somebody approves.
    POLICY_APPROVAL = "plan-policy-approval", "policy",
        "where a rule asks for it, somebody else approves before anything is signed";
    /// What the policy denies.
    POLICY_DENIES = "plan-policy-denies", "policy", "a rule that denies wins over all that allow";
    /// The serial number.
    SERIAL = "plan-serial", "RFC 5280 §4.1.2.2", "serial numbers are drawn at random, 126 bits of them";
}
