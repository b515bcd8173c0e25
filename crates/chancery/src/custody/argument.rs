// SPDX-License-Identifier: MIT OR Apache-2.0
//! The URI of a token on the command line.

use std::convert::Infallible;
use std::str::FromStr;

use keys::pkcs11::{Pkcs11Uri, UriError};

use crate::failure::Failure;

/// What was given as a URI, read. One that cannot be read is told by us, since clap repeats what it was given, and there
/// may be a PIN in that.
#[derive(Debug, Clone)]
pub(crate) struct UriArg(Result<Pkcs11Uri, UriError>);

impl FromStr for UriArg {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(Pkcs11Uri::parse(text)))
    }
}

impl UriArg {
    /// The URI.
    pub(crate) fn uri(&self) -> Result<Pkcs11Uri, Failure> {
        self.0.clone().map_err(|error| {
            let failure = Failure::could_not("this is no URI of a token").because(&error);
            failure.hint(match error {
                UriError::PinValue => "leave it out, and name the file that holds the PIN: --pin-file FILE",
                _ => "'pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so' is one",
            })
        })
    }
}
