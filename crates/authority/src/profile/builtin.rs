// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profiles that ship.

use x509::ext::KeyUsage;
use x509::oid;

use super::{AUTHORITY_USAGE, ProfileConfig, Role, SubjectForm, Webpki};
use crate::name::NameKind;

/// Their names.
pub(super) const NAMES: &[&str] = &["server", "client", "intermediate"];
/// The name of the one for responders.
pub(super) const RESPONDER: &str = "ocsp";

/// That of a responder, which is not among the others: it is the authority that asks for it, of itself. Nobody asks
/// whether a responder was taken back, so that its certificate is good for two weeks and no longer.
pub(super) fn responder() -> ProfileConfig {
    ProfileConfig {
        name: RESPONDER.to_owned(),
        role: Role::Responder,
        subject: SubjectForm::Authority,
        names: Vec::new(),
        key_usage: KeyUsage::DIGITAL_SIGNATURE,
        key_usage_rsa: KeyUsage::default(),
        purposes: vec![oid::OCSP_SIGNING],
        default_days: 14,
        maximum_days: 14,
        webpki: Webpki::Remarked,
    }
}

/// The configuration of the profile of this name.
pub(super) fn config(name: &str) -> Option<ProfileConfig> {
    let leaf = |subject, names: &[NameKind], purpose| ProfileConfig {
        name: name.to_owned(),
        role: Role::Leaf,
        subject,
        names: names.to_vec(),
        key_usage: KeyUsage::DIGITAL_SIGNATURE,
        key_usage_rsa: KeyUsage::default(),
        purposes: vec![purpose],
        default_days: 47,
        maximum_days: 397,
        webpki: Webpki::Remarked,
    };
    match name {
        "server" => Some(ProfileConfig {
            // TLS 1.2 with an RSA key exchange, which old devices still want.
            key_usage_rsa: KeyUsage::KEY_ENCIPHERMENT,
            ..leaf(SubjectForm::Server, &[NameKind::Dns, NameKind::Ip], oid::SERVER_AUTH)
        }),
        "client" => Some(leaf(SubjectForm::Person, &[NameKind::Dns, NameKind::Email], oid::CLIENT_AUTH)),
        "intermediate" => Some(ProfileConfig {
            role: Role::Authority { path_length: 0 },
            key_usage: AUTHORITY_USAGE,
            purposes: vec![oid::SERVER_AUTH, oid::CLIENT_AUTH],
            // Five years.
            default_days: 1826,
            maximum_days: 1826,
            ..leaf(SubjectForm::Authority, &[], oid::SERVER_AUTH)
        }),
        _ => None,
    }
}
