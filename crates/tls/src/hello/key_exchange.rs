// SPDX-License-Identifier: MIT OR Apache-2.0
//! TLS 1.2's key exchange on elliptic curves, which travels in the open. [RFC 8422 §5.4, §5.7]

use x509::bytes::Cursor;

use super::extension::KeyShare;
use crate::error::{Field, HelloError};
use crate::registry::{NamedGroup, SignatureScheme};

/// `ECCurveType.named_curve`. [RFC 8422 §5.4]
const NAMED_CURVE: u8 = 3;

/// The server's public share, and the signature with which it proves that the share is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerKeyExchange {
    /// The curve and the public share.
    pub share: KeyShare,
    /// The scheme of the signature over both randoms and the share.
    pub scheme: SignatureScheme,
    /// The signature.
    pub signature: Vec<u8>,
}

impl ServerKeyExchange {
    /// Reads the body of the message under an ECDHE suite.
    pub(super) fn read(body: &[u8]) -> Result<Self, HelloError> {
        let mut cursor = Cursor::new(body);
        let curve_type = cursor.u8().field("curve_type")?;
        if curve_type != NAMED_CURVE {
            return Err(HelloError::UnnamedCurve { curve_type });
        }
        let group = NamedGroup(cursor.u16().field("namedcurve")?);
        let public = cursor.vec8().field("public")?.to_vec();
        let scheme = SignatureScheme(cursor.u16().field("algorithm")?);
        let signature = cursor.vec16().field("signature")?.to_vec();
        cursor.finish().field("ServerKeyExchange")?;
        Ok(Self { share: KeyShare { group, public }, scheme, signature })
    }
}

/// The client's half of a TLS 1.2 key exchange; what it holds depends on the suite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeyExchange {
    body: Vec<u8>,
}

impl ClientKeyExchange {
    pub(super) fn read(body: &[u8]) -> Self {
        Self { body: body.to_vec() }
    }

    /// The client's public share, when the suite is an ECDHE one. [RFC 8422 §5.7]
    ///
    /// # Errors
    /// The message does not hold exactly one share.
    pub fn ecdhe_share(&self) -> Result<&[u8], HelloError> {
        let mut cursor = Cursor::new(&self.body);
        let point = cursor.vec8().field("ecdh_Yc")?;
        cursor.finish().field("ecdh_Yc")?;
        Ok(point)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::made::{u16s, vec8, vec16};
    use super::*;

    #[test]
    fn a_named_curve_with_its_share_and_proof_is_read_and_nothing_else() {
        let good = [vec![3], u16s(&[0x17]), vec8(&[4; 65]), u16s(&[0x0403]), vec16(&[5; 70])].concat();
        let exchange = ServerKeyExchange::read(&good).unwrap();
        assert_eq!(exchange.share, KeyShare { group: NamedGroup(0x17), public: vec![4; 65] });
        assert_eq!((exchange.scheme, exchange.signature.len()), (SignatureScheme(0x0403), 70));

        let explicit = [vec![1], good.get(1..).unwrap().to_vec()].concat();
        assert_eq!(
            ServerKeyExchange::read(&explicit).unwrap_err(),
            HelloError::UnnamedCurve { curve_type: 1 }
        );
        for end in 0..good.len() {
            assert!(ServerKeyExchange::read(good.get(..end).unwrap()).is_err(), "{end}");
        }
        assert!(ServerKeyExchange::read(&[good, vec![0]].concat()).is_err());
    }

    #[test]
    fn the_clients_share_is_the_whole_message() {
        assert_eq!(ClientKeyExchange::read(&vec8(&[4; 65])).ecdhe_share().unwrap(), [4; 65]);
        assert!(ClientKeyExchange::read(&[vec8(&[4; 65]), vec![0]].concat()).ecdhe_share().is_err());
        assert!(ClientKeyExchange::read(&[9]).ecdhe_share().is_err());
    }
}
