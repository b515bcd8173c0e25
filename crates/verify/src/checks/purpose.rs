// SPDX-License-Identifier: MIT OR Apache-2.0
//! extKeyUsage and what the certificate is to be used for (RFC 5280 §4.2.1.12, BR §7.1.2.7).

use x509::ext::{ExtendedKeyUsage, KeyUsage};
use x509::{Critical, Oid, oid};

use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::question::Purpose;
use crate::rules::{self, Provision};
use crate::trace::{Place, Shown, TraceSink};

/// The purposes that a public server's certificate, or its issuer's, must not have beside serving.
const NOT_BESIDE_SERVING: [Oid<'static>; 5] = [
    oid::ANY_EXTENDED_KEY_USAGE,
    oid::CODE_SIGNING,
    oid::TIME_STAMPING,
    oid::OCSP_SIGNING,
    oid::PRECERTIFICATE_SIGNING,
];

/// The leaf: it may be used for the purpose asked for.
pub(crate) fn as_leaf<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    listed(judge, seat, &rules::PURPOSE)?;
    fits_key_usage(judge, seat)?;
    if judge.question.purpose != Purpose::ServerAuth {
        return Ok(());
    }
    let usage = seat.certificate.known.extended_key_usage;
    let asked = judge.asks(&rules::EXTENDED_KEY_USAGE_PRESENT);
    let serves = asked && usage.is_some_and(|usage| usage.value.has(oid::SERVER_AUTH));
    judge.hold(&rules::EXTENDED_KEY_USAGE_PRESENT, seat, serves, || {
        Finding::new(names(usage), "serverAuth")
    })?;
    allowed(judge, seat, &[oid::EMAIL_PROTECTION])?;
    leaf_not_ca(judge, seat)?;
    digital_signature(judge, seat)
}

/// An issuer: it may issue for that purpose. RFC 5280 leaves open what extKeyUsage means in a CA's
/// certificate; everyone reads it as a limit on what it may issue, and so does BR §7.1.2.10.6.
pub(crate) fn as_issuer<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    listed(judge, seat, &rules::PURPOSE_OF_ISSUER)?;
    let usage = seat.certificate.known.extended_key_usage;
    if matches!(seat.place, Place::Anchor(_)) && seat.certificate.self_issued {
        return judge.hold(&rules::EXTENDED_KEY_USAGE_OF_ROOT, seat, usage.is_none(), || {
            Finding::new(names(usage), "none")
        });
    }
    if judge.question.purpose != Purpose::ServerAuth {
        return Ok(());
    }
    allowed(judge, seat, &[])
}

fn listed<T: TraceSink>(
    judge: &mut Judge<'_, '_, T>,
    seat: Seat<'_, '_>,
    provision: &'static Provision,
) -> Verdict {
    let Some(purpose) = judge.question.purpose.extended_key_usage() else { return Ok(()) };
    let Some(usage) = seat.certificate.known.extended_key_usage else {
        judge.skip(provision, seat, "no extKeyUsage");
        return Ok(());
    };
    let holds = usage.value.has(purpose) || usage.value.has(oid::ANY_EXTENDED_KEY_USAGE);
    judge.hold(provision, seat, holds, || {
        Finding::new(Shown::purposes(&usage.value), purpose.name().unwrap_or_default())
    })
}

/// RFC 5280 §4.2.1.12: where both extensions stand, the use must be consistent with both.
fn fits_key_usage<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let known = &seat.certificate.known;
    let (Some(usage), Some(_)) = (known.key_usage, known.extended_key_usage) else { return Ok(()) };
    let (bits, wanted): (&[KeyUsage], _) = match judge.question.purpose {
        Purpose::ServerAuth => (
            &[KeyUsage::DIGITAL_SIGNATURE, KeyUsage::KEY_ENCIPHERMENT, KeyUsage::KEY_AGREEMENT],
            "digitalSignature, keyEncipherment or keyAgreement",
        ),
        Purpose::ClientAuth => {
            (&[KeyUsage::DIGITAL_SIGNATURE, KeyUsage::KEY_AGREEMENT], "digitalSignature or keyAgreement")
        }
        Purpose::IssueCertificates | Purpose::Any => return Ok(()),
    };
    let fits = bits.iter().any(|bit| usage.value.has(*bit));
    judge.hold(&rules::PURPOSE_FITS_KEY_USAGE, seat, fits, || {
        Finding::new(Shown::usage("", usage.value), wanted)
    })
}

/// BR §7.1.2.7.10 (leaves) and §7.1.2.10.6 (issuers).
fn allowed<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>, more: &[Oid<'_>]) -> Verdict {
    let Some(usage) = seat.certificate.known.extended_key_usage else { return Ok(()) };
    judge.hold(&rules::EXTENDED_KEY_USAGE_NOT_CRITICAL, seat, !usage.critical, || {
        Finding::new(either(usage.critical, "critical", "not critical"), "not critical")
    })?;
    let beside = |listed| NOT_BESIDE_SERVING.contains(&listed) || more.contains(&listed);
    let forbidden = judge.asks(&rules::EXTENDED_KEY_USAGE_ALLOWED) && usage.value.iter().any(beside);
    judge.hold(&rules::EXTENDED_KEY_USAGE_ALLOWED, seat, !forbidden, || {
        Finding::new(Shown::purposes(&usage.value), "serverAuth, clientAuth")
    })
}

fn leaf_not_ca<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let ca = seat.certificate.is_ca();
    judge.hold(&rules::LEAF_NOT_CA, seat, !ca, || Finding::new(either(ca, "cA true", "cA false"), "cA false"))
}

/// BR §7.1.2.7.11.
fn digital_signature<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(usage) = seat.certificate.known.key_usage else { return Ok(()) };
    if seat.certificate.tbs().subject_public_key_info().algorithm().oid() != oid::EC_PUBLIC_KEY {
        return Ok(());
    }
    judge.hold(&rules::DIGITAL_SIGNATURE, seat, usage.value.has(KeyUsage::DIGITAL_SIGNATURE), || {
        Finding::new(Shown::usage("", usage.value), "digitalSignature")
    })
}

/// The purposes, or that there are none.
fn names(usage: Option<Critical<ExtendedKeyUsage<'_>>>) -> Shown {
    usage.map_or_else(|| "none".into(), |usage| Shown::purposes(&usage.value))
}
