// SPDX-License-Identifier: MIT OR Apache-2.0
//! The data directory that somebody named goes into every command that they are told: without it the command would
//! look elsewhere.

use std::path::Path;

use crate::failure::shell;

/// What a command begins with.
const PROGRAM: &str = "chancery ";
/// The verbs that look into the data directory.
const VERBS: [&str; 9] = ["ca", "cert", "connect", "policy", "request", "sign", "trust", "up", "verify"];
/// What a command stands behind, unless it begins the text; in other places the program is only spoken of.
const BEHIND: [&str; 5] = [": ", "; ", ", ", "(", "sudo "];

/// What commands that are told have to carry.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// The value of `--data-dir`, as a shell reads it.
    data_dir: Option<String>,
}

impl Carried {
    /// Commands with this data directory; as they are where none was named.
    pub(super) fn with(data_dir: Option<&Path>) -> Self {
        Self { data_dir: data_dir.map(shell) }
    }

    /// A text whose commands name the data directory, unless they do so already.
    pub(super) fn carry_into(&self, text: &str) -> String {
        let Some(data_dir) = &self.data_dir else { return text.to_owned() };
        let mut pieces = text.split(PROGRAM);
        let mut told = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let begins = told.is_empty() || BEHIND.iter().any(|before| told.ends_with(before));
            let begins = begins && !is_on_record(&told);
            told.push_str(PROGRAM);
            if begins && needs(piece, data_dir) {
                told.push_str(&format!("--data-dir {data_dir} "));
            }
            told.push_str(piece);
        }
        told
    }
}

/// Whether a command, which may have more text behind it, looks into the data directory and does not name it.
fn needs(command: &str, data_dir: &str) -> bool {
    let command = command.split("; ").next().unwrap_or_default();
    let verb = command.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
    VERBS.contains(&verb) && !command.contains("--data-dir") && !command.contains(&format!("{data_dir}/"))
}

/// Whether what follows is no command to run, but the one by which somebody has acted, as the record has it:
/// `uid 1000 (chancery sign)`.
fn is_on_record(told: &str) -> bool {
    let Some(before) = told.strip_suffix('(') else { return false };
    let mut words = before.split_whitespace().rev();
    let number = words.next().is_some_and(|word| word.bytes().all(|octet| octet.is_ascii_digit()));
    number && words.next() == Some("uid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_that_looks_into_the_data_directory_names_it() {
        let carried = Carried::with(Some(Path::new("my ca")));
        for (text, expected) in [
            ("chancery ca audit", "chancery --data-dir 'my ca' ca audit"),
            (
                "look: chancery ca show; or elsewhere: --data-dir DIR",
                "look: chancery --data-dir 'my ca' ca show; or elsewhere: --data-dir DIR",
            ),
            ("nowhere (chancery ca url URL)", "nowhere (chancery --data-dir 'my ca' ca url URL)"),
            ("sudo chancery trust install x", "sudo chancery --data-dir 'my ca' trust install x"),
            (
                "again: chancery up, chancery ca serve",
                "again: chancery --data-dir 'my ca' up, chancery --data-dir 'my ca' ca serve",
            ),
            // Nothing of the data directory is in these.
            ("chancery key new --out KEY", "chancery key new --out KEY"),
            // These say which already.
            ("chancery --data-dir NEW ca init", "chancery --data-dir NEW ca init"),
            ("chancery up DIR --data-dir ELSEWHERE", "chancery up DIR --data-dir ELSEWHERE"),
            ("chancery trust install 'my ca'/root.pem", "chancery trust install 'my ca'/root.pem"),
            ("on the word of uid 1000 (chancery sign)", "on the word of uid 1000 (chancery sign)"),
            ("until 1000 (chancery ca show)", "until 1000 (chancery --data-dir 'my ca' ca show)"),
            // And here the program is spoken of.
            (
                "told at once, while chancery up or ca serve runs",
                "told at once, while chancery up or ca serve runs",
            ),
            ("use the version of chancery that wrote it", "use the version of chancery that wrote it"),
        ] {
            assert_eq!(carried.carry_into(text), expected);
        }
    }

    #[test]
    fn where_no_data_directory_was_named_commands_are_as_they_are() {
        assert_eq!(Carried::default().carry_into("chancery ca audit"), "chancery ca audit");
    }
}
