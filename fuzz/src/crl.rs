// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate revocation list.

use x509::ext::{
    CrlDistributionPoints, CrlNumber, DeltaCrlIndicator, FreshestCrl, IssuingDistributionPoint, JournalHead,
    ReasonFlags,
};
use x509::{CertificateList, KnownExtension};

use crate::certificate;

/// Reads a list, its extensions, and every entry in it.
pub fn read(data: &[u8]) {
    extension_values(data);
    let Ok(list) = CertificateList::parse(data) else { return };
    assert_eq!(list.der(), data, "a list is its whole input");
    let tbs = list.tbs();
    certificate::name(&tbs.issuer());
    certificate::extensions(&tbs.extensions());
    tbs.extensions().iter().for_each(|extension| extension_values(extension.value));
    let Some(revoked) = tbs.revoked() else { return };
    let mut count = 0_usize;
    for entry in revoked.iter() {
        count = count.saturating_add(1);
        let _shown = format!("{} {:?} {:?}", entry.serial, entry.reason(), entry.invalidity_date());
        assert!(revoked.names_issuers() || entry.certificate_issuer().is_none());
        assert!(revoked.has_extensions() || entry.extensions.is_empty());
    }
    assert_eq!(revoked.is_empty(), count == 0, "what was checked is read again");
    if let Some(entry) = revoked.iter().next().filter(|_| !revoked.names_issuers()) {
        assert_eq!(tbs.entries_for(&tbs.issuer(), entry.serial).next(), Some(entry));
    }
}

fn extension_values(value: &[u8]) {
    let _number = CrlNumber::decode(value).map(|number| format!("{number}"));
    let _base = DeltaCrlIndicator::decode(value);
    if let Ok(head) = JournalHead::decode(value) {
        assert_eq!(head.encode(), value, "a head is written one way only");
    }
    let _freshest = FreshestCrl::decode(value).map(|points| points.iter().count());
    if let Ok(points) = CrlDistributionPoints::decode(value) {
        points
            .iter()
            .for_each(|point| assert!(point.reasons.is_none_or(|flags| ReasonFlags::ALL.has(flags))));
    }
    if let Ok(point) = IssuingDistributionPoint::decode(value) {
        assert!(point.name.is_some() || IssuingDistributionPoint::decode(&point.encode(&[])) == Ok(point));
    }
}
