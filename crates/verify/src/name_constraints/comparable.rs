// SPDX-License-Identifier: MIT OR Apache-2.0
//! One name against one subtree, each taken apart once: a hostile name is long, and hostile constraints
//! are many.

use x509::der::{Reader, Tag};
use x509::{GeneralName, Name, oid};

use crate::budget::Budget;
use crate::names::{dns, email, ip, uri};
use crate::rejection::Spent;

/// Which of the two lists a subtree stands in: what cannot be told counts against the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Permitted,
    Excluded,
}

/// How a name stands to a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// They are of different forms and do not meet.
    OtherForm,
    /// They are of the same form, which is not processed.
    Unprocessed,
    /// They are of the same form: within or not, or `None` when the name cannot be compared.
    Same(Option<bool>),
}

/// The base of a subtree.
pub(super) struct Base<'a> {
    pub(super) name: GeneralName<'a>,
    /// Of a directory name: how many RDNs it has, and its fingerprint.
    directory: Option<(usize, u64)>,
}

impl<'a> Base<'a> {
    pub(super) fn new(name: GeneralName<'a>) -> Self {
        let directory = if let GeneralName::Directory(name) = name {
            Some((name.rdns().count(), name.fingerprint()))
        } else {
            None
        };
        Self { name, directory }
    }
}

/// A name under constraints; `None` in it is what its form does not allow, and so cannot be compared.
pub(super) enum Comparable<'a> {
    Dns(&'a str),
    /// A mailbox.
    Email(Option<&'a str>),
    /// The same in UTF-8, which is an otherName too.
    Utf8Mailbox(Option<&'a str>),
    /// The host of a URI.
    Uri(Option<&'a str>),
    /// With the fingerprints of what it lies below.
    Directory(Name<'a>, Vec<u64>),
    Ip(&'a [u8]),
    Other,
    X400,
    EdiParty,
    RegisteredId,
}

impl<'a> Comparable<'a> {
    pub(super) fn new(name: &GeneralName<'a>) -> Self {
        match *name {
            GeneralName::Dns(name) => Self::Dns(name),
            GeneralName::Email(name) => Self::Email(email::check(name).is_ok().then_some(name)),
            GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value } => {
                Self::Utf8Mailbox(utf8_mailbox(value))
            }
            GeneralName::Uri(name) => Self::Uri(uri::constrained_host(name)),
            GeneralName::Directory(name) => Self::Directory(name, name.fingerprints().collect()),
            GeneralName::Ip(octets) => Self::Ip(octets),
            GeneralName::Other { .. } => Self::Other,
            GeneralName::X400(_) => Self::X400,
            GeneralName::EdiParty(_) => Self::EdiParty,
            GeneralName::RegisteredId(_) => Self::RegisteredId,
        }
    }

    /// Compares the name with a subtree, paid for by how long that may take.
    pub(super) fn relation(
        &self,
        base: &Base<'_>,
        side: Side,
        budget: &mut Budget,
    ) -> Result<Relation, Spent> {
        use GeneralName::{Directory, Dns, EdiParty, Email, Ip, Other, RegisteredId, Uri, X400};
        budget.name_comparison(self.cost(base))?;
        Ok(match (self, base.name) {
            (Self::Dns(name), Dns(base)) => Relation::Same(Some(match side {
                Side::Permitted => dns::lies_within(name, base),
                Side::Excluded => dns::may_lie_within(name, base),
            })),
            // RFC 9598 §6: constraints on mailboxes hold for internationalized ones too.
            (Self::Email(name) | Self::Utf8Mailbox(name), Email(base)) => {
                Relation::Same(name.map(|name| email::lies_within(name, base)))
            }
            (Self::Uri(host), Uri(base)) => Relation::Same(host.map(|host| uri::lies_within(host, base))),
            (Self::Directory(name, _), Directory(subtree)) => {
                Relation::Same(Some(self.looks_within(base) && name.is_within(&subtree)))
            }
            // RFC 5280 §4.2.1.10: IPv4 and IPv6 are one form: a certificate that permits ranges of the
            // one permits no address of the other.
            (Self::Ip(address), Ip(range)) => Relation::Same(Some(match side {
                Side::Permitted => ip::lies_within(address, range),
                Side::Excluded => ip::may_lie_within(address, range),
            })),
            (Self::Other | Self::Utf8Mailbox(_), Other { .. })
            | (Self::X400, X400(_))
            | (Self::EdiParty, EdiParty(_))
            | (Self::RegisteredId, RegisteredId(_)) => Relation::Unprocessed,
            _ => Relation::OtherForm,
        })
    }

    /// Whether fingerprints leave it open that a directory name lies in a subtree.
    fn looks_within(&self, base: &Base<'_>) -> bool {
        let (Self::Directory(_, fingerprints), Some((depth, fingerprint))) = (self, base.directory) else {
            return false;
        };
        fingerprints.get(depth) == Some(&fingerprint)
    }

    /// The octets that a comparison may have to look at. Prepared attributes are compared each with
    /// each, so that the octets of directory names count more than those of text.
    fn cost(&self, base: &Base<'_>) -> usize {
        match (self, base.name) {
            (Self::Directory(name, _), GeneralName::Directory(subtree)) if self.looks_within(base) => {
                name.raw().len().saturating_add(subtree.raw().len())
            }
            (Self::Dns(_) | Self::Uri(_), GeneralName::Dns(text) | GeneralName::Uri(text)) => text.len() / 8,
            (Self::Email(_) | Self::Utf8Mailbox(_), GeneralName::Email(text)) => text.len() / 8,
            _ => 0,
        }
    }
}

/// A SmtpUTF8Mailbox: UTF-8 before the `@`, a host name after it (RFC 9598 §3).
fn utf8_mailbox(value: &[u8]) -> Option<&str> {
    let content = Reader::whole(value, Tag::UTF8_STRING).ok()?.content;
    let mailbox = str::from_utf8(content).ok()?;
    let (local, domain) = mailbox.rsplit_once('@')?;
    (!local.is_empty() && dns::check(domain).is_ok()).then_some(mailbox)
}
