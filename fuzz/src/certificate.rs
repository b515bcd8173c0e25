// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate, and every extension that is known.

use std::fmt::Write;

use x509::ext::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, InhibitAnyPolicy, KeyUsage, NameConstraints, OcspNoCheck,
    OcspNonce, PolicyConstraints, PolicyMappings, SubjectAltName, SubjectKeyIdentifier,
};
use x509::{Certificate, Extensions, GeneralNames, KnownExtension, Name, TbsCertificate};

/// Reads a certificate and all that is in it.
pub fn read(data: &[u8]) {
    let Ok(certificate) = Certificate::parse(data) else { return };
    assert_eq!(certificate.der(), data, "a certificate is its whole input");
    let tbs = certificate.tbs();
    let again = TbsCertificate::parse(tbs.raw()).map(|tbs| tbs.raw());
    assert_eq!(again, Ok(tbs.raw()), "what is to be signed can be read alone");
    name(&tbs.issuer());
    name(&tbs.subject());
    shown(&tbs.serial());
    shown(&tbs.subject_public_key_info().algorithm().oid());
    shown(&tbs.validity().not_before.time);
    extensions(&tbs.extensions());
}

/// Walks through a name and compares it with itself.
pub fn name(name: &Name<'_>) {
    shown(name);
    assert!(name.matches(name) && name.is_within(name), "a name is itself");
    name.attributes().for_each(|attribute| assert!(attribute.matches(&attribute), "an attribute is itself"));
}

/// Reads every extension as what it says it is, and writes it again: strict DER has one way to say a thing.
pub fn extensions(extensions: &Extensions<'_>) {
    for extension in extensions.iter() {
        shown(&extension.oid);
        let written = match extension.oid {
            BasicConstraints::OID => again(extensions, BasicConstraints::encode),
            KeyUsage::OID => again(extensions, |usage: &KeyUsage| usage.encode()),
            SubjectKeyIdentifier::OID => again(extensions, SubjectKeyIdentifier::encode),
            ExtendedKeyUsage::OID => again(extensions, |usage: &ExtendedKeyUsage<'_>| {
                ExtendedKeyUsage::encode(&usage.iter().inspect(shown).collect::<Vec<_>>())
            }),
            SubjectAltName::OID => again(extensions, |names: &SubjectAltName<'_>| {
                SubjectAltName::encode(&names.iter().inspect(shown).collect::<Vec<_>>())
            }),
            NameConstraints::OID => again(extensions, |constraints: &NameConstraints<'_>| {
                let [permitted, excluded] = [constraints.permitted, constraints.excluded]
                    .map(|trees| trees.iter().inspect(shown).collect::<Vec<_>>());
                NameConstraints::encode(&permitted, &excluded)
            }),
            PolicyMappings::OID => again(extensions, |mappings: &PolicyMappings<'_>| {
                PolicyMappings::encode(&mappings.iter().collect::<Vec<_>>())
            }),
            PolicyConstraints::OID => again(extensions, PolicyConstraints::encode),
            InhibitAnyPolicy::OID => again(extensions, |skip: &InhibitAnyPolicy| skip.encode()),
            OcspNonce::OID => again(extensions, |nonce: &OcspNonce<'_>| nonce.encode()),
            OcspNoCheck::OID => again(extensions, |no_check: &OcspNoCheck| no_check.encode()),
            _ => None,
        };
        assert!(written.is_none_or(|written| written == extension.value), "what is read is written the same");
    }
    // These have parts that we read past and never write.
    assert!(
        !matches!(extensions.decode::<CrlDistributionPoints<'_>>(), Ok(Some(it)) if it.value.iter().count() == 0)
    );
    assert!(
        !matches!(extensions.decode::<AuthorityInfoAccess<'_>>(), Ok(Some(it)) if it.value.iter().count() == 0)
    );
    assert!(
        !matches!(extensions.decode::<CertificatePolicies<'_>>(), Ok(Some(it)) if it.value.iter().count() == 0)
    );
    if let Ok(Some(identifier)) = extensions.decode::<AuthorityKeyIdentifier<'_>>() {
        let names = identifier.value.authority_cert_issuer.iter().flat_map(GeneralNames::iter);
        names.for_each(|name| shown(&name));
    }
}

/// What our own writer makes of an extension, when it can be read.
fn again<'a, T: KnownExtension<'a>>(
    extensions: &Extensions<'a>,
    write: impl FnOnce(&T) -> Vec<u8>,
) -> Option<Vec<u8>> {
    extensions.decode::<T>().ok().flatten().map(|extension| write(&extension.value))
}

/// Shows a value, which may carry nothing that a terminal would obey.
pub fn shown(value: &impl std::fmt::Display) {
    let mut text = String::new();
    assert!(write!(text, "{value}").is_ok(), "writing to memory does not fail");
    let is_printable = !text.chars().any(char::is_control);
    assert!(is_printable, "what is shown to a person carries no control character: {text:?}");
}
