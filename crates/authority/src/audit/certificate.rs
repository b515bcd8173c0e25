// SPDX-License-Identifier: MIT OR Apache-2.0
//! One certificate of the journal.

use x509::{Certificate, SignatureVerifier, Time};

use super::{Approvals, Walk};
use crate::error::RecordError;
use crate::filing::Filing;
use crate::journal::CertificateIssued;
use crate::record::CertificateQuery;
use crate::succession::is_signed;

impl Walk<'_> {
    /// Compares a certificate with its issuer, its approval and the inventory. `approved` are the plans that were
    /// committed before it in the same batch.
    pub(super) async fn certificate(
        &mut self,
        number: u64,
        (at, issued): (Time, &CertificateIssued),
        approved: &Approvals,
    ) -> Result<(), RecordError> {
        self.audit.certificates = self.audit.certificates.saturating_add(1);
        let certificate = match Certificate::parse(&issued.certificate) {
            Ok(certificate) => certificate,
            Err(error) => {
                self.audit.find(number, format!("a certificate cannot be read: {error}"));
                return Ok(());
            }
        };
        let serial = certificate.tbs().serial();
        let own = self.own_certificates.contains(&issued.certificate);
        self.own = self.own.saturating_add(u64::from(own));
        match self.keys.get(&issued.issuer) {
            None => {
                let text =
                    format!("certificate {serial} is of an issuer that is not filed, {}", issued.issuer);
                self.audit.find(number, text);
            }
            Some(issuer) if !is_signed_by(&certificate, issuer, self.crypto) => {
                self.audit.find(number, format!("certificate {serial} was not signed with its issuer's key"));
            }
            Some(_) => {}
        }
        if !issued.plan.is_empty() && !approved.contains_key(&issued.plan) {
            self.audit
                .find(number, format!("certificate {serial} was issued by a plan that nobody approved"));
        }
        let filing = self.filing(number, (at, issued), approved);
        let query = CertificateQuery::Serial(serial.magnitude().to_vec());
        let filed = self.record.certificates(query).await;
        let filed = self.audit.read(Some(number), filed)?;
        let mut filed = filed.into_iter().filter(|filed| filed.issued.issuer == issued.issuer);
        let found = filed.next();
        match found {
            None => self.audit.find(number, format!("certificate {serial} is not filed")),
            Some(found) if found.issued != *issued => {
                self.audit.find(number, format!("another certificate is filed as {serial}"));
            }
            Some(_) if filed.next().is_some() => {
                self.audit.find(number, format!("the serial number {serial} is filed twice"));
            }
            Some(found) => {
                if let Some(filing) = filing {
                    self.indexes(number, found.sequence, filing).await?;
                }
            }
        }
        Ok(())
    }

    /// What a certificate is to be found by.
    fn filing(
        &mut self,
        number: u64,
        (at, issued): (Time, &CertificateIssued),
        approved: &Approvals,
    ) -> Option<Filing> {
        let requester = approved.get(&issued.plan).map_or("", String::as_str);
        match Filing::of(issued, at, requester, self.crypto) {
            Ok(filing) => {
                let names = u64::try_from(filing.names.len()).unwrap_or(u64::MAX);
                self.names = self.names.saturating_add(names);
                Some(filing)
            }
            Err(error) => {
                self.audit.find(number, format!("a certificate cannot be read: {error}"));
                None
            }
        }
    }

    /// Compares the indexes with it.
    async fn indexes(&mut self, number: u64, sequence: u64, filing: Filing) -> Result<(), RecordError> {
        let serial = x509::Serial::from_content(&filing.serial).to_string();
        let misfiled = self.record.misfiled(sequence, filing).await;
        let misfiled = self.audit.read(Some(number), misfiled)?;
        if !misfiled.is_empty() {
            let what = misfiled.join(", ");
            self.audit
                .find(number, format!("certificate {serial} is filed with what is not its own: {what}"));
        }
        Ok(())
    }
}

fn is_signed_by(certificate: &Certificate<'_>, issuer: &[u8], crypto: &dyn SignatureVerifier) -> bool {
    Certificate::parse(issuer).is_ok_and(|issuer| is_signed(certificate, &issuer, crypto))
}
