// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where a passphrase comes from: a file, a systemd credential, or somebody at a terminal. Never an
//! argument, which every process on the machine can read.

mod terminal;

use std::fs::File;
use std::io::{IsTerminal as _, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use keys::Passphrase;
use zeroize::Zeroizing;

use terminal::Answer;

use crate::context::Context;
use crate::failure::{Failure, shell};

/// The name of the systemd credential.
const CREDENTIAL: &str = "chancery.passphrase";
/// What is asked for, and the option that names a file with it.
const FILE: (&str, &str) = ("passphrase", "--passphrase-file");
/// More than anybody types, less than a disk.
const LONGEST: usize = 4096;

/// The arguments of a verb that reads an encrypted key.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct PassphraseArgs {
    /// Read the key's passphrase from this file (its first line)
    ///
    /// Without it: the systemd credential "chancery.passphrase" when there is one, else a prompt when there
    /// is a terminal.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The arguments of a verb that writes a key.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct NewPassphraseArgs {
    /// Encrypt the key: ask for a passphrase, twice
    #[arg(long, conflicts_with = "passphrase_file")]
    ask_passphrase: bool,

    /// Encrypt the key with the passphrase in this file (its first line)
    ///
    /// Without it the systemd credential "chancery.passphrase" is used when there is one. With neither, and
    /// without --ask-passphrase, the key is protected by its file mode (0600) alone.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The arguments of a verb that moves a key into a file that is always encrypted.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct MovedPassphraseArgs {
    /// Encrypt the file with the passphrase in this one (its first line)
    ///
    /// Without it: the passphrase that the key has already, else a prompt when there is a terminal.
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

impl MovedPassphraseArgs {
    /// The passphrase to encrypt with: the one that is named, else the one that the key has already, else none.
    pub(crate) fn wanted(&self, before: Option<Passphrase>) -> Result<Option<Passphrase>, Failure> {
        self.new_passphrase_file
            .as_deref()
            .map(|file| read(file, FILE.0))
            .transpose()
            .map(|named| named.or(before))
    }

    /// The passphrase to encrypt with; `before` is the one that the key has already.
    pub(crate) fn obtain(&self, before: Option<Passphrase>) -> Result<Passphrase, Failure> {
        match (&self.new_passphrase_file, before) {
            (Some(file), _) => read(file, FILE.0),
            (None, Some(before)) => Ok(before),
            (None, None) => prompt_twice("the file"),
        }
    }
}

impl PassphraseArgs {
    /// The same source, as a command that is told names it.
    pub(crate) fn again(&self) -> String {
        let file = self.passphrase_file.as_deref();
        file.map(|file| format!(" --passphrase-file {}", shell(file))).unwrap_or_default()
    }

    /// The passphrase of existing keys, where it is kept somewhere.
    pub(crate) fn stored(&self, context: &Context) -> Result<Option<Passphrase>, Failure> {
        stored(self.passphrase_file.as_deref(), context)
    }

    /// The passphrase that a key was opened with: the one that is kept somewhere, else the one that was typed last.
    pub(crate) fn used(&self, context: &Context) -> Result<Option<Passphrase>, Failure> {
        self.stored(context).map(|stored| stored.or_else(|| context.typed.last().cloned()))
    }

    /// The passphrase of an existing encrypted key; `what` is named at the prompt.
    pub(crate) fn obtain(&self, what: &str, context: &Context) -> Result<Passphrase, Failure> {
        if let Some(passphrase) = self.stored(context)? {
            return Ok(passphrase);
        }
        context.require_somebody(&format!("the passphrase of {what}"))?;
        prompt(&format!("Passphrase of {what}: "), FILE).map(Passphrase::from)
    }
}

impl NewPassphraseArgs {
    /// Whether a source was named.
    pub(crate) fn is_named(&self) -> bool {
        self.ask_passphrase || self.passphrase_file.is_some()
    }

    /// The same source, for a key that was encrypted before.
    pub(crate) fn existing(&self) -> PassphraseArgs {
        PassphraseArgs { passphrase_file: self.passphrase_file.clone() }
    }

    /// The passphrase to encrypt a new key with; `None` when no source was given.
    pub(crate) fn obtain(&self, what: &str, context: &Context) -> Result<Option<Passphrase>, Failure> {
        if !self.ask_passphrase {
            return stored(self.passphrase_file.as_deref(), context);
        }
        prompt_twice(what).map(Some)
    }
}

/// The passphrase in the named file, else in the systemd credential.
fn stored(file: Option<&Path>, context: &Context) -> Result<Option<Passphrase>, Failure> {
    let credential = credential(CREDENTIAL, context);
    let path = file.map(Path::to_path_buf).or(credential);
    path.map(|path| read(&path, "passphrase")).transpose()
}

/// The file of a systemd credential, where there is one of this name.
pub(crate) fn credential(name: &str, context: &Context) -> Option<PathBuf> {
    let directory = context.environment.credentials_directory.as_ref()?;
    Some(directory.join(name)).filter(|path| path.exists())
}

/// The secret on the first line of a file: a passphrase, or what `what` calls it.
pub(crate) fn read(path: &Path, what: &str) -> Result<Passphrase, Failure> {
    let unreadable = |error| Failure::unreadable(path, &error);
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Failure::could_not(format!("{} is no file that could hold a {what}", path.display()))
            .hint("write it on the first line of a file that only you can read"));
    }
    let mode = metadata.permissions().mode();
    if mode & 0o006 != 0 {
        let message =
            format!("{what} file {} is open to everybody (mode {:04o})", path.display(), mode & 0o7777);
        return Err(Failure::could_not(message).hint(format!("chmod 600 {}", shell(path))));
    }
    let mut content = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    file.take(LONGEST as u64 + 1).read_to_end(&mut content).map_err(unreadable)?;
    if content.len() > LONGEST {
        return Err(Failure::could_not(format!("{what} file {} is over {LONGEST} bytes", path.display())));
    }
    let passphrase = Passphrase::from_first_line(&content);
    if passphrase.is_empty() {
        return Err(Failure::could_not(format!("{what} file {} begins with an empty line", path.display()))
            .hint(format!("write the {what} on its first line")));
    }
    Ok(passphrase)
}

fn prompt_twice(what: &str) -> Result<Passphrase, Failure> {
    let first = prompt(&format!("New passphrase of {what}: "), FILE)?;
    let again = prompt("The same again: ", FILE)?;
    if *first != *again {
        return Err(Failure::could_not("the two passphrases differ"));
    }
    Ok(first.into())
}

/// Asks somebody at the terminal for `what`, which a file that `option` names could hold instead.
pub(crate) fn prompt(question: &str, (what, option): (&str, &str)) -> Result<Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::could_not(format!("a {what} is needed, and there is no terminal to ask at"))
            .hint(format!("name a file that holds it: {option} FILE")));
    }
    let answer = terminal::ask(question)
        .map_err(|error| Failure::could_not(format!("cannot ask for the {what}")).because(&error))?;
    let Answer::Given(answer) = answer else {
        return Err(Failure::could_not(format!("interrupted: no {what} was given")));
    };
    if answer.is_empty() {
        return Err(Failure::could_not(format!("the {what} is empty")));
    }
    Ok(answer)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("passphrase");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (directory, path)
    }

    #[test]
    fn a_private_file_is_read() {
        let (_directory, path) = written("correct horse\nbattery\n", 0o600);
        assert!(!read(&path, "passphrase").unwrap().is_empty());
    }

    #[test]
    fn a_file_open_to_everybody_is_refused_with_the_command_that_mends_it() {
        let (_directory, path) = written("secret\n", 0o644);
        let failure = read(&path, "passphrase").unwrap_err();
        assert!(failure.message.ends_with("is open to everybody (mode 0644)"), "{}", failure.message);
        assert_eq!(failure.hints, [format!("chmod 600 {}", path.display())]);
    }

    #[test]
    fn an_empty_or_endless_file_is_refused() {
        assert!(read(&written("\nsecret\n", 0o600).1, "passphrase").is_err());
        assert!(read(&written(&"x".repeat(5000), 0o600).1, "passphrase").is_err());
    }
}
