// SPDX-License-Identifier: MIT OR Apache-2.0
//! The record layer. [RFC 8446 §5.1]

use x509::bytes::Cursor;

use super::MAX_FRAGMENT;
use crate::error::HelloError;
use crate::registry::ProtocolVersion;

pub(super) const CHANGE_CIPHER_SPEC: u8 = 20;
pub(super) const ALERT: u8 = 21;
pub(super) const HANDSHAKE: u8 = 22;
pub(super) const APPLICATION_DATA: u8 = 23;
const HEARTBEAT: u8 = 24;

/// How much longer a protected fragment may be than a plain one. [RFC 5246 §6.2.3]
const MAX_EXPANSION: usize = 2048;

/// One record: what it carries, and the fragment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) content_type: u8,
    pub(super) fragment: &'a [u8],
}

/// What comes next in a stream of records.
#[derive(Clone, Copy, Debug)]
pub(super) enum Next<'a> {
    Record(Record<'a>),
    /// The bytes end inside a record.
    Cut,
    /// The bytes end where a record ends.
    End,
}

/// Takes the next record off the front of `cursor`.
pub(super) fn next<'a>(cursor: &mut Cursor<'a>) -> Result<Next<'a>, HelloError> {
    if cursor.is_empty() {
        return Ok(Next::End);
    }
    let (Ok(content_type), Ok(version)) = (cursor.u8(), cursor.u16()) else { return Ok(Next::Cut) };
    if !(CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(&content_type) || version >> 8 != 3 {
        return Err(HelloError::NotARecord { content_type, version: ProtocolVersion(version) });
    }
    let Ok(length) = cursor.u16() else { return Ok(Next::Cut) };
    let length = usize::from(length);
    let limit = if content_type == APPLICATION_DATA { MAX_FRAGMENT + MAX_EXPANSION } else { MAX_FRAGMENT };
    if length > limit {
        return Err(HelloError::RecordTooLong { length, limit });
    }
    Ok(match cursor.take(length) {
        Ok(fragment) => Next::Record(Record { content_type, fragment }),
        Err(_) => Next::Cut,
    })
}
