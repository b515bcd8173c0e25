// SPDX-License-Identifier: MIT OR Apache-2.0
//! One line for each rule: what whoever meets its refusal can do.

/// What to do, as far as the rule alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// In a sentence.
    pub text: &'static str,
    /// The command to run, when there is one.
    pub command: Option<&'static str>,
}

/// The advice for the rule with this identifier.
#[must_use]
pub fn advice(rule: &str) -> Advice {
    let found = TABLE.iter().find(|(id, _, _)| *id == rule);
    found.map_or(OTHERWISE, |(_, text, command)| Advice { text, command: *command })
}

const OTHERWISE: Advice = Advice {
    text: "look at the certificate, and let its issuer make it again without the fault",
    command: Some("chancery cert show FILE"),
};

/// How to read this machine's clock.
pub(super) const CLOCK: &str = "date -u";

const SHOW: Option<&str> = Some("chancery cert show FILE");
const SIGN: Option<&str> = Some("chancery sign CSR --out cert.pem");

type Line = (&'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
static TABLE: &[Line] = &[
    // The form of a certificate.
    ("well-formed", "no client can read it: let its issuer make it again", SIGN),
    ("version", "let its issuer make it again, as version 3", SIGN),
    ("version-3", "let its issuer make it again, as version 3", SIGN),
    ("unique-identifiers", "let its issuer make it again without unique identifiers, which nobody uses", SIGN),
    ("serial-positive", "let its issuer make it again with a positive serial number", SIGN),
    ("serial-length", "let its issuer make it again with a serial number of at most 20 octets", SIGN),
    ("signature-algorithms-agree", "it was put together wrongly or tampered with: let its issuer make it again", SIGN),
    ("issuer-named", "the authority needs a name: make its certificate again", Some("chancery ca init")),
    ("subject-named", "the authority needs a name: make its certificate again", Some("chancery ca init")),
    ("validity-encoding", "let its issuer make it again with its dates written as the standard asks", SIGN),
    // Time.
    ("not-before", "first check this machine’s clock; if it is right, wait, or let the certificate begin earlier", Some(CLOCK)),
    ("not-after", "it must be renewed: sign the server’s request again and give the server the new certificate", SIGN),
    // Extensions as such.
    ("extension-well-formed", "look which extension it is, and let its issuer make it again", SHOW),
    ("unknown-critical-extension", "look which extension it is: its issuer must leave it out or not mark it critical", SHOW),
    ("information-access-not-critical", "let its issuer make it again with authorityInfoAccess not critical", SIGN),
    ("freshest-crl-not-critical", "let its issuer make it again with freshestCRL not critical", SIGN),
    ("directory-attributes-not-critical", "let its issuer make it again with subjectDirectoryAttributes not critical", SIGN),
    ("policy-constraints-critical", "the CA’s certificate must be made again with policyConstraints critical", SHOW),
    ("inhibit-any-policy-critical", "the CA’s certificate must be made again with inhibitAnyPolicy critical", SHOW),
    ("policy-mappings-critical", "let its issuer make it again with policyMappings critical", SHOW),
    ("policy-mapping-of-any", "the CA’s certificate must be made again without that mapping", SHOW),
    ("policy-once", "let its issuer make it again with each policy once", SIGN),
    // Key identifiers.
    ("subject-key-identifier-present", "the CA’s certificate must be made again with a subjectKeyIdentifier", SHOW),
    ("subject-key-identifier-not-critical", "let its issuer make it again with subjectKeyIdentifier not critical", SIGN),
    ("authority-key-identifier-not-critical", "let its issuer make it again with authorityKeyIdentifier not critical", SIGN),
    ("authority-key-identifier-pair", "let its issuer make it again with both the issuer’s name and serial in authorityKeyIdentifier, or neither", SIGN),
    ("authority-key-identifier-present", "let its issuer make it again with an authorityKeyIdentifier", SIGN),
    ("authority-key-identifier-matches", "the chain may hold another certificate of the same CA: send the one whose key identifier matches", SHOW),
    ("authority-key-identifier-of-root", "the root must be made again with an authorityKeyIdentifier that is its own", SHOW),
    // Who may sign.
    ("basic-constraints-critical", "the CA’s certificate must be made again with basicConstraints critical", SHOW),
    ("path-length-place", "let its issuer make it again: a path length stands only in a CA’s certificate", SIGN),
    ("cert-sign-needs-ca", "let its issuer make it again: keyCertSign is for CAs alone", SIGN),
    ("key-usage-not-empty", "let its issuer make it again with a key usage that allows something", SIGN),
    ("key-usage-critical", "let its issuer make it again with keyUsage critical", SIGN),
    ("key-usage-of-ca-present", "the CA’s certificate must be made again with a keyUsage", SHOW),
    ("issuer-is-ca", "a certificate that is no CA’s cannot sign others: let a CA sign the request", SIGN),
    ("issuer-may-sign", "this CA’s key is not for signing certificates: let one sign whose keyUsage has keyCertSign", SIGN),
    ("path-length", "the CA above allows fewer CAs below it: let it, or a CA with room below, sign the certificate directly", SIGN),
    ("max-path-length", "allow a longer path, or use a certificate closer to its root", Some("chancery verify CHAIN --max-path-len N")),
    ("leaf-not-ca", "a server must not show a CA’s certificate: let the CA sign one for the server", SIGN),
    // What it may be used for.
    ("purpose", "the certificate is for something else: let its issuer make one for this purpose", Some("chancery sign CSR --profile server --out cert.pem")),
    ("purpose-of-issuer", "this CA may not sign certificates for this purpose: let another sign", SIGN),
    ("purpose-fits-key-usage", "let its issuer make it again with a keyUsage that fits the purpose (digitalSignature for servers)", SIGN),
    ("extended-key-usage-present", "let its issuer make it again with extKeyUsage serverAuth", SIGN),
    ("extended-key-usage-not-critical", "let its issuer make it again with extKeyUsage not critical", SIGN),
    ("extended-key-usage-allowed", "let its issuer make it again with serverAuth and clientAuth at most", SIGN),
    ("extended-key-usage-of-root", "the root must be made again without extKeyUsage", SHOW),
    ("digital-signature", "let its issuer make it again with digitalSignature in keyUsage", SIGN),
    ("ml-dsa-key-usage", "let its issuer make it again with a keyUsage of signing alone", SIGN),
    ("key-allowed", "make a key of a kind that every client knows, and a request with it", Some("chancery key new --kind p256 --out key.pem")),
    // Whom it names.
    ("alt-name-for-empty-subject", "let its issuer make it again with a critical subjectAltName", SIGN),
    ("alt-name-not-critical", "let its issuer make it again with subjectAltName not critical", SIGN),
    ("alt-name-syntax", "one of its names cannot be a name: look which, and ask again without it", SHOW),
    ("wildcard-scope", "ask for the names themselves, or for a wildcard below a domain of your own", Some("chancery csr new --key key.pem --name NAME")),
    ("common-name-in-alt-name", "let its issuer make it again with the common name among the alternative names", SIGN),
    ("peer-name", "ask for one of the names that the certificate has, or get a certificate with this one", Some("chancery csr new --key key.pem --name NAME")),
    ("common-name-as-identifier", "let its issuer make it again with the name among its alternative names", Some("chancery csr new --key key.pem --name NAME")),
    ("key-usable", "make a new key, and let the issuer sign a request with it", Some("chancery key new --kind p256 --out key.pem")),
    // Name constraints.
    ("name-constraints-in-ca", "let its issuer make it again: constraints stand only in a CA’s certificate", SIGN),
    ("name-constraints-critical", "the CA’s certificate must be made again with nameConstraints critical", SHOW),
    ("name-constraints-syntax", "the CA’s certificate must be made again: one of its constraints cannot be read", SHOW),
    ("name-permitted", "the CA above may not speak for this name: use a name that it permits, or an authority that permits this one; yours in a data directory of its own:", Some("chancery ca init --permit NAME --data-dir NEW")),
    ("name-not-excluded", "the CA above is barred from this name: use another name or another authority", SHOW),
    ("name-form-processed", "leave this form of name out of the certificate, or its constraint out of the CA’s", SHOW),
    // The path.
    ("issuer-known", "trust its root, or send the certificates that lead to one you trust", Some("chancery trust install")),
    ("no-loop", "the CAs sign each other in a circle: send a chain that ends at a root", SHOW),
    ("policy-valid", "a CA above, or whoever asks, requires certificate policies: each certificate of the chain must assert one", SHOW),
    ("policy-acceptable", "use a chain whose certificates assert an acceptable policy, or accept another", SHOW),
    ("signature", "the certificate was changed, or the chain holds another CA of the same name: send the one that signed", SHOW),
    // Revocation.
    ("status-known", "fetch a current CRL of its issuer (the certificate’s cRLDistributionPoints, where it has them, say where), and give it with --crl; or an OCSP response with --ocsp", SHOW),
    ("not-revoked", "it was taken back and must not be used: make a new key, and let its issuer sign a request with it", Some("chancery key new --kind p256 --out key.pem")),
    ("crl-well-formed", "fetch the CRL again: it is no CRL, or was cut short", None),
    ("crl-version", "its issuer must make the CRL again, as version 2", None),
    ("crl-signature-algorithms-agree", "the CRL was put together wrongly or tampered with: fetch it again", None),
    ("crl-unknown-critical-extension", "the CRL asks for what this client does not do: its issuer must leave the extension out", None),
    ("crl-entry-unknown-critical-extension", "the CRL asks for what this client does not do: its issuer must leave the extension out", None),
    ("crl-next-update-present", "its issuer must make the CRL again with nextUpdate", None),
    ("crl-number-present", "its issuer must make the CRL again with cRLNumber", None),
    ("crl-number-not-critical", "its issuer must make the CRL again with cRLNumber not critical", None),
    ("crl-number-length", "its issuer must make the CRL again with a number of at most 20 octets", None),
    ("crl-authority-key-identifier-present", "its issuer must make the CRL again with an authorityKeyIdentifier", None),
    ("crl-delta-indicator-critical", "its issuer must make the delta CRL again with deltaCRLIndicator critical", None),
    ("crl-distribution-point-critical", "its issuer must make the CRL again with issuingDistributionPoint critical", None),
    ("crl-distribution-point-kinds", "its issuer must make the CRL again for one kind of certificates", None),
    ("crl-current", "fetch a newer CRL; if there is none, its issuer is late, or this machine’s clock is wrong", Some(CLOCK)),
    ("crl-scope", "fetch the CRL that the certificate’s cRLDistributionPoints names", SHOW),
    ("crl-issuer-known", "give the certificate of whoever signed the CRL with --intermediates", None),
    ("crl-issuer-may-sign", "the CA’s certificate must be made again with cRLSign in keyUsage", SHOW),
    ("crl-signature", "the CRL was changed, or another key signed it: fetch it again", None),
    ("crl-issuer-trusted", "whoever signed the CRL was not appointed by the certificate’s own authorities: fetch the CRL that the certificate’s cRLDistributionPoints names, and look who signed it", Some("chancery verify FILE --host NAME")),
    ("ocsp-well-formed", "ask the responder again: this is no OCSP response, or was cut short", None),
    ("ocsp-successful", "ask the responder again: it answered with an error", None),
    ("ocsp-unknown-critical-extension", "the response asks for what this client does not do: its responder must leave the extension out", None),
    ("ocsp-nonce", "ask the responder again: this answers another request, or one of old", None),
    ("ocsp-current", "ask the responder again: this answer is not for now, or this machine’s clock is wrong", Some(CLOCK)),
    ("ocsp-responder-known", "give the responder’s certificate with --intermediates", None),
    ("ocsp-responder-authorized", "the responder’s certificate must be made again by the CA itself, with extKeyUsage OCSPSigning", SHOW),
    ("ocsp-signature", "the response was changed, or another key signed it: ask again", None),
    ("ocsp-responder-trusted", "look at the responder’s certificate: the CA that it answers for must have signed it", SHOW),
    ("ocsp-knows", "the responder does not know the certificate: ask the one that its authorityInfoAccess names", SHOW),
    ("crl-delta-fits", "fetch the delta CRL that belongs to this CRL", None),
    // Budgets.
    ("budget-depth", "send a chain of fewer certificates", None),
    ("budget-candidates", "send fewer certificates: only those that lead from the server’s to a root", None),
    ("budget-signatures", "send fewer certificates of the same name: only those that lead from the server’s to a root", None),
    ("budget-status", "give fewer CRLs and OCSP responses: only those about this chain", None),
    ("budget-policies", "use a chain whose certificates list fewer policies", None),
    ("budget-name-comparisons", "use a certificate with fewer names, or a CA with fewer constraints", None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_advice() {
        for provision in verify::rules::ALL {
            let id = provision.rule.id;
            assert!(TABLE.iter().any(|(rule, _, _)| *rule == id), "no hint for the rule {id}");
        }
    }

    #[test]
    fn no_advice_is_for_a_rule_that_is_gone() {
        for (index, (rule, text, _)) in TABLE.iter().enumerate() {
            assert!(
                verify::rules::ALL.iter().any(|provision| provision.rule.id == *rule),
                "{rule} is no rule"
            );
            assert!(TABLE.iter().skip(index + 1).all(|(other, _, _)| other != rule), "{rule} stands twice");
            assert!(!text.ends_with('.'), "{rule}");
        }
    }
}
