// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions and the lists inside them. [RFC 8446 §4.2]

use x509::bytes::Cursor;

use super::MAX_EXTENSIONS;
use crate::error::{Field, HelloError};
use crate::registry::{ExtensionType, NamedGroup};

/// A public share: the number one side sends so that both can agree on a secret. [RFC 8446 §4.2.8]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyShare {
    /// The group in which the share was made.
    pub group: NamedGroup,
    /// The share itself: a curve point, a field element, or an encapsulation.
    pub public: Vec<u8>,
}

/// Reads the block of extensions that ends a hello (absent before TLS 1.3 when there are none) and
/// hands each to `each`; gives back the types in order.
pub(super) fn read_all<'a>(
    cursor: &mut Cursor<'a>,
    mut each: impl FnMut(ExtensionType, Cursor<'a>) -> Result<(), HelloError>,
) -> Result<Vec<ExtensionType>, HelloError> {
    let mut seen = Vec::new();
    if cursor.is_empty() {
        return Ok(seen);
    }
    let mut block = Cursor::new(cursor.vec16().field("extensions")?);
    cursor.finish().field("extensions")?;
    while !block.is_empty() {
        let extension = ExtensionType(block.u16().field("extension_type")?);
        let data = block.vec16().field("extension_data")?;
        if seen.contains(&extension) {
            return Err(HelloError::DuplicateExtension { extension });
        }
        if seen.len() == MAX_EXTENSIONS {
            return Err(HelloError::TooMany { items: "extensions", limit: MAX_EXTENSIONS });
        }
        seen.push(extension);
        each(extension, Cursor::new(data))?;
    }
    Ok(seen)
}

/// Reads `list` as numbers of 16 bits; it may not be empty.
pub(super) fn numbers<T>(
    list: &[u8],
    field: &'static str,
    number: impl Fn(u16) -> T,
) -> Result<Vec<T>, HelloError> {
    let mut cursor = Cursor::new(list);
    let mut read = Vec::with_capacity(list.len() / 2);
    while !cursor.is_empty() {
        read.push(number(cursor.u16().field(field)?));
    }
    if read.is_empty() { Err(HelloError::Empty { field }) } else { Ok(read) }
}

/// Reads an extension that holds one list of 16-bit numbers behind its 16-bit length.
pub(super) fn number_list<T>(
    mut data: Cursor<'_>,
    field: &'static str,
    number: impl Fn(u16) -> T,
) -> Result<Vec<T>, HelloError> {
    let list = data.vec16().field(field)?;
    data.finish().field(field)?;
    numbers(list, field, number)
}

/// Reads protocol names. [RFC 7301 §3.1]
pub(super) fn protocol_names(mut data: Cursor<'_>) -> Result<Vec<Vec<u8>>, HelloError> {
    const FIELD: &str = "application_layer_protocol_negotiation";
    let mut list = Cursor::new(data.vec16().field(FIELD)?);
    data.finish().field(FIELD)?;
    let mut names = Vec::new();
    while !list.is_empty() {
        let name = list.vec8().field(FIELD)?;
        if name.is_empty() {
            return Err(HelloError::Empty { field: "protocol name" });
        }
        names.push(name.to_vec());
    }
    if names.is_empty() { Err(HelloError::Empty { field: FIELD }) } else { Ok(names) }
}

/// Reads one group and share.
pub(super) fn key_share(data: &mut Cursor<'_>) -> Result<KeyShare, HelloError> {
    let group = NamedGroup(data.u16().field("key_share")?);
    let public = data.vec16().field("key_share")?.to_vec();
    if public.is_empty() {
        Err(HelloError::Empty { field: "key_exchange" })
    } else {
        Ok(KeyShare { group, public })
    }
}
