// SPDX-License-Identifier: MIT OR Apache-2.0
//! nameConstraints by itself: where it stands and how it is written (RFC 5280 §4.2.1.10).

use x509::GeneralName;

use crate::decoded::bounded;
use crate::judge::{Finding, Judge, Seat, Verdict, either};
use crate::names::{dns, email, uri};
use crate::rules;
use crate::trace::TraceSink;

pub(super) fn check<T: TraceSink>(judge: &mut Judge<'_, '_, T>, seat: Seat<'_, '_>) -> Verdict {
    let Some(constraints) = seat.certificate.known.name_constraints else { return Ok(()) };
    let ca = seat.certificate.is_ca();
    judge.hold(&rules::NAME_CONSTRAINTS_IN_CA, seat, ca, || {
        Finding::new(
            either(ca, "in a CA's certificate", "in a certificate without cA"),
            "in a CA's certificate",
        )
    })?;
    judge.hold(&rules::NAME_CONSTRAINTS_CRITICAL, seat, constraints.critical, || {
        Finding::new(either(constraints.critical, "critical", "not critical"), "critical")
    })?;
    if !judge.asks(&rules::NAME_CONSTRAINTS_SYNTAX) {
        return Ok(());
    }
    let mut subtrees = constraints.value.permitted.iter().chain(constraints.value.excluded.iter());
    let fault = subtrees.find_map(|subtree| fault(&subtree).map(|fault| (subtree, fault)));
    judge.hold(&rules::NAME_CONSTRAINTS_SYNTAX, seat, fault.is_none(), || match fault {
        Some((subtree, fault)) => {
            Finding::new(format!("{}: {fault}", bounded(subtree)), "the form's own syntax")
        }
        None => Finding::new("well-formed", "well-formed"),
    })
}

/// What is wrong with a subtree.
fn fault(subtree: &GeneralName<'_>) -> Option<String> {
    match *subtree {
        GeneralName::Dns(host) => dns::check_constraint(host).err().map(|fault| fault.to_string()),
        GeneralName::Email(text) => email::check_constraint(text).err().map(|fault| fault.to_string()),
        GeneralName::Uri(text) => uri::check_constraint(text).err().map(|fault| fault.to_string()),
        // The lengths and masks of ranges were checked when they were read.
        GeneralName::Ip(_)
        | GeneralName::Directory(_)
        | GeneralName::Other { .. }
        | GeneralName::X400(_)
        | GeneralName::EdiParty(_)
        | GeneralName::RegisteredId(_) => None,
    }
}
