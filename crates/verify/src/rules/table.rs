// SPDX-License-Identifier: MIT OR Apache-2.0
//! The table of rules.

use x509::Rule;

use super::Provision;
use super::Severity::{Off, Refuse, Warn};

macro_rules! provisions {
    ($([$group:literal] $($(#[$note:meta])* $constant:ident $id:literal, $clause:literal, $path:ident $rfc5280:ident $webpki:ident: $sentence:literal;)*)*) => {
        $($(
            #[doc = concat!("`", $id, "`: ", $sentence, " [", $clause, "].")]
            $(#[$note])*
            pub static $constant: Provision = Provision {
                rule: Rule { id: $id, clause: $clause, sentence: $sentence },
                group: $group,
                path: $path,
                rfc5280: $rfc5280,
                webpki: $webpki,
            };
        )*)*
        /// Every rule, in the order in which a certificate meets them.
        pub static ALL: &[&Provision] = &[$($(&$constant,)*)*];
    };
}

provisions! {
    ["The form of a certificate"] //                                         path   rfc5280 webpki
    WELL_FORMED "well-formed", "RFC 5280 §4.1",                              Refuse Refuse Refuse:
        "a certificate must be strict DER of the form that X.509 gives it";
    VERSION "version", "RFC 5280 §4.1.2.1",                                  Refuse Refuse Refuse:
        "a certificate with extensions must be version 3";
    VERSION_3 "version-3", "BR §7.1.1",                                      Off Off Refuse:
        "a certificate must be version 3";
    UNIQUE_IDENTIFIERS "unique-identifiers", "RFC 5280 §4.1.2.8",            Off Refuse Refuse:
        "a certificate must not carry unique identifiers";
    SERIAL_POSITIVE "serial-positive", "RFC 5280 §4.1.2.2",                  Off Refuse Refuse:
        "a serial number must be positive";
    SERIAL_LENGTH "serial-length", "RFC 5280 §4.1.2.2",                      Off Refuse Refuse:
        "a serial number must have at most 20 octets";
    SIGNATURE_ALGORITHMS_AGREE "signature-algorithms-agree", "RFC 5280 §4.1.1.2", Refuse Refuse Refuse:
        "the signature algorithm inside what is signed must be the one beside the signature";
    ISSUER_NAMED "issuer-named", "RFC 5280 §4.1.2.4",                        Off Refuse Refuse:
        "the issuer's name must not be empty";
    SUBJECT_NAMED "subject-named", "RFC 5280 §4.1.2.6",                      Off Refuse Refuse:
        "a CA's subject must not be empty";
    VALIDITY_ENCODING "validity-encoding", "RFC 5280 §4.1.2.5",              Off Refuse Refuse:
        "validity must be written as UTCTime through 2049 and as GeneralizedTime from 2050 on";

    ["Time"]
    NOT_YET_VALID "not-before", "RFC 5280 §6.1.3(a)(2)",                     Refuse Refuse Refuse:
        "a certificate must not be used before its validity begins";
    EXPIRED "not-after", "RFC 5280 §6.1.3(a)(2)",                            Refuse Refuse Refuse:
        "a certificate must not be used after its validity ends";

    ["Extensions as such"]
    EXTENSION_WELL_FORMED "extension-well-formed", "RFC 5280 §4.2",          Refuse Refuse Refuse:
        "the value of a known extension must be strict DER of the form that its section gives it";
    UNKNOWN_CRITICAL "unknown-critical-extension", "RFC 5280 §4.2",          Refuse Refuse Refuse:
        "a certificate with a critical extension that is not processed must be refused";
    ACCESS_NOT_CRITICAL "information-access-not-critical", "RFC 5280 §4.2.2", Off Refuse Refuse:
        "authorityInfoAccess and subjectInfoAccess must not be critical";
    FRESHEST_CRL_NOT_CRITICAL "freshest-crl-not-critical", "RFC 5280 §4.2.1.15", Off Refuse Refuse:
        "freshestCRL must not be critical";
    DIRECTORY_ATTRIBUTES_NOT_CRITICAL "directory-attributes-not-critical", "RFC 5280 §4.2.1.8", Off Refuse Refuse:
        "subjectDirectoryAttributes must not be critical";
    POLICY_CONSTRAINTS_CRITICAL "policy-constraints-critical", "RFC 5280 §4.2.1.11", Off Refuse Refuse:
        "policyConstraints must be critical";
    INHIBIT_ANY_POLICY_CRITICAL "inhibit-any-policy-critical", "RFC 5280 §4.2.1.14", Off Refuse Refuse:
        "inhibitAnyPolicy must be critical";
    POLICY_MAPPINGS_CRITICAL "policy-mappings-critical", "RFC 5280 §4.2.1.5", Off Warn Warn:
        "policyMappings should be critical";
    POLICY_MAPPING_OF_ANY "policy-mapping-of-any", "RFC 5280 §6.1.4(a)",     Refuse Refuse Refuse:
        "anyPolicy must not be mapped, nor anything to it";
    POLICY_ONCE "policy-once", "RFC 5280 §4.2.1.4",                          Off Refuse Refuse:
        "a certificate policy must not stand twice";

    ["Key identifiers"]
    SUBJECT_KEY_IDENTIFIER_PRESENT "subject-key-identifier-present", "RFC 5280 §4.2.1.2", Off Refuse Refuse:
        "a CA certificate must carry subjectKeyIdentifier";
    SUBJECT_KEY_IDENTIFIER_NOT_CRITICAL "subject-key-identifier-not-critical", "RFC 5280 §4.2.1.2", Off Refuse Refuse:
        "subjectKeyIdentifier must not be critical";
    AUTHORITY_KEY_IDENTIFIER_NOT_CRITICAL "authority-key-identifier-not-critical", "RFC 5280 §4.2.1.1", Off Refuse Refuse:
        "authorityKeyIdentifier must not be critical";
    AUTHORITY_KEY_IDENTIFIER_PAIR "authority-key-identifier-pair", "RFC 5280 §4.2.1.1", Off Refuse Refuse:
        "authorityCertIssuer and authorityCertSerialNumber must both be present or both be absent";
    AUTHORITY_KEY_IDENTIFIER_PRESENT "authority-key-identifier-present", "RFC 5280 §4.2.1.1", Off Refuse Refuse:
        "a certificate that is not self-signed must carry authorityKeyIdentifier with a keyIdentifier";
    AUTHORITY_KEY_IDENTIFIER_MATCHES "authority-key-identifier-matches", "RFC 5280 §4.2.1.2", Off Warn Warn:
        "authorityKeyIdentifier must name the issuer's key";
    AUTHORITY_KEY_IDENTIFIER_OF_ROOT "authority-key-identifier-of-root", "BR §7.1.2.1.3", Off Off Refuse:
        "a root's authorityKeyIdentifier must be its subjectKeyIdentifier and nothing else";

    ["Who may sign"]
    BASIC_CONSTRAINTS_CRITICAL "basic-constraints-critical", "RFC 5280 §4.2.1.9", Off Refuse Refuse:
        "a CA certificate's basicConstraints must be critical";
    PATH_LENGTH_PLACE "path-length-place", "RFC 5280 §4.2.1.9",              Off Refuse Refuse:
        "pathLenConstraint must stand only where cA is true and keyCertSign is asserted";
    CERT_SIGN_NEEDS_CA "cert-sign-needs-ca", "RFC 5280 §4.2.1.9",            Off Refuse Refuse:
        "keyCertSign must not be asserted where cA is not true";
    KEY_USAGE_NOT_EMPTY "key-usage-not-empty", "RFC 5280 §4.2.1.3",          Off Refuse Refuse:
        "keyUsage must have at least one bit set";
    KEY_USAGE_CRITICAL "key-usage-critical", "RFC 5280 §4.2.1.3",            Off Warn Warn:
        "keyUsage should be critical";
    KEY_USAGE_OF_CA_PRESENT "key-usage-of-ca-present", "RFC 5280 §4.2.1.3",  Off Warn Refuse:
        "a CA certificate must carry keyUsage";
    ISSUER_IS_CA "issuer-is-ca", "RFC 5280 §6.1.4(k)",                       Refuse Refuse Refuse:
        "an issuer's certificate must have basicConstraints with cA true";
    ISSUER_MAY_SIGN "issuer-may-sign", "RFC 5280 §6.1.4(n)",                 Refuse Refuse Refuse:
        "an issuer's keyUsage, where present, must assert keyCertSign";
    PATH_LENGTH "path-length", "RFC 5280 §6.1.4(l)",                         Refuse Refuse Refuse:
        "no more intermediate certificates may follow an issuer than its pathLenConstraint allows";
    MAX_PATH_LENGTH "max-path-length", "RFC 5280 §6.1.1",                    Refuse Refuse Refuse:
        "a path must have no more intermediate certificates than were asked for";
    LEAF_NOT_CA "leaf-not-ca", "BR §7.1.2.7.8",                              Off Off Refuse:
        "a server's certificate must not be a CA's";

    ["What it may be used for"]
    PURPOSE "purpose", "RFC 5280 §4.2.1.12",                                 Refuse Refuse Refuse:
        "extKeyUsage, where present, must list the purpose asked for";
    PURPOSE_OF_ISSUER "purpose-of-issuer", "RFC 5280 §4.2.1.12",             Off Refuse Refuse:
        "an issuer's extKeyUsage, where present, must list the purpose asked for";
    PURPOSE_FITS_KEY_USAGE "purpose-fits-key-usage", "RFC 5280 §4.2.1.12",   Off Refuse Refuse:
        "keyUsage must allow a use of the key that the extended purpose has";
    EXTENDED_KEY_USAGE_PRESENT "extended-key-usage-present", "BR §7.1.2.7.6", Off Off Refuse:
        "a server's certificate must carry extKeyUsage with serverAuth";
    EXTENDED_KEY_USAGE_NOT_CRITICAL "extended-key-usage-not-critical", "BR §7.1.2.7.6", Off Off Refuse:
        "extKeyUsage must not be critical";
    EXTENDED_KEY_USAGE_ALLOWED "extended-key-usage-allowed", "BR §7.1.2.7.10", Off Off Refuse:
        "extKeyUsage must not mix serving with signing code, mail, time, OCSP or precertificates, nor allow everything";
    EXTENDED_KEY_USAGE_OF_ROOT "extended-key-usage-of-root", "BR §7.1.2.1.2", Off Off Refuse:
        "a root must not carry extKeyUsage";
    DIGITAL_SIGNATURE "digital-signature", "BR §7.1.2.7.11",                 Off Off Refuse:
        "the keyUsage of a server's elliptic-curve certificate must assert digitalSignature";
    ML_DSA_KEY_USAGE "ml-dsa-key-usage", "RFC 9881 §5",                      Off Refuse Refuse:
        "the keyUsage of an ML-DSA key must assert nothing but signing";
    KEY_ALLOWED "key-allowed", "BR §6.1.5",                                  Off Off Refuse:
        "a key must be RSA of at least 2048 bits, a multiple of 8, or ECDSA on P-256, P-384 or P-521";

    KEY_USABLE "key-usable", "NIST SP 800-57 part 1 §5.6",                 Off Warn Warn:
        "a key must be of a kind that proves something, and strong enough to";

    ["Whom it names"]
    ALT_NAME_FOR_EMPTY_SUBJECT "alt-name-for-empty-subject", "RFC 5280 §4.1.2.6", Off Refuse Refuse:
        "a certificate with an empty subject must carry a critical subjectAltName";
    ALT_NAME_NOT_CRITICAL "alt-name-not-critical", "BR §7.1.2.7.12",         Off Off Refuse:
        "subjectAltName must not be critical where the subject is not empty";
    ALT_NAME_SYNTAX "alt-name-syntax", "RFC 5280 §4.2.1.6",                  Off Refuse Refuse:
        "each name in subjectAltName must be written as its form asks";
    WILDCARD_SCOPE "wildcard-scope", "BR §3.2.2.6",                          Off Off Refuse:
        "a wildcard must not span a top-level domain or another public suffix";
    COMMON_NAME_IN_ALT_NAME "common-name-in-alt-name", "BR §7.1.4.3",        Off Off Refuse:
        "a server's common name must be one of its alternative names, character for character";
    PEER_NAME "peer-name", "RFC 9525 §6",                                    Refuse Refuse Refuse:
        "the certificate must present the name that was asked for";
    COMMON_NAME_AS_IDENTIFIER "common-name-as-identifier", "RFC 9525 §2",    Warn Warn Warn:
        "a common name must not be used to identify a server";

    ["Name constraints"]
    NAME_CONSTRAINTS_IN_CA "name-constraints-in-ca", "RFC 5280 §4.2.1.10",   Off Refuse Refuse:
        "nameConstraints must stand only in a CA certificate";
    NAME_CONSTRAINTS_CRITICAL "name-constraints-critical", "RFC 5280 §4.2.1.10", Off Refuse Warn:
        "nameConstraints must be critical";
    NAME_CONSTRAINTS_SYNTAX "name-constraints-syntax", "RFC 5280 §4.2.1.10", Refuse Refuse Refuse:
        "each subtree of nameConstraints must be written as its form asks";
    NAME_PERMITTED "name-permitted", "RFC 5280 §6.1.3(b)",                   Refuse Refuse Refuse:
        "each name must lie in a permitted subtree, where any of its form are given";
    NAME_NOT_EXCLUDED "name-not-excluded", "RFC 5280 §6.1.3(c)",             Refuse Refuse Refuse:
        "no name may lie in an excluded subtree";
    NAME_FORM_PROCESSED "name-form-processed", "RFC 5280 §4.2.1.10",         Refuse Refuse Refuse:
        "a constraint on a form of name that is not processed refuses every name of that form";

    ["The path"]
    ISSUER_KNOWN "issuer-known", "RFC 5280 §6.1.3(a)(4)",                    Refuse Refuse Refuse:
        "a certificate's issuer must lead to a trust anchor";
    NO_LOOP "no-loop", "RFC 4158 §5.2",                                      Refuse Refuse Refuse:
        "no subject with the same key may stand in a path twice";
    POLICY_VALID "policy-valid", "RFC 5280 §6.1.3(f)",                       Refuse Refuse Refuse:
        "where a policy is required, one must be valid from the trust anchor down to each certificate";
    POLICY_ACCEPTABLE "policy-acceptable", "RFC 5280 §6.1.5(g)",             Refuse Refuse Refuse:
        "where a policy is required, an acceptable one must be valid for the whole path";
    SIGNATURE "signature", "RFC 5280 §6.1.3(a)(1)",                          Refuse Refuse Refuse:
        "the issuer's key must verify a certificate's signature";

    ["Revocation"] // what is asked of a certificate
    STATUS_KNOWN "status-known", "RFC 5280 §6.3.3",                          Refuse Refuse Refuse:
        "where revocation is checked, a certificate must be known not to be revoked, for any reason";
    NOT_REVOKED "not-revoked", "RFC 5280 §6.1.3(a)(3)",                      Refuse Refuse Refuse:
        "a certificate must not be revoked";

    ["CRLs"] // one that breaks a rule is not used, which refuses no certificate by itself
    CRL_WELL_FORMED "crl-well-formed", "RFC 5280 §5.1",                      Refuse Refuse Refuse:
        "a CRL must be strict DER of the form that X.509 gives it";
    CRL_VERSION "crl-version", "RFC 5280 §5.1.2.1",                          Refuse Refuse Refuse:
        "a CRL with extensions must be version 2";
    CRL_SIGNATURE_ALGORITHMS_AGREE "crl-signature-algorithms-agree", "RFC 5280 §5.1.1.2", Refuse Refuse Refuse:
        "the signature algorithm inside a CRL must be the one beside its signature";
    CRL_UNKNOWN_CRITICAL "crl-unknown-critical-extension", "RFC 5280 §5.2",  Refuse Refuse Refuse:
        "a CRL with a critical extension that is not processed must not be used";
    CRL_ENTRY_UNKNOWN_CRITICAL "crl-entry-unknown-critical-extension", "RFC 5280 §5.3", Refuse Refuse Refuse:
        "a CRL with an entry whose critical extension is not processed must not be used";
    CRL_NEXT_UPDATE_PRESENT "crl-next-update-present", "RFC 5280 §5.1.2.5",  Off Refuse Refuse:
        "a CRL must say by when there will be another";
    CRL_NUMBER_PRESENT "crl-number-present", "RFC 5280 §5.2.3",              Off Refuse Refuse:
        "a CRL must carry cRLNumber";
    CRL_NUMBER_NOT_CRITICAL "crl-number-not-critical", "RFC 5280 §5.2.3",    Off Refuse Refuse:
        "cRLNumber must not be critical";
    CRL_NUMBER_LENGTH "crl-number-length", "RFC 5280 §5.2.3",                Off Refuse Refuse:
        "cRLNumber must have at most 20 octets";
    CRL_AUTHORITY_KEY_IDENTIFIER_PRESENT "crl-authority-key-identifier-present", "RFC 5280 §5.2.1", Off Refuse Refuse:
        "a CRL must carry authorityKeyIdentifier with a keyIdentifier";
    CRL_DELTA_INDICATOR_CRITICAL "crl-delta-indicator-critical", "RFC 5280 §5.2.4", Off Refuse Refuse:
        "deltaCRLIndicator must be critical";
    CRL_DISTRIBUTION_POINT_CRITICAL "crl-distribution-point-critical", "RFC 5280 §5.2.5", Off Refuse Refuse:
        "issuingDistributionPoint must be critical";
    CRL_DISTRIBUTION_POINT_KINDS "crl-distribution-point-kinds", "RFC 5280 §5.2.5", Refuse Refuse Refuse:
        "issuingDistributionPoint must limit a CRL to one kind of certificates at most";
    CRL_CURRENT "crl-current", "RFC 5280 §6.3.3(a)",                         Refuse Refuse Refuse:
        "a CRL must not be used before its thisUpdate nor after its nextUpdate, unless a delta CRL brings it up to date";
    CRL_SCOPE "crl-scope", "RFC 5280 §6.3.3(b)",                             Refuse Refuse Refuse:
        "a CRL must cover the certificate by its issuer, its distribution point and its kind";
    CRL_ISSUER_KNOWN "crl-issuer-known", "RFC 5280 §6.3.3(f)",               Refuse Refuse Refuse:
        "a certificate of the CRL's issuer must be at hand";
    CRL_ISSUER_MAY_SIGN "crl-issuer-may-sign", "RFC 5280 §6.3.3(f)",         Refuse Refuse Refuse:
        "the keyUsage of a CRL's issuer, where present, must assert cRLSign";
    CRL_SIGNATURE "crl-signature", "RFC 5280 §6.3.3(g)",                     Refuse Refuse Refuse:
        "the key of a CRL's issuer must verify its signature";
    CRL_ISSUER_TRUSTED "crl-issuer-trusted", "RFC 5280 §6.3.3(f)",           Refuse Refuse Refuse:
        "the certificate of a CRL's issuer must lead to the same trust anchor, and an authority of the path must have signed it";
    CRL_DELTA_FITS "crl-delta-fits", "RFC 5280 §6.3.3(c)",                   Refuse Refuse Refuse:
        "a delta CRL must be current, build on the CRL it completes, and be signed by the same key";

    ["OCSP responses"] // as with CRLs
    OCSP_WELL_FORMED "ocsp-well-formed", "RFC 6960 §4.2.1",                  Refuse Refuse Refuse:
        "an OCSP response must be strict DER of the form that RFC 6960 gives it";
    OCSP_SUCCESSFUL "ocsp-successful", "RFC 6960 §2.3",                      Refuse Refuse Refuse:
        "an OCSP response must be successful: an error answers nothing";
    OCSP_UNKNOWN_CRITICAL "ocsp-unknown-critical-extension", "RFC 6960 §4.1.2", Refuse Refuse Refuse:
        "an OCSP response with a critical extension that is not processed must not be used";
    OCSP_NONCE "ocsp-nonce", "RFC 9654 §2.1",                                Refuse Refuse Refuse:
        "an OCSP response must carry the nonce of its request, where one was sent";
    OCSP_CURRENT "ocsp-current", "RFC 6960 §3.2(5, 6)",                      Refuse Refuse Refuse:
        "an OCSP response must not be used before its thisUpdate nor after its nextUpdate, or a week where it has none";
    OCSP_RESPONDER_KNOWN "ocsp-responder-known", "RFC 6960 §4.2.2.3",        Refuse Refuse Refuse:
        "a certificate of the OCSP responder must be at hand";
    OCSP_RESPONDER_AUTHORIZED "ocsp-responder-authorized", "RFC 6960 §4.2.2.2", Refuse Refuse Refuse:
        "an OCSP responder must be the certificate's issuer, or have OCSPSigning from it";
    OCSP_SIGNATURE "ocsp-signature", "RFC 6960 §3.2(2)",                     Refuse Refuse Refuse:
        "the responder's key must verify an OCSP response";
    OCSP_RESPONDER_TRUSTED "ocsp-responder-trusted", "RFC 6960 §4.2.2.2",    Refuse Refuse Refuse:
        "an OCSP responder's certificate must be valid, and signed by the very issuer it answers for";
    OCSP_KNOWS "ocsp-knows", "RFC 6960 §2.2",                                Refuse Refuse Refuse:
        "an OCSP responder must know the certificate";

    ["Budgets"]
    BUDGET_DEPTH "budget-depth", "budget of RFC 4158 §2.4.2",                Refuse Refuse Refuse:
        "a path must have at most 16 certificates above the leaf";
    BUDGET_CANDIDATES "budget-candidates", "budget of RFC 4158 §2.4.2",      Refuse Refuse Refuse:
        "a decision must look at no more than 2048 candidates";
    BUDGET_SIGNATURES "budget-signatures", "budget of RFC 4158 §2.4.2",      Refuse Refuse Refuse:
        "a decision must check no more than 64 signatures";
    BUDGET_NAMES "budget-name-comparisons", "budget of RFC 5280 §8",         Refuse Refuse Refuse:
        "a decision must compare names with constraints no more than 65536 times";
    BUDGET_POLICIES "budget-policies", "budget of RFC 9618 §2",              Refuse Refuse Refuse:
        "a decision must follow no more than 32768 policies and mappings";
    BUDGET_STATUS "budget-status", "budget of RFC 5280 §6.3.3",              Refuse Refuse Refuse:
        "a decision must look no more than 512 times into CRLs and OCSP responses";
}
