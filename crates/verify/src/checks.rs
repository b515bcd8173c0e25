// SPDX-License-Identifier: MIT OR Apache-2.0
//! The rules as code, a small function each, in the order of the table.

mod alt_name;
mod constraints;
mod extensions;
mod form;
mod issuer;
mod key;
mod key_identifiers;
mod key_usage;
mod peer_name;
mod purpose;
mod validity;

pub(crate) use issuer::{as_issuer, max_path_length};
pub(crate) use key_identifiers::{is_key_of, matches_issuer, names_key};
pub(crate) use peer_name::check as peer_name;
pub(crate) use purpose::{as_issuer as purpose_of_issuer, as_leaf as purpose_of_leaf};

use crate::judge::{Judge, Seat, Verdict};
use crate::trace::TraceSink;

/// Everything that a certificate must be by itself, whatever path it stands in.
pub(crate) fn by_itself<'a, T: TraceSink>(judge: &mut Judge<'_, 'a, T>, seat: Seat<'_, 'a>) -> Verdict {
    form::check(judge, seat)?;
    validity::check(judge, seat)?;
    extensions::check(judge, seat)?;
    key_identifiers::check(judge, seat)?;
    issuer::check(judge, seat)?;
    key_usage::check(judge, seat)?;
    key::check(judge, seat)?;
    alt_name::check(judge, seat)?;
    constraints::check(judge, seat)
}
