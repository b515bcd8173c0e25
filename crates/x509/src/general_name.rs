// SPDX-License-Identifier: MIT OR Apache-2.0
//! GeneralName: the names that a certificate, a constraint or a pointer can carry.

use std::fmt;
use std::net::IpAddr;

use crate::der::{Element, Reader, Tag, Writer};
use crate::error::{Error, Problem, Within};
use crate::name::Name;
use crate::oid::Oid;

/// ```asn1
/// GeneralName ::= CHOICE {
///     otherName                  [0] OtherName,
///     rfc822Name                 [1] IA5String,
///     dNSName                    [2] IA5String,
///     x400Address                [3] ORAddress,
///     directoryName              [4] Name,
///     ediPartyName               [5] EDIPartyName,
///     uniformResourceIdentifier  [6] IA5String,
///     iPAddress                  [7] OCTET STRING,
///     registeredID               [8] OBJECT IDENTIFIER }
/// ```
/// [RFC 5280 §4.2.1.6]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneralName<'a> {
    /// Some other form.
    Other {
        /// Which form.
        oid: Oid<'a>,
        /// Its value's element, inside the explicit tag.
        value: &'a [u8],
    },
    /// A mail address (ASCII).
    Email(&'a str),
    /// A DNS name (ASCII).
    Dns(&'a str),
    /// An X.400 address, unread.
    X400(&'a [u8]),
    /// A distinguished name.
    Directory(Name<'a>),
    /// An EDI party name, unread.
    EdiParty(&'a [u8]),
    /// A URI (ASCII).
    Uri(&'a str),
    /// An address of 4 or 16 octets; in a constraint an address and a mask of 8 or 32.
    Ip(&'a [u8]),
    /// A registered identifier.
    RegisteredId(Oid<'a>),
}

impl<'a> GeneralName<'a> {
    /// Reads one from the front of `reader`.
    ///
    /// # Errors
    /// A choice that does not exist, a string that is not ASCII, an address of a wrong length.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        Self::from_element(&reader.element()?)
    }

    /// Reads one from the front of `reader` as [`GeneralName::read`] does, only to see that it is one; gives
    /// its element.
    ///
    /// # Errors
    /// As [`GeneralName::read`].
    pub fn check(reader: &mut Reader<'a>) -> Result<Element<'a>, Error> {
        let element = reader.element()?;
        match element.tag {
            Self::EMAIL | Self::DNS | Self::URI if element.content.is_ascii() => {}
            _ => drop(Self::from_element(&element)?),
        }
        Ok(element)
    }

    const EMAIL: Tag = Tag::context(1);
    const DNS: Tag = Tag::context(2);
    const URI: Tag = Tag::context(6);
    pub(crate) const IP: Tag = Tag::context(7);

    /// Takes an element that has been read.
    pub(crate) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        const OTHER: Tag = Tag::context_constructed(0);
        const X400: Tag = Tag::context_constructed(3);
        const DIRECTORY: Tag = Tag::context_constructed(4);
        const EDI_PARTY: Tag = Tag::context_constructed(5);
        const REGISTERED_ID: Tag = Tag::context(8);
        Ok(match element.tag {
            OTHER => read_other_name(element).within("otherName")?,
            Self::EMAIL => Self::Email(ascii(element).within("rfc822Name")?),
            Self::DNS => Self::Dns(ascii(element).within("dNSName")?),
            X400 => Self::X400(element.content),
            DIRECTORY => {
                let mut inner = element.reader();
                let name = Name::read(&mut inner).within("directoryName")?;
                inner.finish().within("directoryName")?;
                Self::Directory(name)
            }
            EDI_PARTY => Self::EdiParty(element.content),
            Self::URI => Self::Uri(ascii(element).within("uniformResourceIdentifier")?),
            Self::IP => match element.content.len() {
                4 | 8 | 16 | 32 => Self::Ip(element.content),
                length => return Err(element.error(Problem::IpLength { length })).within("iPAddress"),
            },
            REGISTERED_ID => Self::RegisteredId(
                Oid::from_content(element.content)
                    .ok_or_else(|| element.error(Problem::ObjectIdentifier))
                    .within("registeredID")?,
            ),
            found => return Err(element.error(Problem::UnknownChoice { found })).within("GeneralName"),
        })
    }

    /// Writes it. An IP name is written as it is, whatever its length.
    pub fn write(&self, writer: &mut Writer) {
        match *self {
            Self::Other { oid, value } => writer.nest(Tag::context_constructed(0), |inner| {
                inner.oid(oid);
                inner.element(Tag::context_constructed(0), value);
            }),
            Self::Email(text) => writer.element(Tag::context(1), text.as_bytes()),
            Self::Dns(text) => writer.element(Tag::context(2), text.as_bytes()),
            Self::X400(content) => writer.element(Tag::context_constructed(3), content),
            Self::Directory(name) => writer.element(Tag::context_constructed(4), name.raw()),
            Self::EdiParty(content) => writer.element(Tag::context_constructed(5), content),
            Self::Uri(text) => writer.element(Tag::context(6), text.as_bytes()),
            Self::Ip(octets) => writer.element(Tag::context(7), octets),
            Self::RegisteredId(oid) => writer.element(Tag::context(8), oid.content()),
        }
    }

    /// The address, when this is an IP name of 4 or 16 octets.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let Self::Ip(octets) = *self else { return None };
        let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
        v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
    }
}

fn read_other_name<'a>(element: &Element<'a>) -> Result<GeneralName<'a>, Error> {
    let mut inner = element.reader();
    let oid = inner.oid()?;
    let explicit = inner.expect(Tag::context_constructed(0))?;
    inner.finish()?;
    let mut value = explicit.reader();
    value.element()?;
    value.finish()?;
    Ok(GeneralName::Other { oid, value: explicit.content })
}

fn ascii<'a>(element: &Element<'a>) -> Result<&'a str, Error> {
    let refused = element.error(Problem::StringAlphabet { what: "IA5String" });
    let text = str::from_utf8(element.content).ok().filter(|text| text.is_ascii());
    text.ok_or(refused)
}

/// `dns:a.test`, `ip:10.0.0.1`, `ip:10.0.0.0/8`, `email:…`, `uri:…`, `dn:…`; control characters escaped.
impl fmt::Display for GeneralName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Other { oid, value } => write!(f, "other:{oid}:{} bytes", value.len()),
            Self::Email(text) => write!(f, "email:{}", text.escape_debug()),
            Self::Dns(text) => write!(f, "dns:{}", text.escape_debug()),
            Self::X400(content) => write!(f, "x400:{} bytes", content.len()),
            Self::Directory(name) => write!(f, "dn:{name}"),
            Self::EdiParty(content) => write!(f, "edi:{} bytes", content.len()),
            Self::Uri(text) => write!(f, "uri:{}", text.escape_debug()),
            Self::Ip(octets) => display_ip(f, octets),
            Self::RegisteredId(oid) => write!(f, "rid:{oid}"),
        }
    }
}

fn display_ip(f: &mut fmt::Formatter<'_>, octets: &[u8]) -> fmt::Result {
    let address = |octets: &[u8]| GeneralName::Ip(octets).ip();
    if let Some(ip) = address(octets) {
        return write!(f, "ip:{ip}");
    }
    let halves = octets.split_at_checked(octets.len() / 2);
    let Some((ip, mask)) = halves.and_then(|(base, mask)| Some((address(base)?, mask))) else {
        return write!(f, "ip:{octets:02x?}");
    };
    match prefix_length(mask) {
        Some(prefix) => write!(f, "ip:{ip}/{prefix}"),
        None => write!(f, "ip:{ip} with mask {mask:02x?}"),
    }
}

/// How many leading bits of `mask` are set; `None` when a bit is set after one that is not.
#[must_use]
pub fn prefix_length(mask: &[u8]) -> Option<u32> {
    let ones = mask.iter().fold(0_u32, |sum, octet| sum.saturating_add(octet.count_ones()));
    let leading = mask.iter().scan(true, |open, octet| {
        let counted = if *open { octet.leading_ones() } else { 0 };
        *open = *open && *octet == 0xff;
        Some(counted)
    });
    (leading.sum::<u32>() == ones).then_some(ones)
}

/// A SEQUENCE OF GeneralName, checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneralNames<'a> {
    content: &'a [u8],
}

impl<'a> GeneralNames<'a> {
    /// How many names are read at most: far above any real certificate, low enough to bound the work.
    pub const LIMIT: usize = 4_096;

    /// Checks every name of a run.
    ///
    /// # Errors
    /// No name at all, more than [`GeneralNames::LIMIT`], or a malformed one.
    pub fn read_content(reader: Reader<'a>) -> Result<Self, Error> {
        Self::read_each(reader, |_| Ok(()))
    }

    /// As [`GeneralNames::read_content`], and has `also` check each name's element.
    pub(crate) fn read_each(
        reader: Reader<'a>,
        also: impl Fn(&Element<'a>) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let content = reader.members(Self::LIMIT, |names| also(&GeneralName::check(names)?))?;
        Ok(Self { content })
    }

    /// Their encodings, one after the other.
    #[must_use]
    pub const fn content(&self) -> &'a [u8] {
        self.content
    }

    /// The names, in order.
    pub fn iter(&self) -> impl Iterator<Item = GeneralName<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || GeneralName::read(&mut reader).ok())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::oid;

    #[test]
    fn every_form_survives_the_round_trip() {
        let name = crate::name::NameBuilder::new().common_name("x").unwrap().build();
        let forms = [
            GeneralName::Other { oid: oid::SMTP_UTF8_MAILBOX, value: &[0x0c, 0x01, b'x'] },
            GeneralName::Email("a@b.test"),
            GeneralName::Dns("*.a.test"),
            GeneralName::Directory(Name::parse(&name).unwrap()),
            GeneralName::Uri("https://a.test/"),
            GeneralName::Ip(&[10, 0, 0, 1]),
            GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0]),
            GeneralName::RegisteredId(oid::COMMON_NAME),
        ];
        for form in forms {
            let der = Writer::build(|writer| form.write(writer));
            let mut reader = Reader::new(&der);
            assert_eq!(GeneralName::read(&mut reader).unwrap(), form);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn text_shows_addresses_and_prefixes() {
        let check = |octets: &[u8], expect: &str| assert_eq!(GeneralName::Ip(octets).to_string(), expect);
        check(&[10, 0, 0, 1], "ip:10.0.0.1");
        check(&[10, 0, 0, 0, 255, 0, 0, 0], "ip:10.0.0.0/8");
        check(&[10, 0, 0, 0, 255, 0, 255, 0], "ip:10.0.0.0 with mask [ff, 00, ff, 00]");
        assert_eq!(GeneralName::Dns("a\n\u{1b}").to_string(), "dns:a\\n\\u{1b}");
    }

    #[test]
    fn masks_are_contiguous_or_not() {
        assert_eq!(prefix_length(&[255, 255, 0, 0]), Some(16));
        assert_eq!(prefix_length(&[0, 0, 0, 0]), Some(0));
        assert_eq!(prefix_length(&[255, 255, 255, 255]), Some(32));
        assert_eq!(prefix_length(&[255, 0, 255, 0]), None);
        assert_eq!(prefix_length(&[0b1010_0000, 0, 0, 0]), None);
        assert_eq!(prefix_length(&[0, 255, 0, 0]), None);
    }

    #[test]
    fn malformed_names_are_refused() {
        for bad in [
            &[0x82, 0x01, 0xff][..],
            &[0x87, 0x03, 1, 2, 3],
            &[0x89, 0x00],
            &[0x88, 0x00],
            &[0xa4, 0x00],
            &[0xa0, 0x00],
            &[0x30, 0x00],
        ] {
            assert!(GeneralName::read(&mut Reader::new(bad)).is_err(), "{bad:02x?}");
        }
    }
}
