// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the caller said: the command line, and the few environment variables that count. Nothing else in
//! the house reads the environment.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, ValueEnum};
use explain::Glyphs;

use crate::commands::Command;
use crate::help;
use crate::ui::{self, Output};

/// A private certificate authority and both ends of the handshake.
#[derive(Debug, Parser)]
#[command(name = "chancery", version, arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Parsed {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every verb takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// Where the authority keeps its keys and its record
    ///
    /// Without it: $CHANCERY_DATA_DIR, else $XDG_DATA_HOME/chancery (usually ~/.local/share/chancery), and
    /// /var/lib/chancery for root.
    #[arg(long, global = true, value_name = "DIR", help_heading = help::GLOBAL)]
    pub(crate) data_dir: Option<PathBuf>,

    /// Print one JSON document on standard output instead of text
    #[arg(long, global = true, help_heading = help::GLOBAL)]
    json: bool,

    /// When to colour the output; auto: on a terminal, unless $NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t, help_heading = help::GLOBAL)]
    pub(crate) color: Color,
}

impl Global {
    pub(crate) fn output(&self) -> Output {
        if self.json { Output::Json } else { Output::Text }
    }
}

/// The values of `--color`.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

impl From<Color> for anstream::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// The environment variables that the product honours, read once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment {
    /// `CHANCERY_DATA_DIR`
    pub(crate) data_dir: Option<PathBuf>,
    /// `XDG_DATA_HOME`
    pub(crate) xdg_data_home: Option<PathBuf>,
    /// `HOME`
    pub(crate) home: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, set by systemd
    pub(crate) credentials_directory: Option<PathBuf>,
    /// Whether `LC_ALL`, `LC_CTYPE` or `LANG` name an encoding that knows no more than ASCII
    pub(crate) ascii_locale: bool,
    /// `SSL_CERT_FILE`, as OpenSSL reads it
    pub(crate) ssl_cert_file: Option<PathBuf>,
}

impl Environment {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub(crate) fn read() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |name| set(name).map(PathBuf::from);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        Self {
            ascii_locale: locale.is_some_and(|locale| !is_utf8(&locale.to_string_lossy())),
            data_dir: path("CHANCERY_DATA_DIR"),
            xdg_data_home: path("XDG_DATA_HOME"),
            home: path("HOME"),
            credentials_directory: path("CREDENTIALS_DIRECTORY"),
            ssl_cert_file: path("SSL_CERT_FILE"),
        }
    }
}

impl Environment {
    /// The characters that this locale's terminals can show.
    pub(crate) fn glyphs(&self) -> Glyphs {
        if self.ascii_locale { Glyphs::Ascii } else { Glyphs::Unicode }
    }
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// Reads the command line.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, clap::Error> {
    let mut command = help::arrange(Parsed::command());
    let matches = command.try_get_matches_from_mut(words)?;
    Parsed::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Prints what clap has to say: help and version on standard output (exit 0), a mistake on standard error
/// in the house's own words (exit 2).
pub(crate) fn report(usage: &clap::Error) -> ExitCode {
    let text = usage.render();
    let (written, code) = match usage.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            (write!(anstream::stdout(), "{}", text.ansi()), ExitCode::SUCCESS)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            (write!(anstream::stderr(), "{}", text.ansi()), ExitCode::from(2))
        }
        _ => (ui::usage_error(&mut anstream::stderr(), &text.to_string()), ExitCode::from(2)),
    };
    match written {
        Ok(()) => code,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        help::arrange(Parsed::command()).debug_assert();
    }

    #[test]
    fn every_verb_and_argument_is_explained() {
        fn walk(command: &clap::Command, path: &str) {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path}: no help for {}", argument.get_id());
            }
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                let path = format!("{path} {}", sub.get_name());
                assert!(sub.get_about().is_some(), "{path}: no line that says what it does");
                walk(sub, &path);
            }
        }
        walk(&help::arrange(Parsed::command()), "chancery");
    }
}
