// SPDX-License-Identifier: MIT OR Apache-2.0
//! How `--help` is laid out: the verbs in the order of the story, under headings.

use std::fmt::Write as _;

use clap::Command;
use clap::builder::styling::{AnsiColor, Style, Styles};

/// The heading of the options that every verb takes.
pub(crate) const GLOBAL: &str = "Everywhere";

const HEADING: Style = AnsiColor::Green.on_default().bold();
const LITERAL: Style = AnsiColor::Cyan.on_default().bold();

/// The story's chapters and their verbs; a verb that is not built is not listed.
const CHAPTERS: &[(&str, &[&str])] = &[
    ("The whole loop", &["up"]),
    ("A server asks", &["key", "csr"]),
    ("The authority answers", &["ca", "policy", "sign", "request", "cert"]),
    ("A client decides", &["trust", "verify", "connect"]),
    ("What it is for", &["files"]),
];

/// Gives the command its grouped first page.
pub(crate) fn arrange(command: Command) -> Command {
    let listing = listing(&command);
    command.styles(styles()).help_template(format!(
        "{{about}}\n\n{{usage-heading}} {{usage}}\n{listing}\n{HEADING}Options:{HEADING:#}\n{{options}}\n\n\
         `chancery VERB --help` tells more about each.\n"
    ))
}

fn styles() -> Styles {
    Styles::styled().header(HEADING).usage(HEADING).literal(LITERAL).placeholder(AnsiColor::Cyan.on_default())
}

fn listing(command: &Command) -> String {
    let mut text = String::new();
    let listed: Vec<&str> = CHAPTERS.iter().flat_map(|(_, verbs)| verbs.iter().copied()).collect();
    for (heading, verbs) in CHAPTERS {
        let found = verbs.iter().filter_map(|verb| command.find_subcommand(verb));
        chapter(&mut text, heading, &found.collect::<Vec<_>>());
    }
    let rest = command.get_subcommands().filter(|sub| !listed.contains(&sub.get_name()));
    chapter(&mut text, "More", &rest.collect::<Vec<_>>());
    text
}

fn chapter(text: &mut String, heading: &str, verbs: &[&Command]) {
    if verbs.is_empty() {
        return;
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "\n{HEADING}{heading}:{HEADING:#}");
    for verb in verbs {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "  {LITERAL}{:<10}{LITERAL:#}{about}", verb.get_name());
    }
}
