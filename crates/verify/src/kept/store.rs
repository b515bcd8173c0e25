// SPDX-License-Identifier: MIT OR Apache-2.0
//! Kept certificates, found by their bytes and by their subjects.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::hash::RandomState;

use x509::{Error, Name, SignatureVerifier};

use super::KeptCertificate;

/// Up to how many certificates are looked through one by one.
const FEW: usize = 4;

/// Certificates in the order in which they were added, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Store {
    certificates: Vec<KeptCertificate>,
    /// Once there are more than a few.
    index: Option<Index>,
}

/// Indexes of certificates.
#[derive(Debug, Clone, Default)]
struct Index {
    by_der: BTreeMap<ByDer, usize>,
    /// Each way in which a subject is written, and the place of its name in `names`.
    by_subject: BTreeMap<Box<[u8]>, usize>,
    /// The places of names by what those that match have in common, keyed against whoever would have
    /// many names share one.
    by_hash: BTreeMap<u64, Vec<usize>>,
    keys: RandomState,
    /// The certificates of each name.
    names: Vec<Vec<usize>>,
}

/// Ordered by the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ByDer(KeptCertificate);

impl Borrow<[u8]> for ByDer {
    fn borrow(&self) -> &[u8] {
        self.0.der()
    }
}

impl Ord for ByDer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.der().cmp(other.0.der())
    }
}

impl PartialOrd for ByDer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Store {
    /// Reads a certificate and keeps it, unless it is here already.
    pub(crate) fn add(&mut self, der: &[u8]) -> Result<(), Error> {
        if self.find(der).is_some() {
            return Ok(());
        }
        let certificate = KeptCertificate::read(der)?;
        if let Some(index) = &mut self.index {
            index.add(self.certificates.len(), &certificate, &self.certificates);
        }
        self.certificates.push(certificate);
        if self.index.is_none() && self.certificates.len() > FEW {
            let mut index = Index::default();
            for (place, certificate) in self.certificates.iter().enumerate() {
                index.add(place, certificate, &self.certificates);
            }
            self.index = Some(index);
        }
        Ok(())
    }

    /// Reads every public key, for the signatures to come.
    pub(crate) fn prepare_keys(&self, verifier: &dyn SignatureVerifier) {
        self.certificates.iter().for_each(|certificate| certificate.prepare_key(verifier));
    }

    /// The certificate with these bytes.
    pub(crate) fn find(&self, der: &[u8]) -> Option<&KeptCertificate> {
        match &self.index {
            None => self.certificates.iter().find(|certificate| certificate.der() == der),
            Some(index) => self.certificates.get(*index.by_der.get(der)?),
        }
    }

    /// The certificates whose subject is `name` (RFC 5280 §7.1), in the order in which they were added.
    pub(crate) fn named<'s>(&'s self, name: Name<'s>) -> impl Iterator<Item = &'s KeptCertificate> {
        let (few, places) = match &self.index {
            None => (&*self.certificates, &[][..]),
            Some(index) => (&[][..], index.named(&name, &self.certificates)),
        };
        let few = few.iter().filter(move |certificate| certificate.decoded().tbs().subject().matches(&name));
        few.chain(places.iter().filter_map(|place| self.certificates.get(*place)))
    }

    pub(crate) const fn len(&self) -> usize {
        self.certificates.len()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &KeptCertificate> {
        self.certificates.iter()
    }
}

impl Index {
    fn add(&mut self, place: usize, certificate: &KeptCertificate, all: &[KeptCertificate]) {
        self.by_der.insert(ByDer(certificate.clone()), place);
        let subject = certificate.decoded().tbs().subject();
        let name = match self.find(&subject, all) {
            Some(name) => name,
            None => {
                self.names.push(Vec::new());
                let name = self.names.len().saturating_sub(1);
                self.by_hash.entry(subject.hash_with(&self.keys)).or_default().push(name);
                name
            }
        };
        self.by_subject.entry(subject.raw().into()).or_insert(name);
        if let Some(certificates) = self.names.get_mut(name) {
            certificates.push(place);
        }
    }

    /// The place of a name in `names`.
    fn find(&self, subject: &Name<'_>, all: &[KeptCertificate]) -> Option<usize> {
        if let Some(name) = self.by_subject.get(subject.raw()) {
            return Some(*name);
        }
        let alike = self.by_hash.get(&subject.hash_with(&self.keys))?;
        alike.iter().copied().find(|name| {
            let first = self.names.get(*name).and_then(|places| all.get(*places.first()?));
            first.is_some_and(|first| first.decoded().tbs().subject().matches(subject))
        })
    }

    fn named(&self, subject: &Name<'_>, all: &[KeptCertificate]) -> &[usize] {
        let places = self.find(subject, all).and_then(|name| self.names.get(name));
        places.map(Vec::as_slice).unwrap_or_default()
    }
}
