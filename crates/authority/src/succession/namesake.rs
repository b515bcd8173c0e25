// SPDX-License-Identifier: MIT OR Apache-2.0
//! Authorities of one name: whoever looks for the issuer of a certificate, or of a CRL, goes by its name (RFC 5280
//! §4.1.2.6, §6.3.3), and would find the wrong one.

use x509::{Certificate, Name};

use crate::error::RecordError;
use crate::issuer::IssuerId;

/// Refuses a certificate of an authority whose name another key has; the certificates of one key may share theirs.
/// `known` are the issuers and their own certificates, DER; what cannot be read says nothing.
///
/// # Errors
/// The first issuer of that name.
pub fn require_own_name<'k>(
    certificate: &Certificate<'_>,
    known: impl IntoIterator<Item = (IssuerId, &'k [u8])>,
) -> Result<(), RecordError> {
    let tbs = certificate.tbs();
    require(&tbs.subject(), tbs.subject_public_key_info().raw(), known)
}

/// The same of a name and a key (a SubjectPublicKeyInfo, DER) that are to be certified.
pub(crate) fn require<'k>(
    name: &Name<'_>,
    key: &[u8],
    known: impl IntoIterator<Item = (IssuerId, &'k [u8])>,
) -> Result<(), RecordError> {
    for (id, own) in known {
        let Ok(own) = Certificate::parse(own) else { continue };
        let is_other = own.tbs().subject_public_key_info().raw() != key;
        if is_other && own.tbs().subject().matches(name) {
            return Err(RecordError::NameTaken { name: name.to_string(), id: id.to_string() });
        }
    }
    Ok(())
}
