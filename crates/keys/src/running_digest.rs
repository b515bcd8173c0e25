// SPDX-License-Identifier: MIT OR Apache-2.0
//! The SHA-256 of what does not fit into memory.

use std::fmt;
use std::io::{self, Write};
use x509::hex;

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 that is fed piece by piece: it is written to.
#[derive(Clone)]
pub struct RunningDigest(Context);

impl RunningDigest {
    /// That of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// What it came to, in lower-case hexadecimal.
    #[must_use]
    pub fn finish(self) -> String {
        hex::encode(self.0.finish().as_ref())
    }
}

impl Default for RunningDigest {
    fn default() -> Self {
        Self::new()
    }
}

impl Write for RunningDigest {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0.update(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for RunningDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunningDigest")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn pieces_come_to_the_same_as_the_whole() {
        let mut running = RunningDigest::new();
        running.write_all(b"a").unwrap();
        running.write_all(b"bc").unwrap();
        assert_eq!(running.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
