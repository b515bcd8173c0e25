// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens that are given out, and taken back.

use x509::der::{Reader, Tag, Writer};
use x509::{Error, Problem, Time};

use super::{read_optional_time, read_text, write_optional_time, write_text};
use crate::token::{Scope, TokenId};

/// A token was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAdded {
    /// Which one.
    pub id: TokenId,
    /// The SHA-256 of its secret, or of its key: of the SubjectPublicKeyInfo.
    pub digest: [u8; 32],
    /// What it is for.
    pub label: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The profiles that it may have issued by.
    pub profiles: Vec<String>,
    /// The last second in which it is good.
    pub not_after: Option<Time>,
    /// On whose word.
    pub by: String,
    /// What its bearer shows.
    pub shown: Shown,
}

/// What the bearer of a token shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shown {
    /// A secret.
    Secret,
    /// A certificate for a key, and that it has the key.
    Key,
}

/// What stands for a key.
const KEY: u32 = 1;
const NOT_AFTER: Tag = Tag::context_constructed(0);

impl TokenAdded {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        event.octet_string(&self.digest);
        write_text(event, &self.label);
        event.sequence(|scopes| self.scopes.iter().for_each(|scope| write_text(scopes, scope.name())));
        event.sequence(|profiles| self.profiles.iter().for_each(|profile| write_text(profiles, profile)));
        write_optional_time(event, NOT_AFTER, self.not_after);
        write_text(event, &self.by);
        // There were no others once.
        if self.shown == Shown::Key {
            event.integer(KEY);
        }
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let (id, digest) = (read_id(event)?, read_octets(event, "digest")?);
        let label = read_text(event)?;
        let at = *event;
        let unknown = || at.error(Problem::StringAlphabet { what: "scope" });
        let named = read_texts(event)?;
        let scopes = named.iter().map(|name| Scope::named(name).ok_or_else(unknown));
        let scopes = scopes.collect::<Result<_, _>>()?;
        let profiles = read_texts(event)?;
        let not_after = read_optional_time(event, NOT_AFTER)?;
        let by = read_text(event)?;
        let at = *event;
        let shown = match event.is_empty() {
            true => Shown::Secret,
            false if event.small_integer()? == KEY => Shown::Key,
            false => return Err(at.error(Problem::StringAlphabet { what: "proof" })),
        };
        Ok(Self { id, digest, label, scopes, profiles, not_after, by, shown })
    }
}

/// A token was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRevoked {
    /// Which one.
    pub id: TokenId,
    /// On whose word.
    pub by: String,
}

impl TokenRevoked {
    pub(super) fn write(&self, event: &mut Writer) {
        event.octet_string(self.id.octets());
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { id: read_id(event)?, by: read_text(event)? })
    }
}

fn read_id(event: &mut Reader<'_>) -> Result<TokenId, Error> {
    read_octets(event, "token identifier").map(TokenId::from_octets)
}

pub(super) fn read_octets<const N: usize>(
    event: &mut Reader<'_>,
    what: &'static str,
) -> Result<[u8; N], Error> {
    let at = *event;
    let octets = event.octet_string()?;
    let wrong = Problem::WrongLength { what, length: octets.len() };
    octets.try_into().ok().ok_or_else(|| at.error(wrong))
}

pub(super) fn read_texts(event: &mut Reader<'_>) -> Result<Vec<String>, Error> {
    let mut list = event.sequence()?;
    let mut texts = Vec::new();
    while !list.is_empty() {
        texts.push(read_text(&mut list)?);
    }
    Ok(texts)
}
