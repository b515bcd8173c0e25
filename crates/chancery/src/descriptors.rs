// SPDX-License-Identifier: MIT OR Apache-2.0
//! Descriptors: as many as the system allows this process, and no more connections than they suffice for.

use http::Limits;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// More is of no use to one server.
const ENOUGH: u64 = 65_536;
/// What the process needs beside its connections: the database, the journal, the folders, the signals.
const OWN: u64 = 64;
/// A connection, and the file it reads or writes with its folder.
const PER_CONNECTION: u64 = 3;
/// Connections at one time, however many descriptors there are.
const MOST: u64 = 4096;
const FEWEST: u64 = 8;

/// What a listener grants, with a number of connections that the process can keep up. Raises the limit of
/// descriptors, which many systems set low for the sake of programs from the 1980s.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.connections = usize::try_from(connections(raise())).unwrap_or(limits.connections);
    limits
}

fn connections(descriptors: u64) -> u64 {
    (descriptors.saturating_sub(OWN) / PER_CONNECTION).clamp(FEWEST, MOST)
}

/// The soft limit, raised towards the hard one. How many it is then.
fn raise() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let (soft, hard) = (current.unwrap_or(ENOUGH), maximum.unwrap_or(ENOUGH));
    let wanted = hard.min(ENOUGH);
    if soft >= wanted {
        return soft;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        Ok(()) => wanted,
        Err(_as_it_was) => soft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_connections_as_descriptors_suffice_for() {
        assert_eq!(connections(1024), 320);
        assert_eq!(connections(20), FEWEST);
        assert_eq!(connections(1 << 20), MOST);
    }

    #[test]
    fn the_limit_is_raised_once() {
        let raised = raise();
        assert_eq!(raise(), raised);
        assert!(limits().connections >= 8);
    }
}
