// SPDX-License-Identifier: MIT OR Apache-2.0
//! A big-endian cursor for formats that are not DER: TLS messages, Java keystores.

/// The input ended before what was asked for, or went on past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BytesError {
    /// Too little is left.
    #[error("truncated: {wanted} bytes expected, {left} left")]
    Truncated {
        /// Bytes asked for.
        wanted: usize,
        /// Bytes left.
        left: usize,
    },
    /// Something follows where the end should be.
    #[error("{count} trailing bytes")]
    Trailing {
        /// Bytes left over.
        count: usize,
    },
}

/// A cursor that takes borrowed pieces off the front of its input and never panics.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of `input`.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    /// What is left.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes `count` bytes.
    ///
    /// # Errors
    /// Fewer are left; the cursor stays where it was.
    pub const fn take(&mut self, count: usize) -> Result<&'a [u8], BytesError> {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(BytesError::Truncated { wanted: count, left: self.rest.len() }),
        }
    }

    fn number<const N: usize>(&mut self) -> Result<u32, BytesError> {
        Ok(self.take(N)?.iter().fold(0, |sum, &octet| (sum << 8) | u32::from(octet)))
    }

    /// Takes one byte.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn u8(&mut self) -> Result<u8, BytesError> {
        self.take(1).map(|taken| taken.first().copied().unwrap_or_default())
    }

    /// Takes a 16-bit number.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn u16(&mut self) -> Result<u16, BytesError> {
        let high = self.take(2)?;
        Ok(high.iter().fold(0, |sum, &octet| (sum << 8) | u16::from(octet)))
    }

    /// Takes a 24-bit number.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn u24(&mut self) -> Result<u32, BytesError> {
        self.number::<3>()
    }

    /// Takes a 32-bit number.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn u32(&mut self) -> Result<u32, BytesError> {
        self.number::<4>()
    }

    /// Takes a 64-bit number.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn u64(&mut self) -> Result<u64, BytesError> {
        Ok(self.take(8)?.iter().fold(0, |sum, &octet| (sum << 8) | u64::from(octet)))
    }

    /// Takes a run of bytes behind its 8-bit length.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn vec8(&mut self) -> Result<&'a [u8], BytesError> {
        let count = self.u8()?;
        self.take(usize::from(count))
    }

    /// Takes a run of bytes behind its 16-bit length.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn vec16(&mut self) -> Result<&'a [u8], BytesError> {
        let count = self.u16()?;
        self.take(usize::from(count))
    }

    /// Takes a run of bytes behind its 24-bit length.
    ///
    /// # Errors
    /// As [`Cursor::take`].
    pub fn vec24(&mut self) -> Result<&'a [u8], BytesError> {
        let count = self.u24()?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Says that nothing may follow.
    ///
    /// # Errors
    /// [`BytesError::Trailing`] when something does.
    pub const fn finish(&self) -> Result<(), BytesError> {
        if self.rest.is_empty() { Ok(()) } else { Err(BytesError::Trailing { count: self.rest.len() }) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn numbers_are_big_endian_and_a_failed_take_moves_nothing() {
        let mut cursor = Cursor::new(&[1, 2, 3, 4, 5, 6, 2, 9, 9, 0xff]);
        assert_eq!(cursor.u8(), Ok(1));
        assert_eq!(cursor.u16(), Ok(0x0203));
        assert_eq!(cursor.u24(), Ok(0x0004_0506));
        assert_eq!(cursor.vec8(), Ok(&[9, 9][..]));
        assert_eq!(cursor.u32(), Err(BytesError::Truncated { wanted: 4, left: 1 }));
        assert_eq!(cursor.finish(), Err(BytesError::Trailing { count: 1 }));
        assert_eq!(cursor.u8(), Ok(0xff));
        assert_eq!(cursor.finish(), Ok(()));
    }
}
