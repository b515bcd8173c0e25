// SPDX-License-Identifier: MIT OR Apache-2.0
//! The URI of a token or of a key on it.

use keys::pkcs11::Pkcs11Uri;

use crate::certificate::shown;

/// Reads a URI; what it means is the same after it was written.
pub fn read(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match Pkcs11Uri::parse(text) {
        Ok(uri) => {
            let written = uri.to_string();
            assert!(Pkcs11Uri::is_meant(text), "what is read claims to be one");
            // Escaped, it may be longer than what is read.
            if written.len() <= text.len() {
                assert_eq!(Pkcs11Uri::parse(&written).as_ref(), Ok(&uri), "{written}");
            }
            assert_eq!(uri.names_key(), uri.id().is_some() || uri.object().is_some());
        }
        Err(error) => shown(&error),
    }
}
