// SPDX-License-Identifier: MIT OR Apache-2.0
//! The end of the story: where to call, how to trust the root, how to stop.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use authority::lifetime::Period;
use keys::SubjectName;
use serde::Serialize;

use super::story::{Step, Story};
use crate::failure::{Failure, shell};
use crate::ui::{COMMAND, DIM, HEADING, Ui, plain};

/// The address that we call ourselves, and under which name.
pub(crate) fn caller(
    addresses: &[SocketAddr],
    names: &[SubjectName],
) -> Result<(SocketAddr, String), Failure> {
    let first = addresses.first().ok_or_else(|| Failure::could_not("nothing is listened on"))?;
    let listens_there = SubjectName::Ip(first.ip());
    let name = match first.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => "localhost".to_owned(),
        ip if names.contains(&listens_there) => ip.to_string(),
        _ => names.first().map_or_else(|| "localhost".to_owned(), ToString::to_string),
    };
    Ok((*first, name))
}

/// What `--json` prints once everything runs.
#[derive(Serialize)]
struct Document<'a> {
    steps: &'a [Step],
    urls: &'a [String],
    listening: Vec<String>,
    names: Vec<String>,
    root: String,
    not_after: String,
    renewal: String,
}

/// Where to call, what is shown there, and whom to trust for it.
pub(crate) struct Ending<'a> {
    pub(crate) urls: Vec<String>,
    pub(crate) addresses: &'a [SocketAddr],
    pub(crate) names: &'a [SubjectName],
    pub(crate) root: &'a Path,
    pub(crate) period: Period,
}

impl Ending<'_> {
    /// Tells it.
    pub(crate) fn tell(&self, story: &Story, ui: &mut Ui) -> Result<(), Failure> {
        if ui.is_json() {
            return ui.json(&Document {
                steps: story.steps(),
                urls: &self.urls,
                listening: self.addresses.iter().map(ToString::to_string).collect(),
                names: self.names.iter().map(ToString::to_string).collect(),
                root: self.root.display().to_string(),
                not_after: self.period.not_after.to_string(),
                renewal: self.period.renewal().to_string(),
            });
        }
        ui.line("")?;
        for url in &self.urls {
            ui.line(format_args!("  {HEADING}{}{HEADING:#}", plain(url)))?;
        }
        let root = shell(self.root);
        let sudo = if rustix::process::geteuid().is_root() { "" } else { "sudo " };
        let url = self.urls.first().map(String::as_str).unwrap_or_default();
        let command = |text: &str| format!("{COMMAND}{}{COMMAND:#}", plain(text));
        ui.line("")?;
        row("trust it", &command(&format!("{sudo}chancery trust install {root}")), ui)?;
        row("or once", &command(&format!("curl --cacert {root} {url}")), ui)?;
        row("a browser", &plain(&format!("import {root} as an authority, in its settings")), ui)?;
        row("stop", "Ctrl-C", ui)
    }
}

fn row(what: &str, how: &str, ui: &mut Ui) -> Result<(), Failure> {
    ui.line(format_args!("  {DIM}{what:<9}{DIM:#}  {how}"))
}

/// The URLs that callers can use, the plainest first. Only this machine calls a loopback address, and by
/// `localhost` or a name that somebody asked for.
pub(crate) fn urls(addresses: &[SocketAddr], names: &[SubjectName], asked: &[SubjectName]) -> Vec<String> {
    let Some(first) = addresses.first() else { return Vec::new() };
    let (ip, port) = (first.ip(), first.port());
    let port = if port == 443 { String::new() } else { format!(":{port}") };
    let is_answered = |name: &&SubjectName| match name {
        SubjectName::Dns(dns) if dns == "localhost" => ip.is_loopback() || ip.is_unspecified(),
        SubjectName::Dns(dns) => !dns.starts_with('*') && (!ip.is_loopback() || asked.contains(name)),
        SubjectName::Ip(named) => *named == ip && !ip.is_loopback(),
        SubjectName::Email(_) => false,
    };
    let mut answered: Vec<&SubjectName> = names.iter().filter(is_answered).collect();
    // First what needs no name server.
    answered.sort_by_key(|name| match name {
        SubjectName::Dns(dns) if dns == "localhost" => 0,
        SubjectName::Ip(_) => 1,
        SubjectName::Dns(_) | SubjectName::Email(_) => 2,
    });
    answered.into_iter().map(|name| url(name, &port)).collect()
}

fn url(name: &SubjectName, port: &str) -> String {
    match name {
        SubjectName::Ip(IpAddr::V6(ip)) => format!("https://[{ip}]{port}/"),
        name => format!("https://{name}{port}/"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(listen: &str, asked: &[&str], expect: &[&str]) {
        let read = |names: &[&str]| -> Vec<SubjectName> {
            names.iter().map(|name| SubjectName::parse(name).unwrap()).collect()
        };
        let asked = read(asked);
        let mut names = asked.clone();
        names.extend(read(&["box", "localhost", "127.0.0.1", "::1", "192.168.1.5"]));
        assert_eq!(urls(&[listen.parse().unwrap()], &names, &asked), expect);
    }

    #[test]
    fn only_urls_that_are_answered_are_told() {
        check("127.0.0.1:8443", &[], &["https://localhost:8443/"]);
        check("127.0.0.1:443", &["a.internal"], &["https://localhost/", "https://a.internal/"]);
        check("192.168.1.5:8443", &["*.x.internal"], &["https://192.168.1.5:8443/", "https://box:8443/"]);
        check("[::]:8443", &[], &["https://localhost:8443/", "https://box:8443/"]);
    }
}
