// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names that a request asks for and a certificate is issued to.

mod dns;
mod email;
mod error;

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use x509::GeneralName;
use x509::der::Writer;

pub use error::{NameProblem, SubjectNameError};

/// A well-formed name for a subjectAltName. Two that mean the same are equal.
///
/// The variants are made by [`SubjectName::parse`] and [`SubjectName::from_general_name`]; a value
/// put together by hand is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubjectName {
    /// A DNS name in lower case: letters, digits and hyphens (IDN as A-labels), at most one leading
    /// `*.`, no trailing dot.
    Dns(String),
    /// An address.
    Ip(IpAddr),
    /// A mail address in ASCII, its domain in lower case.
    Email(String),
}

impl SubjectName {
    /// Reads `a.test`, `*.a.test`, `10.0.0.1`, `::1`, `[::1]` or `a@b.test`, as people write them.
    ///
    /// # Errors
    /// The name and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, SubjectNameError> {
        Self::read(text).map_err(|problem| SubjectNameError::new(text, problem))
    }

    fn read(text: &str) -> Result<Self, NameProblem> {
        if text.is_empty() {
            return Err(NameProblem::Empty);
        }
        if text.contains("://") {
            return Err(NameProblem::Url);
        }
        if text.contains('@') {
            return email::read(text).map(Self::Email);
        }
        let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Some(inside) = bracketed {
            let address = inside.parse::<Ipv6Addr>().map_err(|_unparsed| NameProblem::Address);
            return address.map(|address| Self::Ip(address.into()));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::Ip(address));
        }
        match text.split_once(':') {
            Some((_, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(NameProblem::Port)
            }
            Some(_) => Err(NameProblem::Address),
            None if text.contains('/') => Err(NameProblem::Path),
            None => dns::read(text).map(Self::Dns),
        }
    }

    /// Takes a name of a certificate or request over.
    ///
    /// # Errors
    /// A form other than dNSName, iPAddress and rfc822Name, or a name that is not well-formed: here a
    /// dNSName that is an address is none.
    pub fn from_general_name(name: &GeneralName<'_>) -> Result<Self, SubjectNameError> {
        let read = match *name {
            GeneralName::Dns(text) => dns::read(text).map(Self::Dns),
            GeneralName::Email(text) => email::read(text).map(Self::Email),
            GeneralName::Ip(_) => name.ip().map(Self::Ip).ok_or(NameProblem::Address),
            _ => Err(NameProblem::Form),
        };
        read.map_err(|problem| match *name {
            GeneralName::Dns(text) | GeneralName::Email(text) => SubjectNameError::new(text, problem),
            _ => SubjectNameError::new(&name.to_string(), problem),
        })
    }

    /// Gives `use_name` the name as `x509` writes it.
    pub fn with_general_name<T>(&self, use_name: impl FnOnce(GeneralName<'_>) -> T) -> T {
        match self {
            Self::Dns(text) => use_name(GeneralName::Dns(text)),
            Self::Email(text) => use_name(GeneralName::Email(text)),
            Self::Ip(IpAddr::V4(address)) => use_name(GeneralName::Ip(&address.octets())),
            Self::Ip(IpAddr::V6(address)) => use_name(GeneralName::Ip(&address.octets())),
        }
    }

    /// The value of a subjectAltName extension with these names, in their order.
    #[must_use]
    pub fn subject_alt_name(names: &[Self]) -> Vec<u8> {
        Writer::build(|writer| {
            writer.sequence(|list| {
                for name in names {
                    name.with_general_name(|name| name.write(list));
                }
            });
        })
    }
}

impl FromStr for SubjectName {
    type Err = SubjectNameError;

    fn from_str(text: &str) -> Result<Self, SubjectNameError> {
        Self::parse(text)
    }
}

/// As it is read: `a.test`, `10.0.0.1`, `::1`, `a@b.test`.
impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(text) | Self::Email(text) => f.write_str(text),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn names_are_read_as_people_write_them() {
        let check =
            |text: &str, expect: SubjectName| assert_eq!(SubjectName::parse(text), Ok(expect), "{text}");
        let dns = |text: &str| SubjectName::Dns(text.to_owned());
        check("a.test", dns("a.test"));
        check("LocalHost", dns("localhost"));
        check("*.A.test", dns("*.a.test"));
        check("xn--bcher-kva.test", dns("xn--bcher-kva.test"));
        check("3com.test", dns("3com.test"));
        check("10.0.0.1", SubjectName::Ip([10, 0, 0, 1].into()));
        check("::1", SubjectName::Ip(Ipv6Addr::LOCALHOST.into()));
        check("[::1]", SubjectName::Ip(Ipv6Addr::LOCALHOST.into()));
        check("Ann.Lee+x@B.test", SubjectName::Email("Ann.Lee+x@b.test".to_owned()));
    }

    #[test]
    fn what_is_no_name_is_refused_with_what_to_write_instead() {
        let check = |text: &str, problem: NameProblem| {
            let error = SubjectName::parse(text).unwrap_err();
            assert_eq!(error.problem(), &problem, "{text}");
        };
        check("", NameProblem::Empty);
        check("https://a.test/", NameProblem::Url);
        check("a.test:8443", NameProblem::Port);
        check("10.0.0.0/8", NameProblem::Path);
        check("fe80::1%eth0", NameProblem::Address);
        check("[10.0.0.1]", NameProblem::Address);
        check("[::1", NameProblem::Address);
        check("10.0.0.256", NameProblem::LooksLikeAddress);
        check("010.0.0.1", NameProblem::LooksLikeAddress);
        check("bücher.test", NameProblem::NotAscii);
    }

    #[test]
    fn a_general_name_keeps_its_form() {
        let check = |name: GeneralName<'_>, good: bool| {
            assert_eq!(SubjectName::from_general_name(&name).is_ok(), good, "{name}");
        };
        check(GeneralName::Dns("a.test"), true);
        check(GeneralName::Dns("10.0.0.1"), false);
        check(GeneralName::Dns("a@b.test"), false);
        check(GeneralName::Email("a@b.test"), true);
        check(GeneralName::Email("b.test"), false);
        check(GeneralName::Ip(&[10, 0, 0, 1]), true);
        check(GeneralName::Ip(&[10, 0, 0, 0, 255, 0, 0, 0]), false);
        check(GeneralName::Uri("https://a.test/"), false);
    }

    #[test]
    fn every_name_survives_the_way_through_a_general_name() {
        for text in ["a.test", "*.a.test", "10.0.0.1", "2001:db8::1", "a@b.test"] {
            let name = SubjectName::parse(text).unwrap();
            assert_eq!(name.to_string(), text);
            let back = name.with_general_name(|name| SubjectName::from_general_name(&name));
            assert_eq!(back, Ok(name));
        }
    }
}
