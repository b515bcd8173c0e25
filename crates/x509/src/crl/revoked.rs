// SPDX-License-Identifier: MIT OR Apache-2.0
//! The entries of a CRL.

use crate::der::{Element, Reader, Tag};
use crate::error::{Error, Within};
use crate::ext::{
    CertificateIssuer, Critical, Extension, Extensions, InvalidityDate, KnownExtension, ReasonCode,
};
use crate::name::Name;
use crate::oid::Oid;
use crate::serial::Serial;
use crate::time::EncodedTime;

/// One entry of a CRL.
///
/// ```asn1
/// SEQUENCE {
///     userCertificate     CertificateSerialNumber,
///     revocationDate      Time,
///     crlEntryExtensions  Extensions OPTIONAL }
/// ```
/// [RFC 5280 §5.1]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedCertificate<'a> {
    /// The certificate's serial number.
    pub serial: Serial<'a>,
    /// Since when it is revoked.
    pub revocation_date: EncodedTime,
    /// What else there is to say.
    pub extensions: Extensions<'a>,
}

/// The entries of a CRL, each checked when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedCertificates<'a> {
    content: &'a [u8],
    names_issuers: bool,
    has_extensions: bool,
    unprocessed: Option<Oid<'a>>,
}

impl<'a> RevokedCertificates<'a> {
    /// Checks every entry of the list whose SEQUENCE has been read.
    pub(super) fn from_element(element: &Element<'a>) -> Result<Self, Error> {
        let mut list =
            Self { content: element.content, names_issuers: false, has_extensions: false, unprocessed: None };
        let mut reader = element.reader();
        while !reader.is_empty() {
            list.check(&mut reader).within("revokedCertificates")?;
        }
        Ok(list)
    }

    fn check(&mut self, reader: &mut Reader<'a>) -> Result<(), Error> {
        let mut inner = reader.sequence()?;
        inner.integer().within("userCertificate")?;
        inner.time().within("revocationDate")?;
        if inner.is_empty() {
            return Ok(());
        }
        let extensions = inner.expect(Tag::SEQUENCE).within("crlEntryExtensions")?;
        inner.finish()?;
        self.has_extensions = true;
        let mut checked = Ok(());
        Extensions::from_element(&extensions, &mut |extension| {
            if checked.is_ok() {
                checked = self.check_extension(extension);
            }
        })?;
        checked
    }

    fn check_extension(&mut self, extension: &Extension<'a>) -> Result<(), Error> {
        match extension.oid {
            ReasonCode::OID => ReasonCode::decode(extension.value).map(drop).within(ReasonCode::NAME),
            InvalidityDate::OID => {
                InvalidityDate::decode(extension.value).map(drop).within(InvalidityDate::NAME)
            }
            CertificateIssuer::OID => {
                self.names_issuers = true;
                CertificateIssuer::decode(extension.value).map(drop).within(CertificateIssuer::NAME)
            }
            other => {
                if extension.critical {
                    self.unprocessed = self.unprocessed.or(Some(other));
                }
                Ok(())
            }
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// Whether an entry has certificateIssuer, so that those after it are of that issuer.
    #[must_use]
    pub const fn names_issuers(&self) -> bool {
        self.names_issuers
    }

    /// Whether an entry has extensions.
    #[must_use]
    pub const fn has_extensions(&self) -> bool {
        self.has_extensions
    }

    /// The first critical extension of an entry that is not one of those read here; then the whole list
    /// must not be used (RFC 5280 §5.3).
    #[must_use]
    pub const fn unprocessed(&self) -> Option<Oid<'a>> {
        self.unprocessed
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl Iterator<Item = RevokedCertificate<'a>> + use<'a> {
        let mut reader = Reader::new(self.content);
        std::iter::from_fn(move || RevokedCertificate::take(&reader.element().ok()?))
    }

    /// The entries for `serial` of `issuer`; `own` is whether that is the CRL's issuer.
    pub(super) fn find<'s>(
        self,
        issuer: &'s Name<'s>,
        own: bool,
        serial: Serial<'s>,
    ) -> impl Iterator<Item = RevokedCertificate<'a>> + use<'a, 's> {
        // Without certificateIssuer, all entries are of the CRL's issuer.
        let content = if own || self.names_issuers { self.content } else { &[] };
        let mut reader = Reader::new(content);
        let mut applies = own;
        std::iter::from_fn(move || {
            loop {
                let element = reader.element().ok()?;
                let here = has_serial(&element, serial);
                if !here && !self.names_issuers {
                    continue;
                }
                let entry = RevokedCertificate::take(&element)?;
                // RFC 5280 §5.3.3: it holds for the entries that follow too.
                if let Some(named) = self.names_issuers.then(|| entry.certificate_issuer()).flatten() {
                    applies = named.value.is(issuer);
                }
                if here && applies {
                    return Some(entry);
                }
            }
        })
    }
}

/// Whether an entry begins with this serial number.
fn has_serial(entry: &Element<'_>, serial: Serial<'_>) -> bool {
    let found = Reader::new(entry.content).element();
    found.is_ok_and(|found| found.content == serial.content())
}

impl<'a> RevokedCertificate<'a> {
    /// Takes an entry that was checked before.
    fn take(entry: &Element<'a>) -> Option<Self> {
        let mut inner = entry.reader();
        let serial = Serial::from_content(inner.integer().ok()?);
        let revocation_date = inner.time().ok()?;
        let extensions = inner.optional(Tag::SEQUENCE).ok()?;
        let extensions = extensions.map_or(Extensions::NONE, |list| Extensions::checked(list.content));
        Some(Self { serial, revocation_date, extensions })
    }

    fn extension<T: KnownExtension<'a>>(&self) -> Option<Critical<T>> {
        // What is malformed was refused when the list was read.
        self.extensions.decode().ok().flatten()
    }

    /// Why it was revoked.
    #[must_use]
    pub fn reason(&self) -> Option<Critical<ReasonCode>> {
        self.extension()
    }

    /// Since when the certificate must be thought invalid.
    #[must_use]
    pub fn invalidity_date(&self) -> Option<Critical<InvalidityDate>> {
        self.extension()
    }

    /// Who issued the certificate, where this entry is the first of that issuer.
    #[must_use]
    pub fn certificate_issuer(&self) -> Option<Critical<CertificateIssuer<'a>>> {
        self.extension()
    }
}
