// SPDX-License-Identifier: MIT OR Apache-2.0
//! Encrypted PKCS#8 whose parameters ask for too much or make no sense: said without a passphrase,
//! and before any work.

use keys::{KeyError, PrivateKey};
use x509::der::Writer;
use x509::oid::{self, Oid};

fn algorithm(writer: &mut Writer, oid: Oid<'_>, parameters: &[u8]) {
    writer.sequence(|algorithm| {
        algorithm.oid(oid);
        algorithm.raw(parameters);
    });
}

fn encrypted(kdf: Oid<'_>, kdf_parameters: &[u8], cipher: Oid<'_>, iv: &[u8]) -> Vec<u8> {
    let scheme = Writer::build(|writer| {
        writer.sequence(|pbes2| {
            algorithm(pbes2, kdf, kdf_parameters);
            algorithm(pbes2, cipher, &Writer::build(|writer| writer.octet_string(iv)));
        });
    });
    Writer::build(|writer| {
        writer.sequence(|info| {
            algorithm(info, oid::PBES2, &scheme);
            info.octet_string(&[0; 16]);
        });
    })
}

fn refusal(der: &[u8]) -> KeyError {
    PrivateKey::from_der(der, None).unwrap_err()
}

fn pbkdf2(iterations: u32, key_length: Option<u32>, prf: Option<Oid<'_>>) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|parameters| {
            parameters.octet_string(&[1; 100]);
            parameters.integer(iterations);
            if let Some(length) = key_length {
                parameters.integer(length);
            }
            if let Some(prf) = prf {
                algorithm(parameters, prf, &[0x05, 0x00]);
            }
        });
    })
}

#[test]
fn the_rounds_of_pbkdf2_are_bounded() {
    let check = |iterations, key_length, prf, expect: &str| {
        let der = encrypted(oid::PBKDF2, &pbkdf2(iterations, key_length, prf), oid::AES_256_CBC, &[0; 16]);
        assert_eq!(refusal(&der).to_string(), expect);
    };
    let needed = "the key is encrypted and no passphrase was given";
    check(1, None, None, needed);
    check(10_000_000, Some(32), Some(oid::HMAC_WITH_SHA1), needed);
    check(600_000, Some(32), Some(oid::HMAC_WITH_SHA512), needed);
    check(
        10_000_001,
        None,
        None,
        "key derivation out of bounds: PBKDF2 iterations of 10000001, at most 10000000",
    );
    check(0, None, None, "malformed PBES2 parameters: 0 iterations, at least 1 expected");
    check(1, Some(16), None, "malformed PBES2 parameters: key length of 16 octets, the cipher takes 32");
    check(1, None, Some(oid::SHA256), "the key is encrypted with SHA-256, which is not read");
}

fn scrypt(n: u32, r: u32, p: u32) -> Vec<u8> {
    Writer::build(|writer| {
        writer.sequence(|parameters| {
            parameters.octet_string(&[1; 16]);
            parameters.integer(n);
            parameters.integer(r);
            parameters.integer(p);
        });
    })
}

#[test]
fn the_memory_and_the_work_of_scrypt_are_bounded() {
    let check = |n, r, p, expect: &str| {
        let der = encrypted(oid::SCRYPT, &scrypt(n, r, p), oid::AES_256_CBC, &[0; 16]);
        assert_eq!(refusal(&der).to_string(), expect);
    };
    let needed = "the key is encrypted and no passphrase was given";
    check(1 << 14, 8, 1, needed);
    check(1 << 18, 8, 1, needed);
    check(
        1 << 19,
        8,
        1,
        "key derivation out of bounds: scrypt memory in bytes of 536870912, at most 268435456",
    );
    check(
        1 << 31,
        65_536,
        1,
        "key derivation out of bounds: scrypt memory in bytes of 18014398509481984, at most 268435456",
    );
    check(
        2,
        1,
        4_194_304,
        "key derivation out of bounds: scrypt memory in bytes of 536870912, at most 16777216",
    );
    check(2, 65_537, 1, "key derivation out of bounds: scrypt block size of 65537, at most 65536");
    check(1 << 14, 8, 64, needed);
    check(
        1 << 14,
        8,
        65,
        "key derivation out of bounds: scrypt work in bytes of 1090519040, at most 1073741824",
    );
    for n in [0, 1, 3, 1000] {
        check(
            n,
            8,
            1,
            &format!("malformed PBES2 parameters: scrypt cost {n}, a power of two over 1 expected"),
        );
    }
    check(2, 0, 1, "malformed PBES2 parameters: scrypt block size 0 and parallelism 1, at least 1 expected");
}

#[test]
fn other_schemes_are_named_and_the_way_out_is_given() {
    let check = |der: &[u8], scheme: &str| {
        let error = refusal(der);
        assert_eq!(error, KeyError::UnsupportedEncryption { scheme: scheme.to_owned() });
        assert!(error.hint().unwrap().starts_with("openssl pkcs8 -topk8 "));
    };
    check(&encrypted(oid::PBKDF2, &pbkdf2(1, None, None), oid::DES_EDE3_CBC, &[0; 8]), "DES-EDE3-CBC");
    check(&encrypted(oid::SHA256, &[0x05, 0x00], oid::AES_128_CBC, &[0; 16]), "SHA-256");
    let old = Writer::build(|writer| {
        writer.sequence(|info| {
            algorithm(info, oid::PBE_WITH_MD5_AND_DES, &[0x30, 0x00]);
            info.octet_string(&[0; 8]);
        });
    });
    check(&old, "PBES1 with MD5 and DES");
    let der = encrypted(oid::PBKDF2, &pbkdf2(1, None, None), oid::AES_128_CBC, &[0; 12]);
    assert_eq!(
        refusal(&der).to_string(),
        "malformed PBES2 parameters: initialisation vector of 12 octets, 16 expected"
    );
}
