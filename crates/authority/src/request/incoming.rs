// SPDX-License-Identifier: MIT OR Apache-2.0
//! A request as it arrives: PEM or DER, one, and not without end.

use x509::pem;

use super::REQUEST_LIMIT;
use crate::error::RequestError;

/// A PEM's lines are a third longer than the DER in them; the rest is room for text around the block.
const PEM_LIMIT: usize = REQUEST_LIMIT * 2;

/// A request of bounded size that nobody has looked into yet.
#[derive(Debug, Clone)]
pub struct IncomingRequest {
    der: Vec<u8>,
}

impl IncomingRequest {
    /// The most bytes worth reading of an input, one more than any request has.
    pub const READ_LIMIT: usize = PEM_LIMIT + 1;

    /// Takes PEM (exactly one CERTIFICATE REQUEST, text around it is skipped) or DER.
    ///
    /// # Errors
    /// It is too large, neither of the two, or not one request.
    pub fn read(input: &[u8]) -> Result<Self, RequestError> {
        if input.trim_ascii().is_empty() {
            return Err(RequestError::Empty);
        }
        if input.first() == Some(&0x30) {
            return Self::bounded(input.to_vec(), input.len());
        }
        if input.len() > PEM_LIMIT {
            return Err(RequestError::TooLarge { found: input.len(), limit: PEM_LIMIT });
        }
        let blocks = pem::decode(input).map_err(RequestError::Pem)?;
        if blocks.is_empty() {
            return Err(RequestError::NoPem);
        }
        if blocks.iter().any(|block| block.label.ends_with("PRIVATE KEY")) {
            return Err(RequestError::PrivateKey);
        }
        let labels: Vec<&str> = blocks.iter().map(|block| block.label.as_str()).collect();
        let labels = labels.join(", ");
        let mut requests: Vec<Vec<u8>> =
            blocks.into_iter().filter(|block| is_request(&block.label)).map(|block| block.der).collect();
        match (requests.pop(), requests.len()) {
            (None, _) => Err(RequestError::OtherLabel { found: labels }),
            (Some(der), 0) => {
                let length = der.len();
                Self::bounded(der, length)
            }
            (Some(_), others) => Err(RequestError::Several { count: others.saturating_add(1) }),
        }
    }

    fn bounded(der: Vec<u8>, found: usize) -> Result<Self, RequestError> {
        if found > REQUEST_LIMIT {
            return Err(RequestError::TooLarge { found, limit: REQUEST_LIMIT });
        }
        Ok(Self { der })
    }

    pub(super) fn into_der(self) -> Vec<u8> {
        self.der
    }
}

/// RFC 7468 §7, and what older programs write.
fn is_request(label: &str) -> bool {
    matches!(label, "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn problem(input: &[u8]) -> RequestError {
        IncomingRequest::read(input).unwrap_err()
    }

    #[test]
    fn a_request_may_have_64_kib_and_no_more() {
        assert!(IncomingRequest::read(&vec![0x30; REQUEST_LIMIT]).is_ok());
        let large = vec![0x30; REQUEST_LIMIT + 1];
        let expect = RequestError::TooLarge { found: REQUEST_LIMIT + 1, limit: REQUEST_LIMIT };
        assert_eq!(problem(&large), expect);
        assert_eq!(problem(pem::encode("CERTIFICATE REQUEST", &large).as_bytes()), expect);
        assert!(matches!(problem(&vec![b'\n'; 1 << 20]), RequestError::Empty));
        assert!(matches!(problem(&vec![b'x'; 1 << 20]), RequestError::TooLarge { .. }));
    }

    #[test]
    fn anything_but_one_request_is_named() {
        let block = |label: &str| pem::encode(label, &[0x30, 0x00]);
        let (new, request) = (block("NEW CERTIFICATE REQUEST"), block("CERTIFICATE REQUEST"));
        assert!(IncomingRequest::read(format!("text\n{new}more\n").as_bytes()).is_ok());
        let two = format!("{request}{new}");
        assert_eq!(problem(two.as_bytes()), RequestError::Several { count: 2 });
        let other = RequestError::OtherLabel { found: "CERTIFICATE".into() };
        assert_eq!(problem(block("CERTIFICATE").as_bytes()), other);
        let with_key = format!("{}{request}", block("EC PRIVATE KEY"));
        assert_eq!(problem(with_key.as_bytes()), RequestError::PrivateKey);
        assert_eq!(problem(b"hello"), RequestError::NoPem);
        assert_eq!(problem(b" \n"), RequestError::Empty);
        assert!(matches!(problem(b"-----BEGIN X-----\n"), RequestError::Pem(_)));
    }
}
