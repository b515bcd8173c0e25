// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that this machine answers to.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use authority::Issuer;
use keys::SubjectName;

use crate::failure::Failure;
use crate::ui::Ui;

/// A name and whose idea it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnName {
    pub(crate) name: String,
    pub(crate) origin: Origin,
}

/// Whose idea a name was: what was asked for must be had, what was found may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `--name`
    Asked,
    /// The machine's host name, or the address that is listened on.
    Found,
    /// `localhost` and the loopback addresses.
    Always,
}

/// What was asked for first, then the host name, `localhost`, the loopback addresses, and an address
/// that is listened on when it is another; each once.
pub(crate) fn own_names(asked: &[SubjectName], host_name: &str, listen: &[SocketAddr]) -> Vec<OwnName> {
    let mut names: Vec<OwnName> = Vec::new();
    let mut add = |name: String, origin| {
        if !names.iter().any(|known| known.name == name) {
            names.push(OwnName { name, origin });
        }
    };
    for name in asked {
        add(name.to_string(), Origin::Asked);
    }
    if let Some(host_name) = usable_host_name(host_name) {
        add(host_name, Origin::Found);
    }
    add("localhost".to_owned(), Origin::Always);
    add(Ipv4Addr::LOCALHOST.to_string(), Origin::Always);
    add(Ipv6Addr::LOCALHOST.to_string(), Origin::Always);
    for address in listen
        .iter()
        .map(SocketAddr::ip)
        .filter(|address| !address.is_loopback() && !address.is_unspecified())
    {
        add(address.to_string(), Origin::Found);
    }
    names
}

/// The names to ask for: what somebody asked for in any case, the rest as far as the issuer may speak for
/// it (a host name can have changed since the authority was founded); and those left out.
fn settle(names: &[OwnName], issuer: &Issuer) -> (Vec<SubjectName>, Vec<SubjectName>) {
    let read = names.iter().filter_map(|own| Some((own.origin, SubjectName::parse(&own.name).ok()?)));
    let (kept, left): (Vec<_>, Vec<_>) =
        read.partition(|(origin, name)| *origin == Origin::Asked || issuer.constraints().allow(name));
    let name = |(_, name)| name;
    (kept.into_iter().map(name).collect(), left.into_iter().map(name).collect())
}

/// The names to ask for; those that are left out are told.
pub(crate) fn settled(names: &[OwnName], issuer: &Issuer, ui: &mut Ui) -> Result<Vec<SubjectName>, Failure> {
    let (names, left_out) = settle(names, issuer);
    for name in left_out {
        ui.note(&format!("{name} is left out: the authority may not speak for it"))?;
    }
    Ok(names)
}

/// A host name that a certificate can carry: letters, digits and hyphens in labels, in lower case.
/// [RFC 1123 §2.1], [RFC 5280 §4.2.1.6]
pub(crate) fn usable_host_name(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // "(none)" is what a kernel says that was never told a name; digits alone would read as an address.
    let sound = name.len() <= 253
        && name.split('.').all(label)
        && !name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    sound.then_some(name)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn check(asked: &[&str], host_name: &str, listen: &[&str], expect: &[&str]) {
        let asked: Vec<SubjectName> = asked.iter().filter_map(|name| SubjectName::parse(name).ok()).collect();
        let listen = listen.iter().filter_map(|address| address.parse::<IpAddr>().ok());
        let listen: Vec<SocketAddr> = listen.map(|ip| SocketAddr::new(ip, 8443)).collect();
        let found: Vec<String> =
            own_names(&asked, host_name, &listen).into_iter().map(|own| own.name).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn each_name_stands_once_and_what_was_asked_for_comes_first() {
        let loopback = ["localhost", "127.0.0.1", "::1"];
        check(&[], "Box", &["127.0.0.1"], &["box", "localhost", "127.0.0.1", "::1"]);
        check(&["a.internal"], "box.lan.", &[], &["a.internal", "box.lan", "localhost", "127.0.0.1", "::1"]);
        check(&["localhost"], "localhost", &["::1"], &loopback);
        check(&[], "(none)", &["0.0.0.0"], &loopback);
        check(&[], "my_box", &["::"], &loopback);
        check(&[], "10.0.0.7", &["192.168.1.5"], &["localhost", "127.0.0.1", "::1", "192.168.1.5"]);
    }
}
