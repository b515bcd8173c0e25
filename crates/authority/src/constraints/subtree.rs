// SPDX-License-Identifier: MIT OR Apache-2.0
//! One range of names.

use std::fmt;
use std::net::{AddrParseError, IpAddr};

use x509::GeneralName;

use crate::error::SubtreeProblem;
use crate::name::{NameKind, SubjectName};

/// A GeneralSubtree's base, of the forms that we issue [RFC 5280 §4.2.1.10].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subtree {
    /// A host and everything below it. Neither star nor dot at its front.
    Dns(String),
    /// A network.
    Ip {
        /// Its first address.
        base: IpAddr,
        /// How many leading bits count.
        prefix: u8,
    },
    /// A mailbox (`ann@internal`), the mailboxes of a host (`internal`), or of the hosts below one (`.internal`).
    Email(String),
}

impl Subtree {
    /// Reads what a person writes: a domain gives the hosts and the mail of it, an address or a network itself.
    ///
    /// # Errors
    /// It is none of these.
    pub fn parse(text: &str) -> Result<Vec<Self>, SubtreeProblem> {
        let text = text.trim();
        if let Some(base) = text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
            return Err(SubtreeProblem::Star { found: text.to_owned(), base: base.to_owned() });
        }
        if let Some((address, prefix)) = text.split_once('/') {
            return Self::network(text, address, prefix).map(|network| vec![network]);
        }
        Ok(match SubjectName::parse(text)? {
            SubjectName::Ip(base) => vec![Self::Ip { base, prefix: width(base) }],
            SubjectName::Email(mailbox) => vec![Self::Email(mailbox)],
            SubjectName::Dns(host) => {
                let mail = Self::mail_of(&host);
                std::iter::once(Self::Dns(host)).chain(mail).collect()
            }
        })
    }

    fn network(text: &str, address: &str, prefix: &str) -> Result<Self, SubtreeProblem> {
        let found = || text.to_owned();
        let base: IpAddr = address
            .parse()
            .map_err(|_unparsed: AddrParseError| SubtreeProblem::NoNetwork { found: found() })?;
        let limit = width(base);
        let plain = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: Option<u8> = plain.then(|| prefix.parse().ok()).flatten();
        let prefix = prefix
            .filter(|prefix| *prefix <= limit)
            .ok_or_else(|| SubtreeProblem::Prefix { found: found(), limit })?;
        let network = masked(base, prefix);
        if network != base {
            return Err(SubtreeProblem::HostBits { found: found(), network: format!("{network}/{prefix}") });
        }
        Ok(Self::Ip { base, prefix })
    }

    /// The mailboxes of a domain: at the host itself, and at every host below it.
    pub(super) fn mail_of(domain: &str) -> [Self; 2] {
        [Self::Email(domain.to_owned()), Self::Email(format!(".{domain}"))]
    }

    /// Reads a base; `None` for a form that we never issue.
    pub(super) fn read(base: &GeneralName<'_>) -> Option<Self> {
        match *base {
            GeneralName::Dns(text) => Some(Self::Dns(text.to_ascii_lowercase())),
            GeneralName::Email(text) => Some(Self::Email(match text.rsplit_once('@') {
                Some((local, host)) => format!("{local}@{}", host.to_ascii_lowercase()),
                None => text.to_ascii_lowercase(),
            })),
            GeneralName::Ip(octets) => {
                let (base, mask) = octets.split_at_checked(octets.len() / 2)?;
                let base = GeneralName::Ip(base).ip()?;
                let prefix = u8::try_from(x509::general_name::prefix_length(mask)?).ok()?;
                Some(Self::Ip { base, prefix })
            }
            GeneralName::Other { .. }
            | GeneralName::X400(_)
            | GeneralName::Directory(_)
            | GeneralName::EdiParty(_)
            | GeneralName::Uri(_)
            | GeneralName::RegisteredId(_) => None,
        }
    }

    /// The form of the names in it.
    #[must_use]
    pub const fn kind(&self) -> NameKind {
        match self {
            Self::Dns(_) => NameKind::Dns,
            Self::Ip { .. } => NameKind::Ip,
            Self::Email(_) => NameKind::Email,
        }
    }

    /// Whether the name lies in it.
    #[must_use]
    pub fn contains(&self, name: &SubjectName) -> bool {
        match (self, name) {
            (Self::Dns(base), SubjectName::Dns(host)) => is_within(host, base),
            (Self::Ip { base, prefix }, SubjectName::Ip(address)) => {
                base.is_ipv4() == address.is_ipv4() && masked(*address, *prefix) == masked(*base, *prefix)
            }
            (Self::Email(base), SubjectName::Email(mailbox)) => mail_is_within(mailbox, base),
            (Self::Dns(_) | Self::Ip { .. } | Self::Email(_), _) => false,
        }
    }

    /// Whether a name that this one stands for may lie in it: `*.internal` stands for `a.internal` among others.
    #[must_use]
    pub fn may_contain(&self, name: &SubjectName) -> bool {
        let (Self::Dns(base), SubjectName::Dns(host)) = (self, name) else { return self.contains(name) };
        let Some(parent) = host.strip_prefix("*.") else { return self.contains(name) };
        let above = base.trim_start_matches('.').split_once('.').map(|(_, above)| above);
        self.contains(name) || above == Some(parent)
    }

    /// The octets of an iPAddress base, address and mask; nothing for the other forms.
    pub(super) fn octets(&self) -> Vec<u8> {
        match self {
            Self::Dns(_) | Self::Email(_) => Vec::new(),
            Self::Ip { base: IpAddr::V4(base), prefix } => {
                let mask = u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0);
                [base.octets(), mask.to_be_bytes()].concat()
            }
            Self::Ip { base: IpAddr::V6(base), prefix } => {
                let mask = u128::MAX.checked_shl(128 - u32::from(*prefix)).unwrap_or(0);
                [base.octets(), mask.to_be_bytes()].concat()
            }
        }
    }

    /// The base as DER has it; `octets` are what [`Subtree::octets`] gave.
    pub(super) fn general<'a>(&'a self, octets: &'a [u8]) -> GeneralName<'a> {
        match self {
            Self::Dns(base) => GeneralName::Dns(base),
            Self::Email(base) => GeneralName::Email(base),
            Self::Ip { .. } => GeneralName::Ip(octets),
        }
    }
}

/// `internal`, `10.0.0.0/8`, `ann@internal`, `@.internal`.
impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(base) => f.write_str(base),
            Self::Ip { base, prefix } => write!(f, "{base}/{prefix}"),
            Self::Email(base) if base.contains('@') => f.write_str(base),
            Self::Email(base) => write!(f, "@{base}"),
        }
    }
}

/// RFC 5280 §4.2.1.10: a name that is the base with zero or more labels put before it. A leading dot, which we
/// never write and others do, asks for one at least.
fn is_within(host: &str, base: &str) -> bool {
    match host.strip_suffix(base) {
        Some("") => !base.starts_with('.'),
        Some(before) => before.ends_with('.') || base.is_empty() || base.starts_with('.'),
        None => false,
    }
}

/// RFC 5280 §7.5: the local part to the letter; hosts are in lower case on both sides.
fn mail_is_within(mailbox: &str, base: &str) -> bool {
    if base.contains('@') {
        return mailbox == base;
    }
    let host = mailbox.rsplit_once('@').map_or(mailbox, |(_, host)| host);
    if base.is_empty() || base.starts_with('.') { is_within(host, base) } else { host == base }
}

const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_refused_with_what_would_be_right() {
        let problem = |text: &str| Subtree::parse(text).unwrap_err().to_string();
        assert_eq!(
            problem("*.corp.example"),
            "\"*.corp.example\" begins with a star or a dot: \"corp.example\" permits itself and everything \
             below it"
        );
        assert_eq!(
            problem("10.1.2.3/8"),
            "10.1.2.3/8 has bits set behind its prefix: the network is 10.0.0.0/8"
        );
        assert_eq!(problem("10.0.0.0/33"), "\"10.0.0.0/33\" has no prefix length of 0 to 32");
        assert_eq!(problem("fc00::/+7"), "\"fc00::/+7\" has no prefix length of 0 to 128");
        assert!(Subtree::parse("example.com/8").is_err());
        assert!(Subtree::parse("").is_err());
        assert!(Subtree::parse("a..b").is_err());
    }

    #[test]
    fn the_widest_and_the_narrowest_network_are_networks() {
        for text in ["0.0.0.0/0", "::/0", "192.0.2.1", "2001:db8::1/128"] {
            let [subtree] = <[Subtree; 1]>::try_from(Subtree::parse(text).unwrap()).unwrap();
            let octets = subtree.octets();
            assert_eq!(Subtree::read(&subtree.general(&octets)), Some(subtree), "{text}");
        }
    }

    #[test]
    fn a_mailbox_lies_in_itself_its_host_or_the_hosts_above() {
        let check = |mailbox: &str, base: &str, expect: bool| {
            assert_eq!(mail_is_within(mailbox, base), expect, "{mailbox} {base}");
        };
        check("ann@internal", "internal", true);
        check("ann@a.internal", "internal", false);
        check("ann@a.internal", ".internal", true);
        check("ann@internal", ".internal", false);
        check("ann@internal", "ann@internal", true);
        check("bob@internal", "ann@internal", false);
        check("Ann@internal", "ann@internal", false);
        check("ann@a.internal", "", true);
    }

    #[test]
    fn a_base_with_a_dot_before_it_asks_for_a_label() {
        assert!(is_within("a.internal", ".internal") && is_within("*.internal", ".internal"));
        assert!(!is_within("internal", ".internal") && !is_within("xinternal", ".internal"));
    }

    #[test]
    fn a_star_reaches_what_it_stands_for() {
        let check = |name: &str, base: &str, expect: bool| {
            let name = SubjectName::parse(name).unwrap();
            assert_eq!(Subtree::Dns(base.to_owned()).may_contain(&name), expect, "{name} {base}");
        };
        check("*.internal", "vault.internal", true);
        check("*.internal", ".vault.internal", true);
        check("*.internal", "internal", true);
        check("*.internal", "a.vault.internal", false);
        check("*.a.internal", "vault.internal", false);
        check("a.internal", "vault.internal", false);
    }

    #[test]
    fn a_mailbox_keeps_its_spelling_and_its_host_does_not() {
        assert_eq!(
            Subtree::read(&GeneralName::Email("Ann@Internal")),
            Some(Subtree::Email("Ann@internal".to_owned()))
        );
    }
}
