// SPDX-License-Identifier: MIT OR Apache-2.0
//! A record and signers that are watched: what they did, and how long it took.

use std::sync::Arc;
use std::time::Instant;

use api::Metrics;
use authority::journal::{CrlIssued, CrlPresigned, Link};
use authority::{
    Answer, BaseUrl, Batch, CertificateQuery, CertificateRecord, Filing, Head, Inspection, IssuerId,
    IssuerRecord, Page, Receipt, Record, RequestQuery, RequestRecord, Search, Sharding, StatusRecord,
    TokenId, TokenRecord,
};
use keys::{SignError, Signer, TlsScheme};
use x509::Time;

/// A record whose batches are counted once they are durable.
pub(crate) struct MeteredRecord {
    record: Arc<dyn Record>,
    metrics: Arc<Metrics>,
}

impl MeteredRecord {
    pub(crate) fn new(record: Arc<dyn Record>, metrics: Arc<Metrics>) -> Self {
        Self { record, metrics }
    }
}

impl Record for MeteredRecord {
    fn commit(&self, batch: Batch) -> Answer<'_, Receipt> {
        let counted = batch.clone();
        Box::pin(async move {
            let began = Instant::now();
            let committed = self.record.commit(batch).await;
            match &committed {
                Ok(_) => self.metrics.committed(&counted, began.elapsed()),
                // The caller's mistake, not the record's.
                Err(error) if error.is_refusal() => {}
                Err(_) => self.metrics.not_committed(),
            }
            committed
        })
    }

    fn head(&self) -> Answer<'_, Head> {
        self.record.head()
    }

    fn issuers(&self) -> Answer<'_, Vec<IssuerRecord>> {
        self.record.issuers()
    }

    fn certificates(&self, query: CertificateQuery) -> Answer<'_, Vec<CertificateRecord>> {
        self.record.certificates(query)
    }

    fn search(&self, search: Search) -> Answer<'_, Page> {
        self.record.search(search)
    }

    fn misfiled(&self, sequence: u64, filing: Filing) -> Answer<'_, Vec<String>> {
        self.record.misfiled(sequence, filing)
    }

    fn inspect(&self) -> Answer<'_, Inspection> {
        self.record.inspect()
    }

    fn status(&self, issuer: IssuerId, serial: Vec<u8>) -> Answer<'_, Option<StatusRecord>> {
        self.record.status(issuer, serial)
    }

    fn changes(&self, issuer: IssuerId, after: u64, limit: usize) -> Answer<'_, Vec<StatusRecord>> {
        self.record.changes(issuer, after, limit)
    }

    fn last_change(&self, issuer: IssuerId) -> Answer<'_, u64> {
        self.record.last_change(issuer)
    }

    fn last_crl(&self, issuer: IssuerId) -> Answer<'_, Option<CrlIssued>> {
        self.record.last_crl(issuer)
    }

    fn presigned_crl(&self, issuer: IssuerId, at: Time) -> Answer<'_, Option<CrlPresigned>> {
        self.record.presigned_crl(issuer, at)
    }

    fn count_expiring(&self, after: Time, until: Time) -> Answer<'_, u64> {
        self.record.count_expiring(after, until)
    }

    fn compromised(&self, key: [u8; 32]) -> Answer<'_, Option<Time>> {
        self.record.compromised(key)
    }

    fn base_url(&self) -> Answer<'_, Option<BaseUrl>> {
        self.record.base_url()
    }

    fn shardings(&self) -> Answer<'_, Vec<Sharding>> {
        self.record.shardings()
    }

    fn token(&self, id: TokenId) -> Answer<'_, Option<TokenRecord>> {
        self.record.token(id)
    }

    fn tokens(&self) -> Answer<'_, Vec<TokenRecord>> {
        self.record.tokens()
    }

    fn requests(&self, query: RequestQuery) -> Answer<'_, Vec<RequestRecord>> {
        self.record.requests(query)
    }

    fn links(&self, after: u64, limit: usize) -> Answer<'_, Vec<Link>> {
        self.record.links(after, limit)
    }
}

/// A signer whose signatures are counted.
#[derive(Debug)]
pub(crate) struct MeteredSigner {
    signer: Arc<dyn Signer>,
    metrics: Arc<Metrics>,
}

impl MeteredSigner {
    pub(crate) fn new(signer: Arc<dyn Signer>, metrics: Arc<Metrics>) -> Self {
        Self { signer, metrics }
    }
}

impl Signer for MeteredSigner {
    fn public_key_info(&self) -> &[u8] {
        self.signer.public_key_info()
    }

    fn signature_algorithm(&self) -> &[u8] {
        self.signer.signature_algorithm()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let began = Instant::now();
        let signature = self.signer.sign(message)?;
        self.metrics.signed(began.elapsed());
        Ok(signature)
    }

    fn tls_schemes(&self) -> &[TlsScheme] {
        self.signer.tls_schemes()
    }

    fn sign_tls(&self, scheme: TlsScheme, message: &[u8]) -> Result<Vec<u8>, SignError> {
        self.signer.sign_tls(scheme, message)
    }

    fn is_absent(&self) -> bool {
        self.signer.is_absent()
    }
}
