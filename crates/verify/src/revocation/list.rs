// SPDX-License-Identifier: MIT OR Apache-2.0
//! CRLs, each read once in a decision, and their form (RFC 5280 §5).

use std::borrow::Cow;
use std::fmt;

use x509::error::Within;
use x509::ext::{
    AuthorityInfoAccess, AuthorityKeyIdentifier, CrlNumber, DeltaCrlIndicator, FreshestCrl,
    IssuingDistributionPoint, SubjectAltName,
};
use x509::{CertificateList, Critical, Error, Extension, KnownExtension, Oid, Time, Version, oid};

use crate::decoded::{bounded, text};
use crate::judge::{Recurs, Signed, either};
use crate::rejection::StatusFault;
use crate::rules::{self, Provision, Ruleset, Severity};

/// A CRL and what its extensions say.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) crl: CertificateList<'a>,
    known: Known<'a>,
    /// What is wrong with it by the profile of RFC 5280 §5 alone: it clears nobody.
    flaw: Option<StatusFault>,
}

/// How many octets a number may have (RFC 5280 §5.2.3).
const NUMBER_OCTETS: usize = 20;

/// The extensions of a CRL.
#[derive(Debug, Default)]
struct Known<'a> {
    number: Option<Critical<CrlNumber<'a>>>,
    base: Option<Critical<DeltaCrlIndicator<'a>>>,
    point: Option<Critical<IssuingDistributionPoint<'a>>>,
    point_der: Option<&'a [u8]>,
    authority: Option<Critical<AuthorityKeyIdentifier<'a>>>,
    unprocessed: Option<Oid<'a>>,
}

impl<'a> List<'a> {
    /// Reads the list that is the `place`th given, from 0.
    pub(super) fn read(der: &'a [u8], place: usize, ruleset: Ruleset) -> Result<Self, StatusFault> {
        let malformed = |error: Error| StatusFault {
            source: format!("CRL {} as given", place.saturating_add(1)),
            rule: &rules::CRL_WELL_FORMED.rule,
            seen: error.to_string(),
            wanted: "well-formed".to_owned(),
        };
        let crl = CertificateList::parse(der).map_err(malformed)?;
        let mut known = Known::default();
        crl.tbs().extensions().iter().try_for_each(|extension| known.take(&extension)).map_err(malformed)?;
        let mut list = Self { crl, known, flaw: None };
        if let Some(broken) = list.broken(Ruleset::Path) {
            return Err(broken);
        }
        list.flaw = list.broken(ruleset);
        Ok(list)
    }

    /// The first rule on its form that it breaks.
    fn broken(&self, ruleset: Ruleset) -> Option<StatusFault> {
        let refuses = |row: &Row| !row.holds && row.provision.severity(ruleset) == Severity::Refuse;
        let Row { provision, seen, wanted, .. } = self.form().into_iter().find(refuses)?;
        let (source, seen, wanted) = (self.to_string(), seen.into_owned(), wanted.to_owned());
        Some(StatusFault { source, rule: &provision.rule, seen, wanted })
    }

    /// What is wrong with it by the profile alone.
    pub(super) const fn flaw(&self) -> Option<&StatusFault> {
        self.flaw.as_ref()
    }

    /// Its form, rule by rule.
    fn form(&self) -> [Row; 12] {
        let (tbs, known) = (self.crl.tbs(), &self.known);
        let of_entries = tbs.revoked().and_then(|revoked| revoked.unprocessed());
        let extended =
            !tbs.extensions().is_empty() || tbs.revoked().is_some_and(|list| list.has_extensions());
        let agree = tbs.inner_signature_algorithm().raw() == self.crl.signature_algorithm().raw();
        let identified = known.authority.is_some_and(|authority| authority.value.key_identifier.is_some());
        let octets = known.number.map_or(0, |number| number.value.magnitude().len());
        let kinds = known.point.map_or(0, |point| point.value.kinds());
        [
            row(&rules::CRL_VERSION, tbs.version() == Version::V2 || !extended, "version 1", "version 2"),
            row(&rules::CRL_SIGNATURE_ALGORITHMS_AGREE, agree, "another inside", "the same"),
            processed(&rules::CRL_UNKNOWN_CRITICAL, known.unprocessed),
            processed(&rules::CRL_ENTRY_UNKNOWN_CRITICAL, of_entries),
            row(&rules::CRL_NEXT_UPDATE_PRESENT, tbs.next_update().is_some(), "none", "nextUpdate"),
            row(&rules::CRL_NUMBER_PRESENT, known.number.is_some(), "none", "cRLNumber"),
            critical(&rules::CRL_NUMBER_NOT_CRITICAL, known.number.map(|number| number.critical), false),
            row(&rules::CRL_NUMBER_LENGTH, octets <= NUMBER_OCTETS, format!("{octets} octets"), "at most 20"),
            row(&rules::CRL_AUTHORITY_KEY_IDENTIFIER_PRESENT, identified, "none", "a keyIdentifier"),
            critical(&rules::CRL_DELTA_INDICATOR_CRITICAL, known.base.map(|base| base.critical), true),
            critical(&rules::CRL_DISTRIBUTION_POINT_CRITICAL, known.point.map(|point| point.critical), true),
            row(&rules::CRL_DISTRIBUTION_POINT_KINDS, kinds <= 1, format!("{kinds} kinds"), "at most one"),
        ]
    }

    /// Its number, where it has one.
    pub(super) fn number(&self) -> Option<CrlNumber<'a>> {
        self.known.number.map(|number| number.value)
    }

    /// Of a delta: the number of the list it builds on.
    pub(super) fn base(&self) -> Option<CrlNumber<'a>> {
        self.known.base.map(|base| base.value.0)
    }

    /// What it covers, where that is not all.
    pub(super) fn point(&self) -> Option<IssuingDistributionPoint<'a>> {
        self.known.point.map(|point| point.value)
    }

    /// What it covers, as it is written: lists of one issuer with the same have the same scope.
    pub(super) const fn scope(&self) -> Option<&'a [u8]> {
        self.known.point_der
    }

    /// Whose key signed it.
    pub(super) fn authority(&self) -> Option<AuthorityKeyIdentifier<'a>> {
        self.known.authority.map(|authority| authority.value)
    }

    /// Whether it is made by now, and no other is due (RFC 5280 §5.1.2.4, §5.1.2.5).
    pub(super) fn is_current(&self, at: Time) -> bool {
        let tbs = self.crl.tbs();
        tbs.this_update().time <= at && tbs.next_update().is_none_or(|next| at <= next.time)
    }

    /// When it is current, in words.
    pub(super) fn period(&self) -> String {
        let tbs = self.crl.tbs();
        match tbs.next_update() {
            Some(next) => format!("{} until {}", tbs.this_update().time, next.time),
            None => format!("{} on", tbs.this_update().time),
        }
    }

    pub(super) const fn signed(&self) -> Signed<'a> {
        Signed {
            block: self.crl.tbs().raw(),
            algorithm: self.crl.signature_algorithm(),
            signature: self.crl.signature_value(),
            // Lists are large, and soon replaced.
            recurs: Recurs::Seldom,
        }
    }

    /// What tells the newer of two lists with the same scope.
    pub(super) fn age(&self) -> (Option<CrlNumber<'a>>, Time) {
        (self.number(), self.crl.tbs().this_update().time)
    }
}

/// `CRL 12 of CN=Root`.
impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(either(self.known.base.is_some(), "delta CRL", "CRL"))?;
        if let Some(number) = self.number() {
            write!(f, " {}", bounded(number))?;
        }
        write!(f, " of {}", text(&self.crl.tbs().issuer()))
    }
}

impl<'a> Known<'a> {
    fn take(&mut self, extension: &Extension<'a>) -> Result<(), Error> {
        match extension.oid {
            oid::CRL_NUMBER => self.number = Some(extension.decode()?),
            oid::DELTA_CRL_INDICATOR => self.base = Some(extension.decode()?),
            oid::AUTHORITY_KEY_IDENTIFIER => self.authority = Some(extension.decode()?),
            oid::ISSUING_DISTRIBUTION_POINT => {
                self.point = Some(extension.decode()?);
                self.point_der = Some(extension.value);
            }
            oid::FRESHEST_CRL => drop(extension.decode::<FreshestCrl<'_>>()?),
            oid::ISSUER_ALT_NAME => drop(SubjectAltName::decode(extension.value).within("issuerAltName")?),
            oid::AUTHORITY_INFO_ACCESS => drop(extension.decode::<AuthorityInfoAccess<'_>>()?),
            other => self.unprocessed = self.unprocessed.or(extension.critical.then_some(other)),
        }
        Ok(())
    }
}

/// A rule about the form of a list, and how it came out.
struct Row {
    provision: &'static Provision,
    holds: bool,
    seen: Cow<'static, str>,
    wanted: &'static str,
}

fn row(
    provision: &'static Provision,
    holds: bool,
    seen: impl Into<Cow<'static, str>>,
    wanted: &'static str,
) -> Row {
    Row { provision, holds, seen: seen.into(), wanted }
}

/// Nothing that is critical is left unprocessed.
fn processed(provision: &'static Provision, unprocessed: Option<Oid<'_>>) -> Row {
    let seen = unprocessed.map_or_else(String::new, |oid| format!("critical {}", bounded(oid)));
    row(provision, unprocessed.is_none(), seen, "no such extension")
}

/// An extension, where it is present, is as critical as it should be.
fn critical(provision: &'static Provision, found: Option<bool>, wanted: bool) -> Row {
    let words = |critical| either(critical, "critical", "not critical");
    let holds = found.is_none_or(|found| found == wanted);
    row(provision, holds, words(!wanted), words(wanted))
}
