// SPDX-License-Identifier: MIT OR Apache-2.0
//! Issuers: that they were added, that their keys were moved, and that they issue no more.

use x509::Error;
use x509::der::{Reader, Tag, Writer};

use super::{read_id, read_text, write_text};
use crate::issuer::IssuerId;

/// Present where a certificate stands beside the others of its key.
const BESIDE: Tag = Tag::context(0);
/// Present where an authority was kept elsewhere before.
const TAKEN_OVER: Tag = Tag::context(1);

/// An issuer was added, or certified again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerAdded {
    /// Its key.
    pub id: IssuerId,
    /// Where its private key is kept, in the words of whoever keeps it.
    pub key: String,
    /// Its certificates in DER, its own first, its root last.
    pub chain: Vec<Vec<u8>>,
    /// What becomes of the certificate that the key had before.
    pub certified: Certified,
}

/// What becomes of the certificates that a key had before another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certified {
    /// The new one takes their place: below it is issued from then on.
    #[default]
    Anew,
    /// Nothing: the new one is for clients who trust another root.
    Beside,
    /// It has none: the authority was kept elsewhere before, and issues here where nobody else does, or when it is told
    /// to.
    TakenOver,
}

impl IssuerAdded {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.key);
        event.sequence(|chain| self.chain.iter().for_each(|der| chain.octet_string(der)));
        match self.certified {
            Certified::Anew => {}
            Certified::Beside => event.element(BESIDE, &[]),
            Certified::TakenOver => event.element(TAKEN_OVER, &[]),
        }
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let (id, key) = (read_id(event)?, read_text(event)?);
        let mut list = event.sequence()?;
        let mut chain = Vec::new();
        while !list.is_empty() {
            chain.push(list.octet_string()?.to_vec());
        }
        // Of two marks the second is left over, which is an error.
        let certified = if read_mark(event, BESIDE)? {
            Certified::Beside
        } else if read_mark(event, TAKEN_OVER)? {
            Certified::TakenOver
        } else {
            Certified::Anew
        };
        Ok(Self { id, key, chain, certified })
    }
}

/// Present where a key is out of reach.
const AWAY: Tag = Tag::context(0);

/// Whether a key can be used where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// It can.
    #[default]
    Here,
    /// It was taken away: nothing is signed with it until it is brought back.
    Away,
}

/// Whether an element without content stands there.
fn read_mark(event: &mut Reader<'_>, tag: Tag) -> Result<bool, Error> {
    let mark = event.optional(tag)?;
    mark.map_or(Ok(false), |mark| mark.reader().finish().map(|()| true))
}

/// The private key of an issuer was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMoved {
    /// Whose key.
    pub id: IssuerId,
    /// Where it is kept from then on, in the words of whoever keeps it.
    pub key: String,
    /// Whether it can be used there.
    pub reach: Reach,
    /// On whose word.
    pub by: String,
}

impl KeyMoved {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.key);
        write_text(event, &self.by);
        if self.reach == Reach::Away {
            event.element(AWAY, &[]);
        }
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let (id, key, by) = (read_id(event)?, read_text(event)?, read_text(event)?);
        let reach = if read_mark(event, AWAY)? { Reach::Away } else { Reach::Here };
        Ok(Self { id, key, reach, by })
    }
}

/// An issuer was retired: it issues no more certificates, and goes on telling the status of those that it issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRetired {
    /// Which one.
    pub id: IssuerId,
    /// On whose word.
    pub by: String,
}

impl IssuerRetired {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { id: read_id(event)?, by: read_text(event)? })
    }
}
