// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which issuer is meant: by a name, for a profile, or because there is no other.

use authority::founding::short;
use authority::profile::Role;
use authority::{Certified, IssuerId, IssuerRecord, Profile, Record as _, Standing, Status, wait};
use keys::AwsLc;
use x509::Certificate;
use x509::ext::BasicConstraints;

use super::Authority;
use super::failures::{no_authority, record_failure};
use crate::failure::Failure;

/// How many digits of an identifier are enough to mean it.
pub(crate) const DIGITS: usize = 8;

/// The digits of an identifier that are enough to mean it.
pub(crate) fn beginning(id: &str) -> &str {
    id.get(..DIGITS).unwrap_or(id)
}

impl Authority {
    /// How each certificate of a chain stands, its root last; `None` of one that was issued elsewhere.
    pub(crate) fn standings(&self, chain: &[Vec<u8>]) -> Result<Vec<Option<Status>>, Failure> {
        let above = chain.iter().skip(1).chain(chain.last());
        let standing = |(own, above): (&Vec<u8>, &Vec<u8>)| {
            let (own, above) = (parse(own)?, parse(above)?);
            let issuer = IssuerId::of(&above.tbs().subject_public_key_info(), &AwsLc);
            let found = wait(self.record().status(issuer, own.tbs().serial().magnitude().to_vec()));
            let found = found.map_err(|error| record_failure(&error, self.directory()))?;
            Ok(found.map(|found| found.status))
        };
        chain.iter().zip(above).map(standing).collect()
    }

    /// The issuer that is meant by an identifier, or the beginning of one.
    pub(crate) fn issuer(&self, text: &str) -> Result<&IssuerRecord, Failure> {
        let wanted = text.to_ascii_lowercase();
        // By its identifier, or by the digits in its name and in that of its key's file.
        let is_meant = |record: &&IssuerRecord| {
            record.added.id.to_string().starts_with(&wanted)
                || (wanted.len() == DIGITS && short_of(record).is_some_and(|short| short == wanted))
        };
        let mut found = self.issuers().iter().filter(is_meant);
        let refused = match (wanted.len() >= DIGITS, found.next(), found.next()) {
            (true, Some(one), None) => return Ok(one),
            (true, Some(_), Some(_)) => Failure::refused(format!("several issuers begin with {text}")),
            (true, None, _) => Failure::refused(format!("there is no issuer {text}")),
            (false, ..) => {
                Failure::could_not(format!("{text} is too short to mean an issuer: {DIGITS} digits"))
            }
        };
        Err(refused.hint("chancery ca issuer list"))
    }

    /// Refuses an issuer that was retired or revoked, or stands below one that was revoked.
    pub(crate) fn require_open(&self, record: &IssuerRecord) -> Result<(), Failure> {
        match record.standing {
            Standing::InUse => Ok(()),
            Standing::Retired(_) | Standing::Revoked(_) | Standing::Below(..) => {
                Err(Failure::refused(format!("{} {}", name_of(record), how_closed(record)))
                    .hint("chancery ca issuer list"))
            }
        }
    }

    /// The root that is meant; without a word, the only one that is in use.
    pub(crate) fn root_meant(&self, text: Option<&str>) -> Result<&IssuerRecord, Failure> {
        if let Some(text) = text {
            let found = self.issuer(text)?;
            return match found.added.chain.len() {
                1 => Ok(found),
                _ => Err(Failure::refused(format!("{} is no root", name_of(found)))
                    .hint("chancery ca issuer list")),
            };
        }
        let roots = || self.issuers().iter().filter(|record| record.added.chain.len() == 1);
        let mut in_use = roots().filter(|record| record.standing == Standing::InUse);
        match (in_use.next(), in_use.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => {
                let ids: Vec<String> =
                    roots().filter(|root| root.standing == Standing::InUse).map(named).collect();
                Err(Failure::could_not("there are several roots, and it was not said which one")
                    .hint(format!("name it: {}", ids.join(" or "))))
            }
            (None, _) => roots().next_back().ok_or_else(|| {
                Failure::could_not("there is no root in the record").hint("make one: chancery ca root new")
            }),
        }
    }

    /// The certificates of roots that clients are to trust, DER: those above every issuer in use, the one above the issuer
    /// of leaves first. When nobody is in use, all there are.
    pub(crate) fn roots(&self) -> Vec<&[u8]> {
        let in_use = || self.issuers().iter().rev().filter(|record| record.standing == Standing::InUse);
        let issuing = in_use().filter(|record| record.added.chain.len() > 1);
        let mut roots: Vec<&[u8]> = Vec::new();
        let all = if in_use().next().is_none() { self.issuers() } else { &[] };
        for record in issuing.chain(in_use()).chain(all) {
            if let Some(root) = record.added.chain.last().filter(|root| !roots.contains(&root.as_slice())) {
                roots.push(root);
            }
        }
        roots
    }

    /// The record of the issuer for a profile: leaves come from the newest intermediate that was made here, or else from
    /// the newest one that was taken over, or a root that was and leaves no room for one; authorities from the only issuer
    /// whose path length leaves room for them.
    pub(crate) fn record_for(&self, profile: &Profile) -> Result<&IssuerRecord, Failure> {
        let suits = |record: &IssuerRecord| match profile.role() {
            Role::Leaf | Role::Responder => record.added.chain.len() > 1 || !has_room(record, 0),
            Role::Authority { path_length } => has_room(record, path_length),
        };
        let suitable = || self.issuers().iter().rev().filter(|record| suits(record));
        let in_use = || suitable().filter(|record| record.standing == Standing::InUse);
        if matches!(profile.role(), Role::Authority { .. }) && in_use().nth(1).is_some() {
            let ids: Vec<String> = in_use().map(named).collect();
            return Err(Failure::could_not(
                "several issuers could certify an authority, and it was not said which",
            )
            .hint(format!("name it with --issuer: {}", ids.join(" or "))));
        }
        // One that was taken over does not begin to issue unseen.
        let own = in_use().find(|record| record.added.certified != Certified::TakenOver);
        match (own.or_else(|| in_use().next()), suitable().next()) {
            (Some(found), _) => Ok(found),
            (None, Some(closed)) => Err(closed_failure(closed)),
            // With no issuer that suits, the plan of the newest one says why not.
            (None, None) => match (profile.role(), self.issuers().last()) {
                (Role::Leaf | Role::Responder, Some(root)) => Err(no_intermediate(root)),
                (_, last) => last.ok_or_else(|| no_authority(self.directory())),
            },
        }
    }
}

/// The digits that tell the names of authorities apart: the first of the identifier of its key.
fn short_of(record: &IssuerRecord) -> Option<String> {
    let own = Certificate::parse(record.added.chain.first()?).ok()?;
    Some(short(&own.tbs().subject_public_key_info()))
}

/// A certificate of the record.
pub(crate) fn parse(der: &[u8]) -> Result<Certificate<'_>, Failure> {
    Certificate::parse(der).map_err(|error| {
        Failure::could_not("a certificate in the record is damaged")
            .because(&error)
            .hint("put back a copy of authority.db")
    })
}

/// An issuer's name.
pub(crate) fn name_of(record: &IssuerRecord) -> String {
    let own = record.added.chain.first().and_then(|der| Certificate::parse(der).ok());
    own.map_or_else(|| record.added.id.to_string(), |found| found.tbs().subject().to_string())
}

/// The name of an authority above it.
pub(crate) fn name_above(record: &IssuerRecord, above: IssuerId) -> String {
    let parsed = record.added.chain.iter().filter_map(|der| Certificate::parse(der).ok());
    let mut named = parsed.map(|found| (IssuerId::of(&found.tbs().subject_public_key_info(), &AwsLc), found));
    let found = named.find(|(id, _)| *id == above);
    found.map_or_else(|| above.to_string(), |(_, found)| found.tbs().subject().to_string())
}

/// The beginning of its identifier, and its name.
fn named(record: &IssuerRecord) -> String {
    format!("{} ({})", beginning(&record.added.id.to_string()), name_of(record))
}

/// How an issuer stands, after its name.
fn how_closed(record: &IssuerRecord) -> String {
    match record.standing {
        Standing::Revoked(revoked) => format!("was revoked at {} ({})", revoked.since, revoked.reason),
        Standing::Retired(since) => format!("was retired at {since}"),
        Standing::Below(above, revoked) => {
            let (above, since) = (name_above(record, above), revoked.since);
            format!("stands below {above}, which was revoked at {since} ({})", revoked.reason)
        }
        Standing::InUse => "is in use".to_owned(),
    }
}

/// The newest issuer that would do was retired or revoked, and so were all before it.
fn closed_failure(record: &IssuerRecord) -> Failure {
    let how = how_closed(record);
    Failure::refused(format!("no issuer is in use: the last one, {}, {how}", name_of(record)))
        .hint("make another intermediate below the same root: chancery ca issuer new")
}

/// A root that leaves room for an intermediate issues by itself only when it is told to.
fn no_intermediate(root: &IssuerRecord) -> Failure {
    let id = root.added.id.to_string();
    let id = beginning(&id);
    Failure::refused(format!("there is no intermediate below {}", name_of(root)))
        .hint(format!(
            "make one, so that the root's key can be taken away: chancery ca issuer new --below {id}"
        ))
        .hint(format!("or have the root itself issue: chancery sign CSR --issuer {id}"))
}

/// The last one of each key, and the certificates that stand beside those.
pub(super) fn newest(issuers: Vec<IssuerRecord>) -> (Vec<IssuerRecord>, Vec<IssuerRecord>) {
    let (beside, anew): (Vec<_>, Vec<_>) =
        issuers.into_iter().partition(|issuer| issuer.added.certified == Certified::Beside);
    let mut newest: Vec<IssuerRecord> = Vec::new();
    for issuer in anew {
        newest.retain(|known| known.added.id != issuer.added.id);
        newest.push(issuer);
    }
    (newest, beside)
}

/// Whether an authority with this path length may stand below the issuer (RFC 5280 §4.2.1.9).
fn has_room(record: &IssuerRecord, path_length: u32) -> bool {
    let own = record.added.chain.first().and_then(|der| Certificate::parse(der).ok());
    let constraints = own.and_then(|own| own.tbs().extensions().decode::<BasicConstraints>().ok().flatten());
    constraints.is_some_and(|found| {
        found.value.ca && found.value.path_length.is_none_or(|length| length > path_length)
    })
}
