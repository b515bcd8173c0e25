// SPDX-License-Identifier: MIT OR Apache-2.0
//! The common name as the name of a host, as it was before subjectAltName (RFC 6125 §6.4.4). Nobody checks
//! what stands in a common name, so that it counts only where a question dares to say so.

use x509::ext::SubjectAltName;
use x509::{GeneralName, Name, oid};

use crate::decoded::Decoded;
use crate::judge::{Judge, Seat};
use crate::names::dns;
use crate::trace::Place;

/// More than any host name has.
const LONGEST_NAME: usize = 256;

/// Whether a common name may stand for the name of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CommonName {
    /// It may not [RFC 9525 §2].
    #[default]
    Ignored,
    /// Where subjectAltName names no host, address, mailbox or service, it is matched like a DNS name in it
    /// [RFC 6125 §6.4.4], and name constraints hold for it. For old devices alone: a CA that checks
    /// alternative names may have let anything stand in a common name.
    DangerMatched,
}

/// The name that a certificate in this place presents in its common name, if the question lets it.
pub(crate) fn identifier<T>(judge: &Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Option<String> {
    let asked = judge.question.common_name == CommonName::DangerMatched && seat.place == Place::Leaf;
    if !asked || presents_otherwise(seat.certificate) {
        return None;
    }
    host(&seat.certificate.tbs().subject())
}

/// Whether subjectAltName identifies the subject: then the common name is out of the question.
fn presents_otherwise(certificate: &Decoded<'_>) -> bool {
    let identifies = |name: GeneralName<'_>| match name {
        GeneralName::Dns(_)
        | GeneralName::Ip(_)
        | GeneralName::Uri(_)
        | GeneralName::Email(_)
        | GeneralName::Other { .. } => true,
        GeneralName::Directory(_)
        | GeneralName::X400(_)
        | GeneralName::EdiParty(_)
        | GeneralName::RegisteredId(_) => false,
    };
    let names: Option<SubjectAltName<'_>> = certificate.known.subject_alt_name.map(|names| names.value);
    names.is_some_and(|names| names.iter().any(identifies))
}

/// The host that a subject's one common name names, with a wildcard or not.
pub(crate) fn host(subject: &Name<'_>) -> Option<String> {
    let mut common_names = subject.attributes().filter(|attribute| attribute.oid == oid::COMMON_NAME);
    let common_name = common_names.next().filter(|_| common_names.next().is_none())?;
    let host: String = common_name.text().chars().take(LONGEST_NAME).collect();
    dns::check_presented(&host).is_ok().then_some(host)
}
