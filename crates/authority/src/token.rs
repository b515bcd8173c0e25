// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens: what a program shows to be let in, and what it may do then. The record knows a token's digest alone. What is
//! shown is a secret; or that one has a key, and a certificate of this authority for it.

mod key;

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding as _};
use x509::hex::{self, Hex};
use x509::{DigestAlgorithm, SignatureVerifier, Time};
use zeroize::Zeroizing;

use crate::approval::Warrant;
use crate::error::{RecordError, TokenProblem};
use crate::journal::{Event, Shown, TokenAdded, TokenRevoked};
use crate::policy::Requester;
use crate::random::{RandomError, RandomSource};
use crate::record::{Batch, Record, TokenRecord};

/// What every token begins with, for those who look for secrets that have leaked.
const PREFIX: &str = "chancery_";
/// Octets of a secret.
const SECRET: usize = 32;
/// The longest label.
const LABEL: usize = 64;

/// Which token: eight octets, which are no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenId([u8; 8]);

impl TokenId {
    /// The identifier with these octets.
    #[must_use]
    pub const fn from_octets(octets: [u8; 8]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 8] {
        &self.0
    }

    /// The identifier that is written so, in hexadecimal.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(hex::decode(text)?.try_into().ok()?))
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// To list and to see certificates.
    Read,
    /// To have certificates issued.
    Issue,
    /// To take certificates back, and to release them.
    Revoke,
    /// To approve and to deny requests of others.
    Approve,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Issue, Self::Revoke, Self::Approve];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Issue => "issue",
            Self::Revoke => "revoke",
            Self::Approve => "approve",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A token as its bearer has it. It is shown once, when it is made.
pub struct TokenSecret {
    id: TokenId,
    secret: Zeroizing<[u8; SECRET]>,
}

impl TokenSecret {
    /// Draws one.
    ///
    /// # Errors
    /// No randomness.
    pub fn draw(random: &dyn RandomSource) -> Result<Self, RandomError> {
        let (mut id, mut secret) = ([0; 8], Zeroizing::new([0; SECRET]));
        random.fill(&mut id)?;
        random.fill(&mut *secret)?;
        Ok(Self { id: TokenId(id), secret })
    }

    /// Reads what somebody shows: `chancery_ID_SECRET`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, encoded) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let mut secret = Zeroizing::new([0; SECRET]);
        let decoded = Base64UrlUnpadded::decode(encoded, &mut *secret).ok()?.len();
        (decoded == SECRET).then_some(Self { id: TokenId::parse(id)?, secret })
    }

    /// Which one it is.
    #[must_use]
    pub const fn id(&self) -> TokenId {
        self.id
    }

    /// As it is shown.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(&*self.secret));
        Zeroizing::new(format!("{PREFIX}{}_{}", self.id, &*encoded))
    }

    fn digest(&self, crypto: &dyn SignatureVerifier) -> [u8; 32] {
        let digest = crypto.digest(DigestAlgorithm::Sha256, &*self.secret);
        digest.octets().first_chunk().copied().unwrap_or_default()
    }
}

/// Without the secret.
impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSecret({})", self.id)
    }
}

/// Whether a token lets its bearer in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Good,
    /// There is none.
    Unknown,
    /// It was taken back.
    Revoked {
        /// When.
        since: Time,
    },
    /// Its time is over.
    Over {
        /// Its last second.
        not_after: Time,
    },
}

impl TokenState {
    /// How a token stands that was looked for.
    #[must_use]
    pub fn of(found: Option<&TokenRecord>, now: Time) -> Self {
        let Some(TokenRecord { added, revoked, .. }) = found else { return Self::Unknown };
        match (*revoked, added.not_after) {
            (Some(since), _) => Self::Revoked { since },
            (None, Some(not_after)) if now > not_after => Self::Over { not_after },
            (None, _) => Self::Good,
        }
    }

    /// Why nothing is issued to its bearer, in words; `None` while it is good.
    #[must_use]
    pub fn barred(self) -> Option<String> {
        match self {
            Self::Good => None,
            Self::Unknown => Some("whose token is not on record".to_owned()),
            Self::Revoked { since } => Some(format!("whose token was revoked at {since}")),
            Self::Over { not_after } => Some(format!("whose token was good until {not_after}")),
        }
    }
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken {
    /// What it is for, in a few words.
    pub label: String,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// The profiles that it may have issued by.
    pub profiles: Vec<String>,
    /// The last second in which it is good; `None`: until it is revoked.
    pub not_after: Option<Time>,
    /// On whose word.
    pub by: Warrant,
}

impl NewToken {
    /// Draws the secret and records its digest.
    ///
    /// # Errors
    /// What is asked for makes no sense, or it could not be recorded: then there is no such token.
    pub async fn commit(
        self,
        now: Time,
        record: &dyn Record,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<TokenSecret, TokenProblem> {
        self.require_sense(now)?;
        let secret = TokenSecret::draw(random)?;
        let added = self.added(secret.id, secret.digest(crypto), Shown::Secret);
        record.commit(Batch::at(now, [Event::TokenAdded(added)])).await?;
        Ok(secret)
    }

    /// Records the digest of a key (DER, a SubjectPublicKeyInfo): who has it, and shows a certificate for it, needs no
    /// secret.
    ///
    /// # Errors
    /// What is asked for makes no sense, the key is a token that lets somebody in already, or it could not be recorded.
    pub async fn commit_for_key(
        self,
        key: &[u8],
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<TokenId, TokenProblem> {
        self.require_sense(now)?;
        let digest = key::digest(key, crypto);
        if let Some(since) = record.compromised(digest).await? {
            return Err(TokenProblem::KeyCompromised { since });
        }
        let (found, id) = key::last(digest, record, crypto).await?;
        if let Some(found) = found.filter(|found| TokenState::of(Some(found), now) == TokenState::Good) {
            return Err(TokenProblem::KeyKnown { id: found.added.id });
        }
        let added = self.added(id, digest, Shown::Key);
        record.commit(Batch::at(now, [Event::TokenAdded(added)])).await?;
        Ok(id)
    }

    fn require_sense(&self, now: Time) -> Result<(), TokenProblem> {
        let label = &self.label;
        let is_plain = !label.is_empty() && label.len() <= LABEL && !label.chars().any(char::is_control);
        if !is_plain {
            return Err(TokenProblem::Label { longest: LABEL });
        }
        if self.scopes.is_empty() {
            return Err(TokenProblem::NoScope);
        }
        match self.not_after.filter(|not_after| *not_after <= now) {
            Some(not_after) => Err(TokenProblem::Over { not_after, now }),
            None => Ok(()),
        }
    }

    fn added(self, id: TokenId, digest: [u8; 32], shown: Shown) -> TokenAdded {
        let Self { label, mut scopes, profiles, not_after, by } = self;
        scopes.sort_unstable();
        scopes.dedup();
        TokenAdded { id, digest, label, scopes, profiles, not_after, by: by.to_string(), shown }
    }
}

/// Takes a token back: it lets nobody in from then on.
///
/// # Errors
/// There is no such token, or it was revoked before.
pub async fn revoke(id: TokenId, by: &Warrant, now: Time, record: &dyn Record) -> Result<(), RecordError> {
    let event = Event::TokenRevoked(TokenRevoked { id, by: by.to_string() });
    record.commit(Batch::at(now, [event])).await.map(drop)
}

/// Somebody who has shown a good token, or has proven to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bearer {
    token: TokenAdded,
}

impl Bearer {
    /// Who shows this token; `None` when it is none, another's, over, or revoked. Which of these it is, nobody who
    /// shows it is told.
    ///
    /// # Errors
    /// The record does not answer.
    pub async fn of(
        shown: &str,
        now: Time,
        record: &dyn Record,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Option<Self>, RecordError> {
        let Some(secret) = TokenSecret::parse(shown) else { return Ok(None) };
        let found = record.token(secret.id).await?;
        let stands = TokenState::of(found.as_ref(), now) == TokenState::Good;
        let Some(TokenRecord { added, .. }) = found else { return Ok(None) };
        let is_good = added.shown == Shown::Secret && equal(&added.digest, &secret.digest(crypto)) && stands;
        Ok(is_good.then_some(Self { token: added }))
    }

    /// Whether it allows that.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.token.scopes.contains(&scope)
    }

    /// Whether it may have certificates issued by this profile.
    #[must_use]
    pub fn may_issue_by(&self, profile: &str) -> bool {
        self.may(Scope::Issue) && self.token.profiles.iter().any(|known| known == profile)
    }

    /// The profiles that it may have certificates issued by.
    #[must_use]
    pub fn profiles(&self) -> &[String] {
        &self.token.profiles
    }

    /// Who asks, when this one does.
    #[must_use]
    pub fn requester(&self) -> Requester {
        Requester::Program { id: self.token.id, label: self.token.label.clone() }
    }

    /// On whose word what it asks for is true.
    #[must_use]
    pub fn warrant(&self) -> Warrant {
        Warrant::ApprovedBy(format!("token {} ({})", self.token.id, self.token.label))
    }
}

/// Compares in the same time wherever they differ.
fn equal(one: &[u8; 32], two: &[u8; 32]) -> bool {
    let differences = one.iter().zip(two).fold(0_u8, |differences, (one, two)| differences | (one ^ two));
    std::hint::black_box(differences) == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    struct Fives;

    impl RandomSource for Fives {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomError> {
            buffer.fill(5);
            Ok(())
        }
    }

    #[test]
    fn what_is_shown_is_read_and_nothing_else() {
        let secret = TokenSecret::draw(&Fives).unwrap();
        let shown = secret.reveal();
        assert!(shown.starts_with("chancery_0505050505050505_BQUF"), "{}", &*shown);
        let read = TokenSecret::parse(&shown).unwrap();
        assert_eq!((read.id(), *read.secret), (secret.id(), *secret.secret));
        assert_eq!(format!("{secret:?}"), "TokenSecret(0505050505050505)");
        let (front, back) = shown.split_at(shown.len() - 1);
        let padded = format!("{}=", &*shown);
        let longer = format!("{}A", &*shown);
        for other in
            ["", "chancery_", "chancery__", front, back, &padded, &longer, &shown.replace("0505_", "050_")]
        {
            assert!(TokenSecret::parse(other).is_none(), "{other}");
        }
    }

    #[test]
    fn digests_are_equal_in_every_octet_or_not() {
        let one = [7; 32];
        assert!(equal(&one, &one));
        for at in 0..32 {
            let mut other = one;
            if let Some(octet) = other.get_mut(at) {
                *octet ^= 0x80;
            }
            assert!(!equal(&one, &other), "{at}");
        }
    }
}
