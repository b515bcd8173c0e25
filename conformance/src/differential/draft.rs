// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate in parts, each of which can be changed before it is signed with a key of ours.

use keys::Signer as _;
use x509::der::{Reader, Tag, Writer};
use x509::ext::{AuthorityKeyIdentifier, SubjectKeyIdentifier};
use x509::{Error, KnownExtension as _, Oid, oid};

use super::edit::Edit;
use super::keyring::Keys;

/// Every part but the extensions is DER, and is written as it is.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The explicit version; nothing for version 1.
    pub(crate) version: Vec<u8>,
    pub(crate) serial: Vec<u8>,
    /// The algorithms, where they are not the signer's own.
    pub(crate) inner_algorithm: Option<Vec<u8>>,
    pub(crate) outer_algorithm: Option<Vec<u8>>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) validity: [Vec<u8>; 2],
    pub(crate) subject: Vec<u8>,
    pub(crate) key_info: Vec<u8>,
    /// Unique identifiers.
    pub(crate) unique: Vec<u8>,
    pub(crate) extensions: Vec<Drafted>,
    /// Which of our keys is its own, when it is one of ours, and which signs it.
    pub(crate) key: usize,
    pub(crate) signer: usize,
    /// Made to the block before it is signed.
    pub(crate) edits: Vec<Edit>,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drafted {
    /// The identifier's content.
    pub(crate) oid: Vec<u8>,
    /// The BOOLEAN as it is written; nothing for the default.
    pub(crate) critical: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

/// The BOOLEAN of a critical extension.
pub(crate) const CRITICAL: [u8; 3] = [0x01, 0x01, 0xff];

impl Drafted {
    pub(crate) fn new(oid: Oid<'_>, critical: bool, value: Vec<u8>) -> Self {
        let critical = if critical { CRITICAL.to_vec() } else { Vec::new() };
        Self { oid: oid.content().to_vec(), critical, value }
    }

    pub(crate) fn is(&self, oid: Oid<'_>) -> bool {
        self.oid == oid.content()
    }

    /// Its name, or its number.
    pub(crate) fn name(&self) -> String {
        match Oid::from_content(&self.oid) {
            Some(oid) => oid.name().map_or_else(|| oid.to_string(), str::to_owned),
            None => "an extension without a proper identifier".to_owned(),
        }
    }
}

impl Draft {
    /// The parts of a certificate.
    pub(crate) fn copy(der: &[u8]) -> Result<Self, Error> {
        let mut whole = Reader::whole(der, Tag::SEQUENCE)?.reader();
        let mut tbs = whole.sequence()?;
        let version = tbs.optional(Tag::context_constructed(0))?;
        let serial = tbs.element()?;
        let _algorithm = tbs.element()?;
        let issuer = tbs.element()?;
        let mut validity = tbs.sequence()?;
        let validity = [validity.element()?.raw.to_vec(), validity.element()?.raw.to_vec()];
        let (subject, key_info) = (tbs.element()?, tbs.element()?);
        let mut extensions = Vec::new();
        if let Some(explicit) = tbs.optional(Tag::context_constructed(3))? {
            let mut list = explicit.reader().sequence()?;
            while !list.is_empty() {
                let mut extension = list.sequence()?;
                let oid = extension.expect(Tag::OBJECT_IDENTIFIER)?.content.to_vec();
                let critical =
                    extension.optional(Tag::BOOLEAN)?.map_or_else(Vec::new, |flag| flag.raw.to_vec());
                extensions.push(Drafted { oid, critical, value: extension.octet_string()?.to_vec() });
            }
        }
        Ok(Self {
            version: version.map_or_else(Vec::new, |version| version.raw.to_vec()),
            serial: serial.raw.to_vec(),
            inner_algorithm: None,
            outer_algorithm: None,
            issuer: issuer.raw.to_vec(),
            validity,
            subject: subject.raw.to_vec(),
            key_info: key_info.raw.to_vec(),
            unique: Vec::new(),
            extensions,
            key: 0,
            signer: 0,
            edits: Vec::new(),
        })
    }

    /// Gives it one of our keys, and its subjectKeyIdentifier, where it has one, that of the key.
    pub(crate) fn rekey(&mut self, keys: &Keys, key: usize) {
        self.key = key;
        self.key_info = keys.get(key).public_key_info().to_vec();
        let identifier = SubjectKeyIdentifier(&keys.identifier(key)).encode();
        if let Some(extension) = self.extension(oid::SUBJECT_KEY_IDENTIFIER) {
            extension.value = identifier;
        }
    }

    /// Has it signed by one of our keys, and its authorityKeyIdentifier, where it names a key, name that one.
    pub(crate) fn sign_by(&mut self, keys: &Keys, signer: usize) {
        self.signer = signer;
        let identifier = AuthorityKeyIdentifier::encode(&keys.identifier(signer));
        if let Some(extension) = self.extension(oid::AUTHORITY_KEY_IDENTIFIER)
            && AuthorityKeyIdentifier::decode(&extension.value).is_ok_and(|old| old.key_identifier.is_some())
        {
            extension.value = identifier;
        }
    }

    pub(crate) fn extension(&mut self, oid: Oid<'_>) -> Option<&mut Drafted> {
        self.extensions.iter_mut().find(|extension| extension.is(oid))
    }

    /// Puts an extension in the place of those of its kind, or at the end.
    pub(crate) fn set(&mut self, new: Drafted) {
        match self.extensions.iter_mut().find(|extension| extension.oid == new.oid) {
            Some(old) => *old = new,
            None => self.extensions.push(new),
        }
    }

    /// The block that is signed, before its edits.
    pub(crate) fn block(&self, keys: &Keys) -> Vec<u8> {
        let own = keys.get(self.signer).signature_algorithm();
        Writer::build(|writer| {
            writer.sequence(|tbs| {
                tbs.raw(&self.version);
                tbs.raw(&self.serial);
                tbs.raw(self.inner_algorithm.as_deref().unwrap_or(own));
                tbs.raw(&self.issuer);
                tbs.sequence(|validity| self.validity.iter().for_each(|time| validity.raw(time)));
                tbs.raw(&self.subject);
                tbs.raw(&self.key_info);
                tbs.raw(&self.unique);
                if !self.extensions.is_empty() {
                    tbs.nest(Tag::context_constructed(3), |explicit| {
                        explicit.sequence(|list| {
                            self.extensions.iter().for_each(|extension| extension.write(list))
                        });
                    });
                }
            });
        })
    }

    /// The certificate, and what the edits were.
    pub(crate) fn encode(&self, keys: &Keys) -> (Vec<u8>, Vec<String>) {
        let mut block = self.block(keys);
        let told = self.edits.iter().filter_map(|edit| edit.apply(&mut block)).collect();
        let signer = keys.get(self.signer);
        // A key of ours that does not sign makes a certificate that nobody accepts.
        let signature = signer.sign(&block).unwrap_or_default();
        let algorithm = self.outer_algorithm.as_deref().unwrap_or(signer.signature_algorithm());
        (x509::write::signed(&block, algorithm, &signature), told)
    }
}

impl Drafted {
    fn write(&self, list: &mut Writer) {
        list.sequence(|extension| {
            extension.element(Tag::OBJECT_IDENTIFIER, &self.oid);
            extension.raw(&self.critical);
            extension.octet_string(&self.value);
        });
    }
}
