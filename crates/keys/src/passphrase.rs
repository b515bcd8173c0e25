// SPDX-License-Identifier: MIT OR Apache-2.0
//! The passphrase that protects a key at rest.

use std::fmt;

use zeroize::Zeroizing;

/// A passphrase: zeroised when dropped, never printed.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// A passphrase of exactly these octets, as other tools take it: no normalisation, no trimming.
    #[must_use]
    pub const fn new(octets: Zeroizing<Vec<u8>>) -> Self {
        Self(octets)
    }

    /// The passphrase on the first line of a file or credential, without its line end.
    #[must_use]
    pub fn from_first_line(content: &[u8]) -> Self {
        let line = content.split(|&octet| octet == b'\n').next().unwrap_or_default();
        Self(Zeroizing::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The octets, for key derivation alone.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.0
    }
}

impl From<Zeroizing<String>> for Passphrase {
    fn from(mut text: Zeroizing<String>) -> Self {
        Self(Zeroizing::new(std::mem::take(&mut *text).into_bytes()))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_its_first_line_and_nothing_is_trimmed_but_the_line_end() {
        let check = |content: &[u8], expect: &[u8]| {
            assert_eq!(Passphrase::from_first_line(content).octets(), expect);
        };
        check(b"secret\n", b"secret");
        check(b"secret\r\nsecond\n", b"secret");
        check(b" se cret \n", b" se cret ");
        check(b"secret", b"secret");
        check(b"\n", b"");
        check(b"", b"");
    }

    #[test]
    fn it_is_never_printed() {
        let passphrase = Passphrase::from(Zeroizing::new("hunter2".to_owned()));
        assert_eq!(format!("{passphrase:?}"), "Passphrase(..)");
    }
}
