// SPDX-License-Identifier: MIT OR Apache-2.0
//! The online certificate status protocol, RFC 6960: what a client asks and a responder answers, read
//! without copying. For writing, see [`mod@write`].
//!
//! Every version is v1, which as a default DER leaves out: a version that is written is refused.

mod cert_id;
mod data;
mod request;
mod response;
mod signature;
mod single;
mod status;
pub mod write;

pub use cert_id::CertId;
pub use data::{ResponderId, ResponseData};
pub use request::{OcspRequest, Request, Requests, TbsRequest};
pub use response::{BasicOcspResponse, OcspResponse};
pub use signature::{Certificates, Signature};
pub use single::{CertStatus, SingleResponse, SingleResponses};
pub use status::ResponseStatus;

use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Problem, Within};
use crate::ext::Extensions;
use crate::oid::Oid;

/// Reads `[number] EXPLICIT … OPTIONAL` around what `read` reads.
fn explicit<'a, T>(
    reader: &mut Reader<'a>,
    number: u8,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(explicit) = reader.optional(Tag::context_constructed(number))? else { return Ok(None) };
    let mut inner = explicit.reader();
    let value = read(&mut inner)?;
    inner.finish()?;
    Ok(Some(value))
}

fn read_sequence<'a>(reader: &mut Reader<'a>) -> Result<Element<'a>, Error> {
    reader.expect(Tag::SEQUENCE)
}

/// Reads `[number] EXPLICIT Extensions OPTIONAL`.
fn extensions<'a>(reader: &mut Reader<'a>, number: u8, field: &'static str) -> Result<Extensions<'a>, Error> {
    match explicit(reader, number, read_sequence).within(field)? {
        Some(list) => Extensions::from_element(&list, &mut |_| {}),
        None => Ok(Extensions::NONE),
    }
}

/// Reads past `version [0] EXPLICIT INTEGER { v1(0) } DEFAULT v1`.
fn version(reader: &mut Reader<'_>) -> Result<(), Error> {
    let at = *reader;
    match explicit(reader, 0, Reader::small_integer).within("version")? {
        None => Ok(()),
        Some(0) => Err(at.error(Problem::DefaultEncoded)).within("version"),
        Some(found) => Err(at.error(Problem::UnknownVersion { found })).within("version"),
    }
}

/// The first critical extension that is none of those processed.
fn unprocessed<'a>(extensions: Extensions<'a>, processed: &[Oid<'_>]) -> Option<Oid<'a>> {
    let mut left = extensions.iter().filter(|extension| extension.critical);
    left.find(|extension| !processed.contains(&extension.oid)).map(|extension| extension.oid)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_version_that_is_written_is_refused() {
        let check = |input: &[u8], expect: Result<(), Problem>| {
            let found = version(&mut Reader::new(input)).map_err(|error| error.problem());
            assert_eq!(found, expect, "{input:02x?}");
        };
        check(&[], Ok(()));
        check(&[0xa1, 0], Ok(()));
        check(&[0xa0, 3, 2, 1, 0], Err(Problem::DefaultEncoded));
        check(&[0xa0, 3, 2, 1, 1], Err(Problem::UnknownVersion { found: 1 }));
        check(&[0xa0, 4, 2, 1, 0, 0], Err(Problem::TrailingBytes { count: 1 }));
        check(&[0xa0, 0], Err(Problem::Missing { expected: Tag::INTEGER }));
    }

    #[test]
    fn an_explicit_tag_holds_one_element() {
        let check = |input: &[u8], expect: Result<bool, ()>| {
            let found = explicit(&mut Reader::new(input), 1, Reader::null);
            assert_eq!(found.map(|element| element.is_some()).map_err(drop), expect, "{input:02x?}");
        };
        check(&[], Ok(false));
        check(&[0xa0, 2, 5, 0], Ok(false));
        check(&[0xa1, 2, 5, 0], Ok(true));
        check(&[0xa1, 0], Err(()));
        check(&[0xa1, 4, 5, 0, 5, 0], Err(()));
        check(&[0xa1, 2, 4, 0], Err(()));
        check(&[0xa1, 4, 5, 0], Err(()));
    }
}
