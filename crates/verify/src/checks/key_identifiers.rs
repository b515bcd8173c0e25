// SPDX-License-Identifier: MIT OR Apache-2.0
//! subjectKeyIdentifier and authorityKeyIdentifier (RFC 5280 §4.2.1.1, §4.2.1.2).

use x509::ext::AuthorityKeyIdentifier;

use crate::decoded::Decoded;
use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rules;
use crate::trace::{Place, TraceSink};

pub(super) fn check<'a, T: TraceSink>(judge: &mut Judge<'_, 'a, T>, seat: Seat<'_, 'a>) -> Verdict {
    subject(judge, seat)?;
    authority(judge, seat)?;
    authority_present(judge, seat)?;
    authority_of_root(judge, seat)
}

fn subject<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let identifier = seat.certificate.known.subject_key_identifier;
    let present = !seat.certificate.is_ca() || identifier.is_some();
    judge.hold(&rules::SUBJECT_KEY_IDENTIFIER_PRESENT, seat, present, || {
        Finding::new(
            either(identifier.is_some(), "present", "none"),
            either(seat.certificate.is_ca(), "present", "any"),
        )
    })?;
    let critical = identifier.is_some_and(|identifier| identifier.critical);
    judge.hold(&rules::SUBJECT_KEY_IDENTIFIER_NOT_CRITICAL, seat, !critical, || {
        Finding::new(either(critical, "critical", "not critical"), "not critical")
    })
}

fn authority<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(identifier) = seat.certificate.known.authority_key_identifier else { return Ok(()) };
    let (issuer, serial) = (identifier.value.authority_cert_issuer, identifier.value.authority_cert_serial);
    judge.hold(&rules::AUTHORITY_KEY_IDENTIFIER_NOT_CRITICAL, seat, !identifier.critical, || {
        Finding::new(either(identifier.critical, "critical", "not critical"), "not critical")
    })?;
    judge.hold(&rules::AUTHORITY_KEY_IDENTIFIER_PAIR, seat, issuer.is_some() == serial.is_some(), || {
        let seen = match (issuer.is_some(), serial.is_some()) {
            (true, true) => "authorityCertIssuer present, authorityCertSerialNumber present",
            (true, false) => "authorityCertIssuer present, authorityCertSerialNumber absent",
            (false, true) => "authorityCertIssuer absent, authorityCertSerialNumber present",
            (false, false) => "authorityCertIssuer absent, authorityCertSerialNumber absent",
        };
        Finding::new(seen, "both or neither")
    })
}

fn authority_present<'a, T: TraceSink>(judge: &mut Judge<'_, 'a, T>, seat: Seat<'_, 'a>) -> Verdict {
    if !judge.asks(&rules::AUTHORITY_KEY_IDENTIFIER_PRESENT) {
        return Ok(());
    }
    let identifier = seat.certificate.known.authority_key_identifier;
    let present = identifier.is_some_and(|identifier| identifier.value.key_identifier.is_some());
    let holds = present || judge.is_self_signed(seat)?;
    judge.hold(&rules::AUTHORITY_KEY_IDENTIFIER_PRESENT, seat, holds, || {
        let seen = match (present, identifier) {
            (true, _) => "a keyIdentifier",
            (false, _) if holds => "none, and self-signed",
            (false, None) => "none",
            (false, Some(_)) => "no keyIdentifier in it",
        };
        Finding::new(seen, "a keyIdentifier")
    })
}

fn authority_of_root<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(identifier) = seat.certificate.known.authority_key_identifier else { return Ok(()) };
    // Between leaf and anchor, one that is self-issued hands a root's name on to another key.
    let between = matches!(seat.place, Place::Intermediate(_));
    if between || !seat.certificate.self_issued || !seat.certificate.is_ca() {
        return Ok(());
    }
    let own = seat.certificate.known.subject_key_identifier.map(|own| own.value.0);
    let pure =
        identifier.value.authority_cert_issuer.is_none() && identifier.value.authority_cert_serial.is_none();
    let holds = pure && identifier.value.key_identifier.is_some() && identifier.value.key_identifier == own;
    judge.hold(&rules::AUTHORITY_KEY_IDENTIFIER_OF_ROOT, seat, holds, || {
        let seen = match identifier.value.key_identifier {
            _ if holds => "its own keyIdentifier",
            _ if !pure => "the issuer's name or serial number too",
            None => "no keyIdentifier",
            Some(_) => "another keyIdentifier",
        };
        Finding::new(seen, "its own keyIdentifier alone")
    })
}

/// Whether `child` names the key of `issuer`: `None` when it does not say, or the issuer does not.
pub(crate) fn names_key(child: &Decoded<'_>, issuer: &Decoded<'_>) -> Option<bool> {
    is_key_of(&child.known.authority_key_identifier?.value, issuer)
}

/// Whether an authorityKeyIdentifier names the key of `issuer`.
pub(crate) fn is_key_of(authority: &AuthorityKeyIdentifier<'_>, issuer: &Decoded<'_>) -> Option<bool> {
    let key = authority.key_identifier.zip(issuer.known.subject_key_identifier);
    let by_key = key.map(|(wanted, own)| wanted == own.value.0);
    let by_serial = authority.authority_cert_serial.map(|serial| serial == issuer.tbs().serial());
    match (by_key, by_serial) {
        (Some(one), Some(two)) => Some(one && two),
        (one, two) => one.or(two),
    }
}

/// Remarks on an issuer whose key is not the one named.
pub(crate) fn matches_issuer<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    child: Seat<'_, '_>,
    issuer: &Decoded<'_>,
) -> Verdict {
    let Some(named) = names_key(child.certificate, issuer) else { return Ok(()) };
    judge.hold(&rules::AUTHORITY_KEY_IDENTIFIER_MATCHES, child, named, || {
        Finding::new(either(named, "the issuer's key", "another key"), "the issuer's key")
    })
}
