// SPDX-License-Identifier: MIT OR Apache-2.0
//! The groups in which two sides agree on a secret in public.

use super::named_u16;

/// A key-exchange group as it stands on the wire. [RFC 8446 §4.2.7]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NamedGroup(pub u16);

/// What kind of mathematics a group rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GroupFamily {
    /// Diffie-Hellman on an elliptic curve.
    EllipticCurve,
    /// Diffie-Hellman over a prime field.
    FiniteField,
    /// A key encapsulation that withstands quantum computers, alone.
    PostQuantum,
    /// An elliptic curve and a post-quantum encapsulation together: both must fall.
    Hybrid,
}

/// One row: number, name, family, what it is in words.
type Row = (u16, &'static str, GroupFamily, &'static str);

use GroupFamily::{EllipticCurve, FiniteField, Hybrid, PostQuantum};

const GROUPS: &[Row] = &[
    (0x0017, "secp256r1", EllipticCurve, "the NIST curve P-256"),
    (0x0018, "secp384r1", EllipticCurve, "the NIST curve P-384"),
    (0x0019, "secp521r1", EllipticCurve, "the NIST curve P-521"),
    (0x001a, "brainpoolP256r1", EllipticCurve, "the Brainpool curve of 256 bits"),
    (0x001b, "brainpoolP384r1", EllipticCurve, "the Brainpool curve of 384 bits"),
    (0x001c, "brainpoolP512r1", EllipticCurve, "the Brainpool curve of 512 bits"),
    (0x001d, "x25519", EllipticCurve, "Diffie-Hellman on Curve25519"),
    (0x001e, "x448", EllipticCurve, "Diffie-Hellman on Curve448"),
    (0x0100, "ffdhe2048", FiniteField, "Diffie-Hellman modulo a prime of 2048 bits"),
    (0x0101, "ffdhe3072", FiniteField, "Diffie-Hellman modulo a prime of 3072 bits"),
    (0x0102, "ffdhe4096", FiniteField, "Diffie-Hellman modulo a prime of 4096 bits"),
    (0x0103, "ffdhe6144", FiniteField, "Diffie-Hellman modulo a prime of 6144 bits"),
    (0x0104, "ffdhe8192", FiniteField, "Diffie-Hellman modulo a prime of 8192 bits"),
    (0x0200, "MLKEM512", PostQuantum, "ML-KEM-512, which withstands quantum computers"),
    (0x0201, "MLKEM768", PostQuantum, "ML-KEM-768, which withstands quantum computers"),
    (0x0202, "MLKEM1024", PostQuantum, "ML-KEM-1024, which withstands quantum computers"),
    (
        0x11eb,
        "SecP256r1MLKEM768",
        Hybrid,
        "P-256 together with ML-KEM-768: a quantum computer that breaks the first still faces the second",
    ),
    (
        0x11ec,
        "X25519MLKEM768",
        Hybrid,
        "X25519 together with ML-KEM-768: a quantum computer that breaks the first still faces the second",
    ),
    (
        0x11ed,
        "SecP384r1MLKEM1024",
        Hybrid,
        "P-384 together with ML-KEM-1024: a quantum computer that breaks the first still faces the second",
    ),
    (0x6399, "X25519Kyber768Draft00", Hybrid, "X25519 together with a draft of ML-KEM-768"),
];

fn row(number: u16) -> Option<&'static Row> {
    GROUPS.iter().find(|row| row.0 == number)
}

named_u16!(NamedGroup, |number| row(number).map(|row| row.1));

impl NamedGroup {
    /// What kind of mathematics the group rests on, or `None` for a group that is not in the table.
    pub fn family(self) -> Option<GroupFamily> {
        row(self.0).map(|row| row.2)
    }

    /// The group in words, fit to follow its name: `Diffie-Hellman on Curve25519`.
    pub fn in_words(self) -> Option<&'static str> {
        row(self.0).map(|row| row.3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_number_of_its_own_and_a_family_that_its_name_admits() {
        for (index, (number, name, family, _)) in GROUPS.iter().enumerate() {
            assert!(
                GROUPS.iter().skip(index + 1).all(|other| other.0 != *number && other.1 != *name),
                "{name}"
            );
            let lattice = name.contains("MLKEM") || name.contains("Kyber");
            assert_eq!(lattice, matches!(family, PostQuantum | Hybrid), "{name}");
            assert_eq!(name.starts_with("ffdhe"), *family == FiniteField, "{name}");
        }
    }
}
