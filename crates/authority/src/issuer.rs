// SPDX-License-Identifier: MIT OR Apache-2.0
//! Who issues: a chain of certificates and the key of its first.

mod delegate;
mod path;
mod status;

use std::fmt;
use std::sync::Arc;

use keys::{Signer, key_identifier};
use verify::{PublicSuffixes, Purpose, Rejection, Ruleset};
use x509::ext::{BasicConstraints, KeyUsage, SubjectKeyIdentifier};
use x509::hex::{self, Hex};
use x509::{Certificate, DigestAlgorithm, SignatureVerifier, SubjectPublicKeyInfo, Time, VerifyingKey};

use crate::constraints::ChainConstraints;
use crate::contents::Published;
use crate::error::IssuerError;
use crate::lifetime::Period;
use crate::profile::Role;
use crate::publication::{self, BaseUrl};
pub use delegate::Delegate;
use path::Path;

/// Which key issues: the SHA-256 of its SubjectPublicKeyInfo. Serial numbers are unique within it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IssuerId([u8; 32]);

impl IssuerId {
    /// The identifier of a key.
    #[must_use]
    pub fn of(key: &SubjectPublicKeyInfo<'_>, crypto: &dyn SignatureVerifier) -> Self {
        Self::of_der(key.raw(), crypto)
    }

    /// The same of a key that was read before, DER.
    #[must_use]
    pub fn of_der(key: &[u8], crypto: &dyn SignatureVerifier) -> Self {
        let digest = crypto.digest(DigestAlgorithm::Sha256, key);
        Self(digest.octets().first_chunk().copied().unwrap_or_default())
    }

    /// The identifier with these octets.
    #[must_use]
    pub const fn from_octets(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first eight octets, hexadecimal, which tell the few issuers of one place apart.
    #[must_use]
    pub fn short(&self) -> String {
        hex::encode(self.0.first_chunk::<8>().map_or(&[], |first| first))
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl fmt::Debug for IssuerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerId({self})")
    }
}

/// An issuer that has been proven: its chain verifies up to a root that signs itself, every certificate in it may
/// issue, and the key is that of the first. Made by [`Issuer::prove`] alone, from storage too.
#[derive(Debug)]
pub struct Issuer {
    chain: Vec<Vec<u8>>,
    signer: Arc<dyn Signer>,
    id: IssuerId,
    subject: Vec<u8>,
    name: String,
    key_identifier: Vec<u8>,
    path_length: Option<u32>,
    signs_crls: bool,
    period: Period,
    constraints: ChainConstraints,
    constraints_value: Option<Vec<u8>>,
    /// Where it publishes.
    base_url: Option<BaseUrl>,
    /// Below which domains no public server has a wildcard.
    public_suffixes: Option<&'static dyn PublicSuffixes>,
    /// In how many parts its CRL comes.
    crl_shards: u16,
    /// The names and keys of every certificate of the chain, DER.
    above: Vec<(Vec<u8>, Vec<u8>)>,
    path: Path,
}

impl Issuer {
    /// Proves a chain (the issuer's own certificate first, its root last) and its key.
    ///
    /// Whether the chain is valid *now* is asked whenever something is issued.
    ///
    /// # Errors
    /// What does not hold.
    pub fn prove(
        chain: Vec<Vec<u8>>,
        signer: Arc<dyn Signer>,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, IssuerError> {
        let parsed = parse(&chain)?;
        let (Some(own), Some(root)) = (parsed.first(), parsed.last()) else {
            return Err(IssuerError::NoChain);
        };
        let tbs = own.tbs();
        let name = tbs.subject().to_string();
        let key = tbs.subject_public_key_info();
        if key.raw() != signer.public_key_info() {
            return Err(IssuerError::KeyMismatch { issuer: name });
        }
        prove_root(root, crypto)?;
        let period = period(&parsed);
        // At the first moment at which all of it is valid.
        let path = Path::prove(&parsed, period.not_before, crypto)
            .map_err(|reason| IssuerError::Chain { issuer: name.clone(), reason })?;
        let malformed = |error| IssuerError::Malformed { index: 0, error };
        let key_identifier = tbs
            .extensions()
            .decode::<SubjectKeyIdentifier<'_>>()
            .map_err(malformed)?
            .map_or_else(|| key_identifier(&key).to_vec(), |found| found.value.0.to_vec());
        let constraints_value =
            tbs.extensions().find(x509::oid::NAME_CONSTRAINTS).map(|found| found.value.to_vec());
        Ok(Self {
            id: IssuerId::of(&key, crypto),
            subject: tbs.subject().raw().to_vec(),
            name,
            key_identifier,
            path_length: path_length(&parsed).map_err(malformed)?,
            signs_crls: signs_crls(own).map_err(malformed)?,
            period,
            constraints: ChainConstraints::of(&parsed).map_err(malformed)?,
            constraints_value,
            base_url: None,
            public_suffixes: None,
            crl_shards: 0,
            above: parsed.iter().map(name_and_key).collect(),
            path,
            signer,
            chain,
        })
    }

    /// The same issuer, with what it issues saying that it publishes there.
    #[must_use]
    pub fn publishing_at(self, base_url: Option<BaseUrl>) -> Self {
        Self { base_url, ..self }
    }

    /// The same issuer, which knows below which domains no public server has a wildcard; without, it knows of the
    /// top-level ones alone.
    #[must_use]
    pub fn knowing(self, public_suffixes: &'static dyn PublicSuffixes) -> Self {
        Self { public_suffixes: Some(public_suffixes), ..self }
    }

    /// The same issuer, with what others have from it saying that its CRL comes in so many parts; 0: whole.
    #[must_use]
    pub fn in_shards(self, count: u16) -> Self {
        Self { crl_shards: count, ..self }
    }

    /// Whether its CRL may come in parts: it signs CRLs, and others have certificates from it. A root's key may be
    /// taken away, and its CRLs made ahead, which are whole.
    #[must_use]
    pub fn may_shard(&self) -> bool {
        self.signs_crls && !self.is_root()
    }

    /// Where it publishes; `None` when nothing that it issues says so.
    #[must_use]
    pub const fn base_url(&self) -> Option<&BaseUrl> {
        self.base_url.as_ref()
    }

    /// The URLs that go into a certificate that it issues.
    pub(crate) fn published(&self, role: Role) -> Option<Published> {
        self.published_at(role, self.base_url.as_ref())
    }

    /// The same, with this base.
    pub(crate) fn published_at(&self, role: Role, base: Option<&BaseUrl>) -> Option<Published> {
        let base = base?;
        Some(Published {
            crl: (self.signs_crls && role != Role::Responder).then(|| base.of(&publication::crl(self.id))),
            sharded: (role == Role::Leaf && self.crl_shards > 0 && self.may_shard())
                .then(|| (base.clone(), self.id, self.crl_shards)),
            ocsp: matches!(role, Role::Leaf).then(|| base.of(publication::OCSP)),
            certificate: base.of(&publication::certificate(self.id)),
        })
    }

    /// The certificates in DER, the issuer's own first, its root last.
    #[must_use]
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The certificates that a server sends after its own: the chain without the root.
    #[must_use]
    pub fn sent(&self) -> &[Vec<u8>] {
        self.chain.split_last().map_or(&[], |(_, sent)| sent)
    }

    /// The issuer's own certificate, DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        self.chain.first().map_or(&[], Vec::as_slice)
    }

    /// The root's certificate, DER.
    #[must_use]
    pub fn root(&self) -> &[u8] {
        self.chain.last().map_or(&[], Vec::as_slice)
    }

    /// Whether it signs itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.chain.len() == 1
    }

    /// The key's identifier within the record.
    #[must_use]
    pub const fn id(&self) -> IssuerId {
        self.id
    }

    /// Its name, RFC 4514 text.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When every certificate of its chain is valid.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }

    /// How many authorities may follow below it; `None` when nothing bounds that.
    #[must_use]
    pub const fn path_length(&self) -> Option<u32> {
        self.path_length
    }

    /// What is wrong with its chain by the profile of RFC 5280 §4, where clients accept it all the same: of an authority
    /// that was made elsewhere.
    #[must_use]
    pub fn departure(&self) -> Option<&str> {
        self.path.departure()
    }

    /// Whether its certificate lets it sign CRLs (RFC 5280 §4.2.1.3); one that was taken over may not.
    #[must_use]
    pub const fn signs_crls(&self) -> bool {
        self.signs_crls
    }

    /// How many authorities may follow below it by its own certificate; `None` when that does not say.
    pub(crate) fn own_path_length(&self) -> Result<Option<u32>, x509::Error> {
        let own = Certificate::parse(self.certificate())?;
        Ok(own.tbs().extensions().decode::<BasicConstraints>()?.and_then(|found| found.value.path_length))
    }

    /// What it may speak for.
    #[must_use]
    pub const fn constraints(&self) -> &ChainConstraints {
        &self.constraints
    }

    /// Its name in DER, as what it issues repeats it.
    #[must_use]
    pub fn subject(&self) -> &[u8] {
        &self.subject
    }

    /// The identifier of its key, as what it issues repeats it.
    #[must_use]
    pub fn key_identifier(&self) -> &[u8] {
        &self.key_identifier
    }

    /// The value of its own nameConstraints.
    #[must_use]
    pub(crate) fn constraints_value(&self) -> Option<&[u8]> {
        self.constraints_value.as_deref()
    }

    /// Whether a certificate of its chain has this name (DER).
    #[must_use]
    pub(crate) fn has_name(&self, subject: &[u8]) -> bool {
        self.above.iter().any(|(name, _)| name == subject)
    }

    /// Whether a certificate of its chain has this key (a SubjectPublicKeyInfo).
    #[must_use]
    pub(crate) fn has_key(&self, key: &[u8]) -> bool {
        self.above.iter().any(|(_, found)| found == key)
    }

    /// Whether its private key is kept elsewhere: it signs nothing.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        self.signer.is_absent()
    }

    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.signer
    }

    /// Its public key, where that was read once for many signatures.
    pub(crate) fn key(&self) -> Option<&dyn VerifyingKey> {
        self.path.key()
    }

    /// Applies every rule of a ruleset but the signature's to what it would sign.
    pub(crate) fn judge(
        &self,
        to_be_signed: &[u8],
        purpose: Purpose,
        ruleset: Ruleset,
        at: Time,
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), Rejection> {
        let rules = (ruleset, self.public_suffixes);
        self.path.judge(to_be_signed, &self.chain, at, purpose, rules, crypto)
    }

    /// The same key under this chain, proven as [`Issuer::prove`] does: it was certified again, or publishes elsewhere.
    ///
    /// # Errors
    /// What does not hold.
    pub fn prove_again(
        &self,
        chain: Vec<Vec<u8>>,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, IssuerError> {
        Self::prove(chain, self.shared_signer(), crypto)
    }

    pub(crate) fn shared_signer(&self) -> Arc<dyn Signer> {
        Arc::clone(&self.signer)
    }
}

fn name_and_key(certificate: &Certificate<'_>) -> (Vec<u8>, Vec<u8>) {
    let tbs = certificate.tbs();
    (tbs.subject().raw().to_vec(), tbs.subject_public_key_info().raw().to_vec())
}

fn parse(chain: &[Vec<u8>]) -> Result<Vec<Certificate<'_>>, IssuerError> {
    let certificates = chain
        .iter()
        .enumerate()
        .map(|(index, der)| Certificate::parse(der).map_err(|error| IssuerError::Malformed { index, error }));
    certificates.collect()
}

fn prove_root(root: &Certificate<'_>, crypto: &dyn SignatureVerifier) -> Result<(), IssuerError> {
    let tbs = root.tbs();
    crypto
        .verify(
            &tbs.subject_public_key_info(),
            &root.signature_algorithm(),
            tbs.raw(),
            root.signature_value(),
        )
        .map_err(|error| IssuerError::RootSignature { root: tbs.subject().to_string(), error })
}

/// A keyUsage that is not there allows everything.
fn signs_crls(own: &Certificate<'_>) -> Result<bool, x509::Error> {
    let usage = own.tbs().extensions().decode::<KeyUsage>()?;
    Ok(usage.is_none_or(|usage| usage.value.has(KeyUsage::CRL_SIGN)))
}

/// The intersection of the validity periods.
fn period(parsed: &[Certificate<'_>]) -> Period {
    let whole = Period { not_before: Time::from_unix(i64::MIN), not_after: Time::NO_END };
    parsed.iter().fold(whole, |period, one| Period::from(one.tbs().validity()).within(period))
}

/// How many authorities may follow below the first certificate (RFC 5280 §4.2.1.9).
fn path_length(parsed: &[Certificate<'_>]) -> Result<Option<u32>, x509::Error> {
    let mut left: Option<u32> = None;
    for certificate in parsed.iter().rev() {
        let own = certificate.tbs().extensions().decode::<BasicConstraints>()?;
        let own = own.and_then(|found| found.value.path_length);
        let inherited = left.map(|left| left.saturating_sub(1));
        left = match (own, inherited) {
            (Some(own), Some(inherited)) => Some(own.min(inherited)),
            (own, inherited) => own.or(inherited),
        };
    }
    Ok(left)
}
