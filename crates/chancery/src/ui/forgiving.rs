// SPDX-License-Identifier: MIT OR Apache-2.0
//! A reader who leaves early, as `head` does, changes nothing about what a verb does or answers.

use std::io::{self, ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A stream that goes on when nobody reads it any more: what is written then is lost, and that is noted.
pub(super) struct Forgiving<W> {
    stream: W,
    gone: Arc<AtomicBool>,
}

impl<W: Write> Forgiving<W> {
    /// The stream, and where it is noted that its reader left.
    pub(super) fn new(stream: W) -> (Self, Arc<AtomicBool>) {
        let gone = Arc::new(AtomicBool::new(false));
        (Self { stream, gone: Arc::clone(&gone) }, gone)
    }

    fn forgive<T>(&self, outcome: io::Result<T>, lost: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone.store(true, Ordering::Relaxed);
                Ok(lost)
            }
            outcome => outcome,
        }
    }
}

impl<W: Write> Write for Forgiving<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.gone.load(Ordering::Relaxed) {
            return Ok(octets.len());
        }
        let outcome = self.stream.write(octets);
        self.forgive(outcome, octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let outcome = self.stream.flush();
        self.forgive(outcome, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Left;

    impl Write for Left {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::StorageFull.into())
        }
    }

    #[test]
    fn a_reader_who_left_is_forgiven_and_nothing_else_is() {
        let (mut stream, gone) = Forgiving::new(Left);
        assert!(stream.write_all(b"one").is_ok() && gone.load(Ordering::Relaxed));
        assert!(stream.write_all(b"two").is_ok() && stream.flush().is_err());
    }
}
