// SPDX-License-Identifier: MIT OR Apache-2.0
//! Encrypted PKCS#8.

use aws_lc_rs::rand;
use x509::der::{Reader, Tag, Writer};
use x509::error::Within;
use x509::{AlgorithmIdentifier, Error};
use zeroize::Zeroizing;

use super::der::malformed;
use super::pbes2::{self, Cipher, Kdf, Parameters, Prf};
use crate::error::KeyError;
use crate::passphrase::Passphrase;

const CONTAINER: &str = "encrypted PKCS#8";

/// Rounds of PBKDF2 in what we write: OWASP's figure for HMAC-SHA256.
const ITERATIONS: u32 = 600_000;

/// ```asn1
/// EncryptedPrivateKeyInfo ::= SEQUENCE {
///     encryptionAlgorithm  AlgorithmIdentifier,
///     encryptedData        OCTET STRING }
/// ```
/// [RFC 5958 §3]
fn read(der: &[u8]) -> Result<(AlgorithmIdentifier<'_>, &[u8]), Error> {
    let mut fields = Reader::whole(der, Tag::SEQUENCE)?.reader();
    let algorithm = AlgorithmIdentifier::read(&mut fields).within("encryptionAlgorithm")?;
    let data = fields.octet_string().within("encryptedData")?;
    fields.finish().within("encryptedPrivateKeyInfo")?;
    Ok((algorithm, data))
}

/// Decrypts the PKCS#8 in `der`. What cannot be read whatever the passphrase is said before one is
/// asked for.
pub(super) fn decrypt(der: &[u8], passphrase: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (algorithm, data) = read(der).map_err(malformed(CONTAINER))?;
    let parameters = Parameters::read(&algorithm)?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
    let plain = pbes2::decrypt(&parameters, passphrase, data)?;
    // One wrong passphrase in 256 leaves padding that looks right; what is inside does not.
    match Reader::whole(&plain, Tag::SEQUENCE) {
        Ok(_) => Ok(plain),
        Err(_noise) => Err(KeyError::WrongPassphrase),
    }
}

/// Encrypts PKCS#8 with PBES2: PBKDF2-HMAC-SHA256 and AES-256-CBC, which OpenSSL, GnuTLS and Java
/// all read.
pub(crate) fn encrypt(pkcs8: &[u8], passphrase: &Passphrase) -> Result<Vec<u8>, KeyError> {
    if passphrase.is_empty() {
        return Err(KeyError::EmptyPassphrase);
    }
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    for random in [&mut salt, &mut iv] {
        rand::fill(random).map_err(|_unspecified| KeyError::Library { action: "drawing random octets" })?;
    }
    let parameters = Parameters {
        kdf: Kdf::Pbkdf2 { salt: &salt, iterations: ITERATIONS, prf: Prf::Sha256 },
        cipher: Cipher::Aes256,
        iv,
    };
    let data = pbes2::encrypt(&parameters, passphrase, pkcs8)?;
    Ok(Writer::build(|writer| {
        writer.sequence(|info| {
            parameters.write_pbkdf2(info, &salt, ITERATIONS);
            info.octet_string(&data);
        });
    }))
}
