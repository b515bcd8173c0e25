// SPDX-License-Identifier: MIT OR Apache-2.0
//! An issuer's chain, read once for the many certificates that are judged below it.

use keys::key_identifier;
use verify::{
    Intermediates, NoTrace, PublicSuffixes, Purpose, Question, Rejection, Ruleset, SignatureCache,
    TrustAnchors,
};
use x509::ext::{AuthorityKeyIdentifier, BasicConstraints, SubjectKeyIdentifier};
use x509::write::{TbsFields, signed, tbs_certificate};
use x509::{Certificate, Extension, SignatureVerifier, Time, VerifyingKey, oid};

use crate::profile::AUTHORITY_USAGE;

/// The chain as `verify` keeps it, and the signatures in it, which were found valid when it was proven. Every other
/// rule is applied to it whenever something is issued.
#[derive(Debug)]
pub(super) struct Path {
    anchors: TrustAnchors,
    intermediates: Intermediates,
    known: SignatureCache,
    /// The issuer's own key; `None` when it is not one that is read once.
    key: Option<Box<dyn VerifyingKey>>,
    departure: Option<Departure>,
}

/// That a chain is one that clients accept, and not what RFC 5280 §4 asks for: of authorities that were made elsewhere.
#[derive(Debug)]
struct Departure {
    /// What is wrong with it.
    reason: String,
    /// What stands in for the issuer's own certificate where all of RFC 5280 is applied to what is issued.
    own: TrustAnchors,
}

impl Path {
    /// Proves that the chain (the issuer's own certificate first, its root last) may issue at a moment.
    pub(super) fn prove(
        chain: &[Certificate<'_>],
        at: Time,
        crypto: &dyn SignatureVerifier,
    ) -> Result<Self, String> {
        let (Some((root, below)), Some(own)) = (chain.split_last(), chain.first()) else {
            return Err("it is empty".to_owned());
        };
        let (mut anchors, mut intermediates) = (TrustAnchors::new(), Intermediates::new());
        anchors.add_certificate(root.der()).map_err(|error| error.to_string())?;
        for certificate in below {
            intermediates.add_certificate(certificate.der()).map_err(|error| error.to_string())?;
        }
        anchors.prepare_keys(crypto);
        intermediates.prepare_keys(crypto);
        let octets = chain.iter().map(|certificate| certificate.der().len()).sum::<usize>();
        // Room for two generations of each.
        let known = SignatureCache::new(chain.len().saturating_mul(4), octets.saturating_mul(8));
        let key = crypto.prepare_key(&own.tbs().subject_public_key_info());
        let mut path = Self { anchors, intermediates, known, key, departure: None };
        let chain: Vec<&[u8]> = chain.iter().map(Certificate::der).collect();
        let question = path.question(&chain, at, Purpose::IssueCertificates);
        let Err(rejection) = verify::decide(&question, crypto, &mut NoTrace) else { return Ok(path) };
        let mut question = question;
        question.ruleset = Ruleset::Path;
        verify::decide(&question, crypto, &mut NoTrace).map_err(|rejection| rejection.to_string())?;
        let mut anchors = TrustAnchors::new();
        anchors.add_certificate(&stand_in(own)).map_err(|error| error.to_string())?;
        anchors.prepare_keys(crypto);
        path.departure = Some(Departure { reason: rejection.to_string(), own: anchors });
        Ok(path)
    }

    /// What is wrong with the chain by RFC 5280 §4, where clients accept it all the same.
    pub(super) fn departure(&self) -> Option<&str> {
        self.departure.as_ref().map(|departure| departure.reason.as_str())
    }

    fn question<'a>(&'a self, chain: &'a [&'a [u8]], at: Time, purpose: Purpose) -> Question<'a> {
        let mut question = Question::new(chain, &self.anchors, at);
        question.prepared = Some(&self.intermediates);
        question.cache = Some(&self.known);
        question.purpose = purpose;
        question
    }

    /// Applies every rule but the signature's to what the issuer would sign.
    pub(super) fn judge(
        &self,
        to_be_signed: &[u8],
        chain: &[Vec<u8>],
        at: Time,
        purpose: Purpose,
        (ruleset, public_suffixes): (Ruleset, Option<&dyn PublicSuffixes>),
        crypto: &dyn SignatureVerifier,
    ) -> Result<(), Rejection> {
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        let mut question = self.question(&chain, at, purpose);
        question.ruleset = ruleset;
        question.public_suffixes = public_suffixes;
        if let Some(departure) = &self.departure {
            let mut below = Question::new(&[], &departure.own, at);
            (below.purpose, below.ruleset, below.public_suffixes) = (purpose, ruleset, public_suffixes);
            verify::judge_unsigned(to_be_signed, &below, crypto, &mut NoTrace)?;
            question.ruleset = Ruleset::Path;
        }
        verify::judge_unsigned(to_be_signed, &question, crypto, &mut NoTrace)
    }

    pub(super) fn key(&self) -> Option<&dyn VerifyingKey> {
        self.key.as_deref()
    }
}

/// A certificate that says of an issuer what it would have to, and is signed by nobody: it is trusted, where what stands
/// below it is judged and nothing else is.
fn stand_in(own: &Certificate<'_>) -> Vec<u8> {
    let tbs = own.tbs();
    let key = tbs.subject_public_key_info();
    let stated = tbs.extensions().decode::<SubjectKeyIdentifier<'_>>().ok().flatten();
    let identifier = stated.map_or_else(|| key_identifier(&key).to_vec(), |found| found.value.0.to_vec());
    let extensions = [
        (oid::BASIC_CONSTRAINTS, true, BasicConstraints { ca: true, path_length: None }.encode()),
        (oid::KEY_USAGE, true, AUTHORITY_USAGE.encode()),
        (oid::SUBJECT_KEY_IDENTIFIER, false, SubjectKeyIdentifier(&identifier).encode()),
        (oid::AUTHORITY_KEY_IDENTIFIER, false, AuthorityKeyIdentifier::encode(&identifier)),
    ];
    let extensions: Vec<Extension<'_>> = extensions
        .iter()
        .map(|(oid, critical, value)| Extension { oid: *oid, critical: *critical, value })
        .collect();
    let validity = tbs.validity();
    let algorithm = own.signature_algorithm();
    let block = tbs_certificate(&TbsFields {
        serial: &[1],
        signature_algorithm: algorithm.raw(),
        issuer: tbs.subject().raw(),
        not_before: validity.not_before.time,
        not_after: validity.not_after.time,
        subject: tbs.subject().raw(),
        subject_public_key_info: key.raw(),
        extensions: &extensions,
    });
    signed(&block, algorithm.raw(), &[0; 64])
}
