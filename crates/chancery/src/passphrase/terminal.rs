// SPDX-License-Identifier: MIT OR Apache-2.0
//! A question at the terminal, whose answer is not shown. Ctrl-C is an answer too: the terminal is left as it was found.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::LONGEST;

/// Ctrl-C and Ctrl-\, Ctrl-D, Ctrl-U, and the two that take a character back.
const INTERRUPTS: [u8; 2] = [0x03, 0x1c];
const END: u8 = 0x04;
const KILL: u8 = 0x15;
const ERASE: [u8; 2] = [0x08, 0x7f];
/// Ctrl-Z: nobody comes back to a question that others may have typed into.
const SUSPEND: u8 = 0x1a;

/// What somebody has typed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Given(Zeroizing<String>),
    /// They want none of it.
    Interrupted,
}

/// Asks at the terminal of this process.
pub(super) fn ask(question: &str) -> io::Result<Answer> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let silence = Silence::over(&terminal)?;
    terminal.write_all(question.as_bytes())?;
    let answer = read(&mut terminal);
    drop(silence);
    terminal.write_all(b"\n")?;
    answer
}

/// A terminal that shows nothing and gives every key, until this is dropped.
struct Silence {
    terminal: File,
    before: Termios,
}

impl Silence {
    fn over(terminal: &File) -> io::Result<Self> {
        let terminal = terminal.try_clone()?;
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        // With signals on, Ctrl-C would end the process before it could put back what it has changed.
        silent.local_modes.remove(
            LocalModes::ECHO
                | LocalModes::ECHONL
                | LocalModes::ICANON
                | LocalModes::ISIG
                | LocalModes::IEXTEN,
        );
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        let silence = Self { terminal, before };
        tcsetattr(&silence.terminal, OptionalActions::Now, &silent)?;
        Ok(silence)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// A line, key by key, as a terminal would have it edited.
fn read(keys: &mut impl Read) -> io::Result<Answer> {
    // Never moved while it grows: what is left behind would not be zeroised.
    let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let mut key = Zeroizing::new([0_u8; 1]);
    loop {
        if keys.read(&mut *key)? == 0 {
            break;
        }
        let [key] = *key;
        match key {
            b'\n' | b'\r' | END => break,
            KILL => typed.clear(),
            SUSPEND => {}
            _ if INTERRUPTS.contains(&key) => return Ok(Answer::Interrupted),
            _ if ERASE.contains(&key) => erase(&mut typed),
            _ if typed.len() >= LONGEST => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("it is over {LONGEST} bytes"),
                ));
            }
            key => typed.push(key),
        }
    }
    match String::from_utf8(std::mem::take(&mut *typed)) {
        Ok(text) => Ok(Answer::Given(Zeroizing::new(text))),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
        }
    }
}

/// Takes the last character back: in UTF-8, an octet and those that continue it.
fn erase(typed: &mut Vec<u8>) {
    while let Some(octet) = typed.pop() {
        if octet & 0b1100_0000 != 0b1000_0000 {
            return;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_as_a_terminal_would() {
        let check = |keys: &[u8], expect: Option<&str>| {
            let answer = match read(&mut &keys[..]).unwrap() {
                Answer::Given(text) => Some(text.to_string()),
                Answer::Interrupted => None,
            };
            assert_eq!(answer.as_deref(), expect, "{keys:?}");
        };
        check(b"correct horse\nrest", Some("correct horse"));
        check(b" as typed \r", Some(" as typed "));
        check(b"corrext\x7f\x7f\x7fect\n", Some("correct"));
        check("grün\x7f\x7fün\n".as_bytes(), Some("grün"));
        check("日本\x08\n".as_bytes(), Some("日"));
        check(b"\x7f\x7fa\n", Some("a"));
        check(b"wrong\x15right\n", Some("right"));
        check(b"a\x1ab\x04c", Some("ab"));
        check(b"", Some(""));
        check(b"secret\x03\n", None);
        check(b"\x1c", None);
    }

    #[test]
    fn what_is_too_long_or_no_text_is_refused() {
        assert!(read(&mut &vec![b'x'; LONGEST][..]).is_ok());
        assert!(read(&mut &vec![b'x'; LONGEST + 1][..]).is_err());
        assert!(read(&mut &b"\xff\n"[..]).is_err());
    }
}
