// SPDX-License-Identifier: MIT OR Apache-2.0
//! The agreement as paint, in colours that come from this connection's shares.

use std::fmt;

use serde::{Serialize, Serializer};
use x509::{DigestAlgorithm, SignatureVerifier};

use crate::text::{Line, Role, Text};

/// The two mixtures that went over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Paint {
    /// The client's share as a colour.
    pub client: Colour,
    /// The server's share as a colour.
    pub server: Colour,
}

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// `#rrggbb`
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Colour {
    /// The colour of a share: its hue from the digest, always as strong as paint.
    fn of(share: &[u8], crypto: &dyn SignatureVerifier) -> Self {
        let digest = crypto.digest(DigestAlgorithm::Sha256, share);
        let turn = match *digest.octets() {
            [high, low, ..] => u16::from_be_bytes([high, low]) % 1_536,
            _ => 0,
        };
        // Six sixths of the wheel, 256 hues each, between 70 and 220.
        let [sector, step] = turn.to_be_bytes();
        let (low, high) = (70_u8, 220_u8);
        let rise = low.saturating_add(u8::try_from(u16::from(step) * 150 / 255).unwrap_or(150));
        let fall = high.saturating_sub(rise.saturating_sub(low));
        Self(match sector {
            0 => [high, rise, low],
            1 => [fall, high, low],
            2 => [low, high, rise],
            3 => [low, fall, high],
            4 => [rise, low, high],
            _ => [high, low, fall],
        })
    }
}

impl Paint {
    pub(super) fn of(client: &[u8], server: &[u8], crypto: &dyn SignatureVerifier) -> Self {
        Self { client: Colour::of(client, crypto), server: Colour::of(server, crypto) }
    }

    pub(super) fn text(&self) -> Text {
        let mut text = Text::new();
        text.prose(
            0,
            "The same with paint. The colours of the mixtures are those of this connection’s shares.",
        );
        text.push(Line::new(2, 0).plain("1. Both take the same yellow, which everybody knows."));
        text.push(Line::new(5, 0).span(Role::Paint([0xf2, 0xd1, 0x3c]), "      ").plain(" yellow #f2d13c"));
        text.push(
            Line::new(2, 3).plain(
                "2. Each stirs in a colour of its own that it shows to nobody, and sends the mixture.",
            ),
        );
        for (who, colour) in [("client", self.client), ("server", self.server)] {
            let line = Line::new(5, 0)
                .span(Role::Paint(colour.0), "      ")
                .plain(format!(" the {who}’s mixture {colour}"));
            text.push(line);
        }
        text.push(Line::new(2, 3).plain(
            "3. Each stirs its own colour into the other’s mixture. Both now have yellow, the client’s colour \
             and the server’s: the same paint, which never went over the wire.",
        ));
        text.push(Line::new(2, 3).plain(
            "4. A listener has the yellow and both mixtures. Paint cannot be unmixed, so it never gets a secret \
             colour alone; and mixing the two mixtures gives a paint with too much yellow.",
        ));
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use x509::{AlgorithmIdentifier, Digest, KeyStrength, SignatureError, SubjectPublicKeyInfo};

    /// Digests to the share itself.
    struct Bare;

    impl SignatureVerifier for Bare {
        fn verify(
            &self,
            _: &SubjectPublicKeyInfo<'_>,
            _: &AlgorithmIdentifier<'_>,
            _: &[u8],
            _: &[u8],
        ) -> Result<(), SignatureError> {
            Err(SignatureError::BadSignature)
        }

        fn check_key(&self, _: &SubjectPublicKeyInfo<'_>) -> Result<KeyStrength, SignatureError> {
            Err(SignatureError::BadSignature)
        }

        fn digest(&self, _: DigestAlgorithm, data: &[u8]) -> Digest {
            Digest::new(data).unwrap()
        }
    }

    #[test]
    fn every_hue_is_a_strong_colour_and_the_wheel_has_no_jumps() {
        let colour = |turn: u16| Colour::of(&turn.to_be_bytes(), &Bare).0;
        for turn in 0..1_536_u16 {
            let (here, next) = (colour(turn), colour((turn + 1) % 1_536));
            assert_eq!((here.iter().max(), here.iter().min()), (Some(&220), Some(&70)), "{turn}");
            let jump = here.iter().zip(next).map(|(a, b)| a.abs_diff(b)).max();
            assert!(jump <= Some(1), "{turn}: {here:?} {next:?}");
        }
    }
}
