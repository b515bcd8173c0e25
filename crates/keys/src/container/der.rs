// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which container a run of DER is, told by the types of its first fields.

use x509::der::{Reader, Tag};

use super::Container;
use crate::error::KeyError;

/// A broken container, with its name.
pub(super) fn malformed(container: &'static str) -> impl Fn(x509::Error) -> KeyError {
    move |source| KeyError::Malformed { container, source }
}

/// Tells the container of DER that nobody has labelled.
pub(super) fn recognise(der: &[u8]) -> Result<Container, KeyError> {
    let whole = Reader::whole(der, Tag::SEQUENCE).map_err(malformed("DER"))?;
    let mut fields = whole.reader();
    let mut tag = || fields.element().map(|element| element.tag).ok();
    match (tag(), tag()) {
        (Some(Tag::INTEGER), Some(Tag::SEQUENCE)) => Ok(Container::Pkcs8),
        (Some(Tag::INTEGER), Some(Tag::OCTET_STRING)) => Ok(Container::Sec1),
        (Some(Tag::INTEGER), Some(Tag::INTEGER)) => Ok(Container::Pkcs1),
        (Some(Tag::SEQUENCE), Some(Tag::OCTET_STRING)) => Ok(Container::EncryptedPkcs8),
        (Some(Tag::SEQUENCE), Some(Tag::BIT_STRING)) => no_key("a public key in DER"),
        (Some(Tag::SEQUENCE), Some(Tag::SEQUENCE)) => no_key("a certificate or request in DER"),
        _ => no_key("DER of another kind"),
    }
}

fn no_key<T>(found: &str) -> Result<T, KeyError> {
    Err(KeyError::NoKey { found: found.to_owned() })
}
