// SPDX-License-Identifier: MIT OR Apache-2.0
//! A port that cannot be had: who holds it, as far as /proc tells, and one that is free.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;

use http::{BindError, Listener};

use crate::failure::Failure;

/// Free ports are looked for this far above the one that is taken.
pub(crate) const REACH: u16 = 64;

/// Where servers without privileges are usually found.
const USUAL: u16 = 8443;

/// A process, as people name it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    name: String,
    process: u32,
}

/// Listens on `address`, which `argument` names. When that fails, the failure says who is there and what to type
/// instead.
pub(crate) fn listen(address: SocketAddr, argument: &str) -> Result<Listener, Failure> {
    Listener::bind(address).map_err(|error| explain(&error, argument))
}

fn explain(error: &BindError, argument: &str) -> Failure {
    match error {
        BindError::AddressInUse { address } => taken(*address, argument),
        BindError::PermissionDenied { address } => Failure::from_error(error)
            .hint(format!("{argument} {}", SocketAddr::new(address.ip(), USUAL)))
            .hint("ports below 1024 are root's, or of whoever has CAP_NET_BIND_SERVICE"),
        BindError::NotOurAddress { .. } => {
            Failure::from_error(error).hint("ip address show, for the addresses of this machine")
        }
        other => Failure::from_error(other),
    }
}

fn taken(address: SocketAddr, argument: &str) -> Failure {
    let failure = match holder(Path::new("/proc"), address) {
        Some(Holder { name, process }) => {
            Failure::could_not(format!("address {address} is already in use, by {name} (process {process})"))
        }
        None => Failure::could_not(format!("address {address} is already in use"))
            .hint(format!("as root, to see by whom: ss -ltnp 'sport = :{}'", address.port())),
    };
    match free_beside(address) {
        Some(free) => failure.hint(format!("this one is free: {argument} {free}")),
        None => failure,
    }
}

/// The nearest free port above `address`, or any at all.
fn free_beside(address: SocketAddr) -> Option<SocketAddr> {
    let above = (1..=REACH).filter_map(|step| address.port().checked_add(step));
    let free = |port| {
        let listener = TcpListener::bind(SocketAddr::new(address.ip(), port)).ok()?;
        listener.local_addr().ok()
    };
    above.chain([0]).find_map(free)
}

/// Who listens where `address` would. `None`: nobody, or somebody whose descriptors are not ours to see.
fn holder(proc: &Path, address: SocketAddr) -> Option<Holder> {
    let tables =
        ["net/tcp", "net/tcp6"].map(|table| fs::read_to_string(proc.join(table)).unwrap_or_default());
    let inode =
        tables.iter().flat_map(|table| table.lines().skip(1)).find_map(|line| listening(line, address))?;
    let socket = format!("socket:[{inode}]");
    for entry in fs::read_dir(proc).ok()?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // Not readable: not our process, or gone.
        let Ok(descriptors) = fs::read_dir(entry.path().join("fd")) else { continue };
        let holds = descriptors
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target.as_os_str() == socket.as_str()));
        if holds {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            return Some(Holder { name: name.trim().to_owned(), process });
        }
    }
    None
}

/// The inode of a line of /proc/net/tcp{,6}, if it is of a socket that listens in the way of `address`.
fn listening(line: &str, address: SocketAddr) -> Option<u64> {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    let mut fields = line.split_whitespace();
    let (ip, port) = fields.nth(1)?.split_once(':')?;
    let state = fields.nth(1)?;
    let inode = fields.nth(5)?.parse().ok()?;
    let ip = hexadecimal_ip(ip)?;
    let overlaps = ip == address.ip() || ip.is_unspecified() || address.ip().is_unspecified();
    let port = u16::from_str_radix(port, 16).ok()?;
    (state == "0A" && port == address.port() && overlaps).then_some(inode)
}

/// 32-bit words, each in the machine's own byte order.
fn hexadecimal_ip(text: &str) -> Option<IpAddr> {
    let word = |text: &str| Some(u32::from_str_radix(text, 16).ok()?.to_ne_bytes());
    if text.len() == 8 {
        return Some(Ipv4Addr::from(word(text)?).into());
    }
    let mut octets = Vec::with_capacity(16);
    for start in [0, 8, 16, 24] {
        octets.extend(word(text.get(start..start + 8)?)?);
    }
    Some(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?).into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_port_is_found_and_a_free_one_named() {
        for any in ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0"] {
            let Ok(held) = TcpListener::bind(any) else { continue };
            let address = held.local_addr().unwrap();
            let holder = holder(Path::new("/proc"), address).unwrap();
            assert_eq!(holder.process, std::process::id(), "{any}");
            let failure = taken(address, "--listen");
            let expect = format!("address {address} is already in use, by {} (process", holder.name);
            assert!(failure.message.starts_with(&expect), "{}", failure.message);
            assert!(failure.hints.iter().any(|hint| hint.starts_with("this one is free: --listen ")));
            assert_eq!(failure.exit_code(), 2);
        }
    }

    #[test]
    fn lines_of_the_kernels_tables_are_read() {
        let v4 = "0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1";
        let v6 = "1: 00000000000000000000000001000000:20FB 00000000000000000000000000000000:0000 0A \
                  00000000:00000000 00:00000000 00000000 0 0 78 1";
        let at = |line: &str, address: &str| listening(line, address.parse().unwrap());
        if cfg!(target_endian = "little") {
            assert_eq!(at(v4, "127.0.0.1:8443"), Some(77));
            assert_eq!(at(v6, "[::1]:8443"), Some(78));
        }
        assert_eq!(at(v4, "127.0.0.1:8444"), None);
        assert_eq!(at(v4, "192.0.2.1:8443"), None);
        assert_eq!(at(&v4.replace(" 0A ", " 01 "), "127.0.0.1:8443"), None);
        assert_eq!(at("", "127.0.0.1:8443"), None);
        assert_eq!(at("0: 0100007F 0 0A", "127.0.0.1:8443"), None);
    }

    #[test]
    fn an_address_of_another_machine_is_said_so() {
        let failure = listen("192.0.2.1:8443".parse().unwrap(), "--listen").unwrap_err();
        assert_eq!(failure.message, "192.0.2.1:8443 is not an address of this machine");
    }
}
