// SPDX-License-Identifier: MIT OR Apache-2.0
//! The basic fields (RFC 5280 §4.1).

use x509::{Time, TimeForm, Version};

use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::rules;
use crate::trace::{Place, Shown, TraceSink};

/// How many octets a serial number may have (RFC 5280 §4.1.2.2).
const SERIAL_OCTETS: usize = 20;

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    version(judge, seat)?;
    serial(judge, seat)?;
    signature_algorithms(judge, seat)?;
    names(judge, seat)?;
    validity_encoding(judge, seat)
}

fn version<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let tbs = seat.certificate.tbs();
    let (version, unique) = (tbs.version(), tbs.has_unique_identifiers());
    let name = match version {
        Version::V1 => "version 1",
        Version::V2 => "version 2",
        Version::V3 => "version 3",
    };
    let enough = version == Version::V3 || tbs.extensions().is_empty();
    judge.hold(&rules::VERSION, seat, enough, || Finding::new(name, "version 3"))?;
    judge.hold(&rules::VERSION_3, seat, version == Version::V3, || Finding::new(name, "version 3"))?;
    judge.hold(&rules::UNIQUE_IDENTIFIERS, seat, !unique, || {
        Finding::new(either(unique, "some", "none"), "none")
    })
}

fn serial<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let serial = seat.certificate.tbs().serial();
    let positive = !serial.is_negative() && !serial.is_zero();
    // RFC 5280 §4.1.2.2 has its users handle zero gracefully: Go Daddy's and Starfield's roots have it.
    judge.hold(&rules::SERIAL_POSITIVE, seat, positive || is_anchor(seat), || {
        let seen = if serial.is_negative() {
            "a negative number"
        } else {
            either(positive, "a positive number", "zero")
        };
        Finding::new(seen, "a positive number")
    })?;
    let octets = serial.content().len();
    judge.hold(&rules::SERIAL_LENGTH, seat, octets <= SERIAL_OCTETS, || {
        Finding::new(Shown::count(octets, either(octets == 1, "octet", "octets")), "at most 20 octets")
    })
}

/// Whether someone chose to trust the certificate as it is: how its issuer wrote what no decision rests
/// on is past mending.
const fn is_anchor(seat: Seat<'_, '_>) -> bool {
    matches!(seat.place, Place::Anchor(_))
}

fn signature_algorithms<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(certificate) = seat.certificate.signed() else { return Ok(()) };
    let (inner, outer) =
        (seat.certificate.tbs().inner_signature_algorithm(), certificate.signature_algorithm());
    judge.hold(&rules::SIGNATURE_ALGORITHMS_AGREE, seat, inner.raw() == outer.raw(), || {
        let wanted = Shown::algorithm(outer.oid());
        if inner.raw() == outer.raw() {
            return Finding::new(wanted.clone(), wanted);
        }
        let other = either(inner.oid() == outer.oid(), " with other parameters", "");
        Finding::new(format!("{} inside{other}", Shown::algorithm(inner.oid())), wanted)
    })
}

fn names<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let tbs = seat.certificate.tbs();
    let issuer = !tbs.issuer().is_empty();
    judge.hold(&rules::ISSUER_NAMED, seat, issuer, || {
        Finding::new(either(issuer, "a name", "an empty name"), "a name")
    })?;
    let named = !seat.certificate.is_ca() || !tbs.subject().is_empty();
    judge.hold(&rules::SUBJECT_NAMED, seat, named, || {
        Finding::new(either(named, "a name", "an empty name"), "a name")
    })
}

fn validity_encoding<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let validity = seat.certificate.tbs().validity();
    // RFC 5280 §4.1.2.5: UTCTime has two digits of year, 1950 to 2049.
    let year_2050 = Time::from_unix(2_524_608_000);
    let year_1950 = Time::from_unix(-631_152_000);
    for (name, encoded) in [("notBefore", validity.not_before), ("notAfter", validity.not_after)] {
        let due = if (year_1950..year_2050).contains(&encoded.time) {
            TimeForm::Utc
        } else {
            TimeForm::Generalized
        };
        // Some public roots are older than the rule.
        judge.hold(&rules::VALIDITY_ENCODING, seat, encoded.form == due || is_anchor(seat), || {
            let wanted = match due {
                TimeForm::Utc => "UTCTime",
                TimeForm::Generalized => "GeneralizedTime",
            };
            Finding::new(Shown::encoded(name, encoded.time, encoded.form), wanted)
        })?;
    }
    Ok(())
}
