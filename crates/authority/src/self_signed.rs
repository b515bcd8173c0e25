// SPDX-License-Identifier: MIT OR Apache-2.0
//! Certificates that sign themselves: for tests, and for devices that know nothing else. Nobody vouches for what
//! they say, and no record knows them.

use keys::{Signer, SubjectName};
use verify::Purpose;
use x509::ext::KeyUsage;
use x509::name::NameBuilder;
use x509::{KeyStrength, SignatureVerifier, SubjectPublicKeyInfo, Time, oid};

use crate::contents::Contents;
use crate::error::IssueError;
use crate::issue::seal;
use crate::lifetime::{LEAF_BACKDATE, Period};
use crate::prepare::judge;
use crate::profile::Role;
use crate::random::RandomSource;
use crate::serial::SerialNumber;

/// A certificate that is to sign itself: its bytes, judged. [`SelfSigned::seal`] signs them, once.
#[derive(Debug)]
pub struct SelfSigned<'a> {
    signer: &'a dyn Signer,
    to_be_signed: Vec<u8>,
    period: Period,
}

impl<'a> SelfSigned<'a> {
    /// A leaf for servers and clients with these names (at least one), for so many days.
    ///
    /// # Errors
    /// No randomness, a key that does not parse, or a rule that the bytes break.
    pub fn prepare(
        signer: &'a dyn Signer,
        names: &[SubjectName],
        days: u32,
        now: Time,
        random: &dyn RandomSource,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, IssueError> {
        let key = SubjectPublicKeyInfo::parse(signer.public_key_info())?;
        let strength = crypto.check_key(&key).map_err(IssueError::FaultySigner)?;
        let period = Period::starting(now, LEAF_BACKDATE, days);
        let usage = if matches!(strength, KeyStrength::Rsa { .. }) {
            KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::KEY_ENCIPHERMENT)
        } else {
            KeyUsage::DIGITAL_SIGNATURE
        };
        let contents = Contents {
            subject: subject(names),
            names: names.to_vec(),
            role: Role::Leaf,
            key_usage: usage,
            purposes: vec![oid::SERVER_AUTH, oid::CLIENT_AUTH],
            constraints: None,
            published: None,
            period,
            public_key_info: signer.public_key_info().to_vec(),
        };
        let serial = SerialNumber::draw(random)?;
        let to_be_signed = contents.to_be_self_signed(signer.signature_algorithm(), &serial)?;
        judge(&to_be_signed, None, Purpose::ServerAuth, now, crypto)?;
        Ok(Self { signer, to_be_signed, period })
    }

    /// Signs, and verifies what was signed. Gives the certificate in DER.
    ///
    /// # Errors
    /// The signer failed or is faulty.
    pub fn seal(self, crypto: &dyn SignatureVerifier) -> Result<Vec<u8>, IssueError> {
        seal(self.signer, None, &self.to_be_signed, crypto)
    }

    /// When it will be valid.
    #[must_use]
    pub const fn period(&self) -> Period {
        self.period
    }
}

/// A certificate that signs itself has a name for its issuer, and so for its subject: RFC 5280 §4.1.2.4 wants one.
fn subject(names: &[SubjectName]) -> Vec<u8> {
    let fits = names.iter().find_map(|name| match name {
        SubjectName::Dns(text) => NameBuilder::new().common_name(text).ok(),
        SubjectName::Ip(_) | SubjectName::Email(_) => None,
    });
    let plain = || NameBuilder::new().common_name("self-signed").unwrap_or_default();
    fits.unwrap_or_else(plain).build()
}
