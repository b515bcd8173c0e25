// SPDX-License-Identifier: MIT OR Apache-2.0
//! PEM, which holds whatever a file or a request's body holds.

use x509::pem;

/// Reads every block, and reads what was read once more from our own writing.
pub fn read(data: &[u8]) {
    let count = pem::blocks(data).count();
    let Ok(blocks) = pem::decode(data) else { return };
    assert_eq!(blocks.len(), count, "both readers find the same blocks");
    for block in blocks {
        let text = pem::encode(&block.label, &block.der);
        let again = pem::decode(text.as_bytes())
            .map(|blocks| blocks.into_iter().map(|it| (it.label, it.der)).collect());
        assert_eq!(again, Ok(vec![(block.label, block.der)]), "what we write we read");
    }
}
