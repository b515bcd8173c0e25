// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions: the list of them, and one file for each that is known.

mod authority_info_access;
mod authority_key_identifier;
mod basic_constraints;
mod certificate_issuer;
mod certificate_policies;
mod crl_distribution_points;
mod crl_number;
mod distribution_point;
mod extended_key_usage;
mod freshest_crl;
mod inhibit_any_policy;
mod invalidity_date;
mod issuing_distribution_point;
mod journal_head;
mod key_usage;
mod list;
mod name_constraints;
mod ocsp_no_check;
mod ocsp_nonce;
mod policy_constraints;
mod policy_mappings;
mod reason_code;
mod reason_flags;
mod subject_alt_name;
mod subject_key_identifier;

pub use authority_info_access::{AccessDescription, AuthorityInfoAccess};
pub use authority_key_identifier::AuthorityKeyIdentifier;
pub use basic_constraints::BasicConstraints;
pub use certificate_issuer::CertificateIssuer;
pub use certificate_policies::{CertificatePolicies, PolicyInformation};
pub use crl_distribution_points::CrlDistributionPoints;
pub use crl_number::{CrlNumber, DeltaCrlIndicator};
pub use distribution_point::{DistributionPoint, DistributionPointName};
pub use extended_key_usage::ExtendedKeyUsage;
pub use freshest_crl::FreshestCrl;
pub use inhibit_any_policy::InhibitAnyPolicy;
pub use invalidity_date::InvalidityDate;
pub use issuing_distribution_point::IssuingDistributionPoint;
pub use journal_head::JournalHead;
pub use key_usage::KeyUsage;
pub use list::{Critical, Extension, Extensions};
pub use name_constraints::{NameConstraints, Subtrees};
pub use ocsp_no_check::OcspNoCheck;
pub use ocsp_nonce::OcspNonce;
pub use policy_constraints::PolicyConstraints;
pub use policy_mappings::{PolicyMapping, PolicyMappings};
pub use reason_code::ReasonCode;
pub use reason_flags::ReasonFlags;
pub use subject_alt_name::SubjectAltName;
pub use subject_key_identifier::SubjectKeyIdentifier;

use crate::error::Error;
use crate::oid::Oid;

/// An extension whose value this crate reads.
pub trait KnownExtension<'a>: Sized {
    /// Its identifier.
    const OID: Oid<'static>;
    /// Its name, such as `basicConstraints`.
    const NAME: &'static str;

    /// Reads the value: the content of the extension's OCTET STRING.
    ///
    /// # Errors
    /// What is not strict DER or not the extension's ASN.1.
    fn decode(value: &'a [u8]) -> Result<Self, Error>;
}
