// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a list covers of a certificate: RFC 5280 §6.3.3(b) and (d).

use x509::ext::{CrlDistributionPoints, DistributionPoint, DistributionPointName, ReasonFlags};
use x509::name::Rdn;
use x509::{GeneralName, GeneralNames, Name};

use super::list::List;
use crate::budget::Budget;
use crate::decoded::{Decoded, bounded, text};
use crate::rejection::Spent;

/// A point of a certificate, or what stands for one.
#[derive(Clone, Copy)]
struct Point<'c> {
    given: DistributionPoint<'c>,
    /// RFC 5280 §6.3.3, at the end: where the lists of the points do not suffice, the certificate's issuer
    /// is the name of one more.
    implied: bool,
}

/// Why a list covers nothing of a certificate.
pub(super) struct Misfit {
    pub(super) seen: String,
    pub(super) wanted: String,
}

impl Misfit {
    fn new(seen: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self { seen: seen.into(), wanted: wanted.into() }
    }
}

/// The reasons for which `list` tells whether `certificate` was revoked. `None`: it is of another issuer,
/// and not about this certificate at all.
pub(super) fn covered(
    list: &List<'_>,
    certificate: &Decoded<'_>,
    budget: &mut Budget,
) -> Result<Option<Result<ReasonFlags, Misfit>>, Spent> {
    let mut covered = ReasonFlags::NONE;
    let mut misfit = None;
    let (signer, issuer) = (list.crl.tbs().issuer(), certificate.tbs().issuer());
    let signer_extent = Extent::of_one(signer);
    signer_extent.pay(&Extent::of_one(issuer), budget)?;
    let own = signer.matches(&issuer);
    let own_extent = list.point().and_then(|own| own.name).map(|name| Extent::of(name, signer));
    for point in points(certificate) {
        // (b)(1): the list is of the issuer that the point names, or else of the certificate's.
        let fits = match point.given.crl_issuer {
            None => own,
            Some(names) => {
                signer_extent.pay(&Extent::of_all(names), budget)?;
                directory_names(names).any(|name| name.matches(&signer))
            }
        };
        if !fits {
            continue;
        }
        if let Some(own) = &own_extent {
            own.pay(&Extent::of_point(&point, issuer), budget)?;
        }
        match by_point(list, certificate, &point) {
            Ok(reasons) => covered = covered.and(reasons),
            Err(found) => misfit = misfit.or(Some(found)),
        }
    }
    Ok(if covered.is_empty() { misfit.map(Err) } else { Some(Ok(covered)) })
}

/// How many octets the names of issuers and of points hardly ever exceed.
const ORDINARY: usize = 256;

/// How many names there are, and how many octets they have.
struct Extent {
    names: usize,
    octets: usize,
}

impl Extent {
    fn of_one(name: Name<'_>) -> Self {
        Self { names: 1, octets: name.raw().len() }
    }

    fn of_all(names: GeneralNames<'_>) -> Self {
        Self { names: names.iter().count(), octets: names.content().len() }
    }

    /// Of the name of a point that is, if it is not in full, relative to another.
    fn of(name: DistributionPointName<'_>, above: Name<'_>) -> Self {
        match name {
            DistributionPointName::FullName(names) => Self::of_all(names),
            DistributionPointName::RelativeToIssuer(last) => {
                Self { names: 1, octets: above.raw().len().saturating_add(last.content().len()) }
            }
        }
    }

    /// Of what a list's point is compared with for a certificate's.
    fn of_point(point: &Point<'_>, issuer: Name<'_>) -> Self {
        match (point.given.name, point.given.crl_issuer) {
            (Some(name), signer) => {
                let above = signer.and_then(|names| directory_names(names).next()).unwrap_or(issuer);
                Self::of(name, above)
            }
            (None, Some(names)) => Self::of_all(names),
            (None, None) => Self::of_one(issuer),
        }
    }

    /// Pays for comparing each of these names with each of others, which ends with the shorter of two; more
    /// where they are no ordinary ones.
    fn pay(&self, other: &Self, budget: &mut Budget) -> Result<(), Spent> {
        let count = self.names.saturating_mul(other.names);
        let octets = self.octets.saturating_mul(other.names).min(other.octets.saturating_mul(self.names));
        budget.name_comparisons(count, octets.saturating_sub(count.saturating_mul(ORDINARY)))
    }
}

/// The certificate's points, and the one that stands for its issuer.
fn points<'c>(certificate: &Decoded<'c>) -> impl Iterator<Item = Point<'c>> + use<'c> {
    // One that is malformed was refused long before.
    let given = certificate.tbs().extensions().decode::<CrlDistributionPoints<'_>>().ok().flatten();
    let given = given.into_iter().flat_map(|points| points.value.iter());
    let implied =
        Point { given: DistributionPoint { name: None, reasons: None, crl_issuer: None }, implied: true };
    given.map(|given| Point { given, implied: false }).chain(std::iter::once(implied))
}

/// (b)(1) and (2), (d): the reasons for which the list covers the certificate by this point.
fn by_point(list: &List<'_>, certificate: &Decoded<'_>, point: &Point<'_>) -> Result<ReasonFlags, Misfit> {
    let own = list.point().unwrap_or_default();
    if point.given.crl_issuer.is_some() && !own.indirect {
        return Err(Misfit::new("no indirectCRL", "indirectCRL, since the certificate names its issuer"));
    }
    if let Some(name) = own.name {
        fits_name(list, name, certificate, point)?;
    }
    if own.only_user_certificates && certificate.is_ca() {
        return Err(Misfit::new("onlyContainsUserCerts", "CAs' certificates too"));
    }
    if own.only_ca_certificates && !certificate.is_ca() {
        return Err(Misfit::new("onlyContainsCACerts", "certificates of others than CAs too"));
    }
    if own.only_attribute_certificates {
        return Err(Misfit::new("onlyContainsAttributeCerts", "certificates for keys"));
    }
    let reasons = own.only_some_reasons.unwrap_or(ReasonFlags::ALL);
    let reasons = reasons.both(point.given.reasons.unwrap_or(ReasonFlags::ALL));
    if reasons.is_empty() { Err(Misfit::new("no reasons", "at least one reason")) } else { Ok(reasons) }
}

/// (b)(2)(i): a name of the list's point is one of the certificate's point, or of its issuer's.
fn fits_name(
    list: &List<'_>,
    name: DistributionPointName<'_>,
    certificate: &Decoded<'_>,
    point: &Point<'_>,
) -> Result<(), Misfit> {
    let issuer = certificate.tbs().issuer();
    let own = PointName::new(name, list.crl.tbs().issuer());
    let fits = match (point.given.name, point.given.crl_issuer) {
        _ if point.implied => own.is(&GeneralName::Directory(issuer)),
        (Some(theirs), signer) => {
            let above = signer.and_then(|names| directory_names(names).next()).unwrap_or(issuer);
            own.shares(&PointName::new(theirs, above))
        }
        (None, Some(names)) => names.iter().any(|name| own.is(&name)),
        (None, None) => false,
    };
    if fits {
        return Ok(());
    }
    let wanted = match point.given.name {
        _ if point.implied => format!("the point {}", text(&issuer)),
        Some(theirs) => format!("the point {}", PointName::new(theirs, issuer).words()),
        None => "a point without a name".to_owned(),
    };
    Err(Misfit::new(format!("the point {}", own.words()), wanted))
}

/// The name of a point, relative ones with what they are relative to.
enum PointName<'n> {
    Full(GeneralNames<'n>),
    Relative(Name<'n>, Rdn<'n>),
}

impl<'n> PointName<'n> {
    const fn new(name: DistributionPointName<'n>, above: Name<'n>) -> Self {
        match name {
            DistributionPointName::FullName(names) => Self::Full(names),
            DistributionPointName::RelativeToIssuer(last) => Self::Relative(above, last),
        }
    }

    /// Whether it is, or has among others, this name.
    fn is(&self, name: &GeneralName<'_>) -> bool {
        match (self, name) {
            (Self::Full(names), _) => names.iter().any(|own| same(&own, name)),
            (Self::Relative(above, last), GeneralName::Directory(name)) => name.is_child(above, last),
            (Self::Relative(..), _) => false,
        }
    }

    /// Whether both have a name in common.
    fn shares(&self, other: &PointName<'_>) -> bool {
        match (self, other) {
            (_, PointName::Full(names)) => names.iter().any(|name| self.is(&name)),
            (Self::Full(names), PointName::Relative(..)) => names.iter().any(|name| other.is(&name)),
            (Self::Relative(above, last), PointName::Relative(their_above, their_last)) => {
                above.matches(their_above) && last.matches(their_last)
            }
        }
    }

    fn words(&self) -> String {
        const SHOWN: usize = 4;
        match self {
            Self::Full(names) => {
                let names: Vec<String> = names.iter().take(SHOWN).map(bounded).collect();
                names.join(", ")
            }
            Self::Relative(above, _) => format!("relative to {}", text(above)),
        }
    }
}

/// Whether two names are one: directory names after preparation (RFC 5280 §7.1), others as they stand.
fn same(one: &GeneralName<'_>, other: &GeneralName<'_>) -> bool {
    match (one, other) {
        (GeneralName::Directory(one), GeneralName::Directory(other)) => one.matches(other),
        (one, other) => one == other,
    }
}

fn directory_names<'n>(names: GeneralNames<'n>) -> impl Iterator<Item = Name<'n>> {
    names.iter().filter_map(|name| match name {
        GeneralName::Directory(name) => Some(name),
        GeneralName::Other { .. }
        | GeneralName::Email(_)
        | GeneralName::Dns(_)
        | GeneralName::X400(_)
        | GeneralName::EdiParty(_)
        | GeneralName::Uri(_)
        | GeneralName::Ip(_)
        | GeneralName::RegisteredId(_) => None,
    })
}
