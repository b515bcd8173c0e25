// SPDX-License-Identifier: MIT OR Apache-2.0
//! PBES2: the encryption of private keys under a passphrase (RFC 8018 §6.2).
//!
//! The derived key lives in a buffer that is zeroised, and the work that a file may ask for is
//! bounded before any is done.

mod parameters;

use std::num::NonZeroU32;

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey,
    PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

pub(super) use parameters::{Cipher, Kdf, Parameters, Prf};

use crate::error::KeyError;
use crate::passphrase::Passphrase;

/// Decrypts `data`.
pub(super) fn decrypt(
    parameters: &Parameters<'_>,
    passphrase: &Passphrase,
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let key = derive(parameters, passphrase)?;
    decrypt_with(parameters.cipher, &key, parameters.iv, data)
}

/// Decrypts `data` with a key that was derived.
pub(super) fn decrypt_with(
    cipher: Cipher,
    key: &[u8],
    iv: [u8; 16],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(unbound(cipher, key)?)
        .map_err(|_unspecified| failed("decryption"))?;
    let mut buffer = Zeroizing::new(data.to_vec());
    let context = DecryptionContext::Iv128(FixedLength::from(iv));
    // Wrong padding is what a wrong passphrase looks like.
    let length = cipher.decrypt(&mut buffer, context).map(|plain| plain.len());
    let length = length.map_err(|_unspecified| KeyError::WrongPassphrase)?;
    buffer.truncate(length);
    Ok(buffer)
}

/// Encrypts `plain`.
pub(super) fn encrypt(
    parameters: &Parameters<'_>,
    passphrase: &Passphrase,
    plain: &[u8],
) -> Result<Vec<u8>, KeyError> {
    const BLOCK: usize = 16;
    let key = derive(parameters, passphrase)?;
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(unbound(parameters.cipher, &key)?)
        .map_err(|_unspecified| failed("encryption"))?;
    // Room for the padding, or the buffer moves and leaves the key behind.
    let mut buffer = Vec::with_capacity(plain.len().saturating_add(BLOCK));
    buffer.extend_from_slice(plain);
    let context = EncryptionContext::Iv128(FixedLength::from(parameters.iv));
    match cipher.less_safe_encrypt(&mut buffer, context) {
        Ok(_) => Ok(buffer),
        Err(_unspecified) => {
            drop(Zeroizing::new(buffer));
            Err(failed("encryption"))
        }
    }
}

const fn failed(action: &'static str) -> KeyError {
    KeyError::Library { action }
}

fn unbound(cipher: Cipher, key: &[u8]) -> Result<UnboundCipherKey, KeyError> {
    let algorithm = match cipher {
        Cipher::Aes128 => &AES_128,
        Cipher::Aes192 => &AES_192,
        Cipher::Aes256 => &AES_256,
    };
    UnboundCipherKey::new(algorithm, key).map_err(|_unspecified| failed("key setup"))
}

/// The key of the cipher, from the passphrase.
fn derive(parameters: &Parameters<'_>, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut key = Zeroizing::new(vec![0; parameters.cipher.key_length()]);
    match parameters.kdf {
        Kdf::Pbkdf2 { salt, iterations, prf } => {
            let algorithm = match prf {
                Prf::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Prf::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Prf::Sha384 => pbkdf2::PBKDF2_HMAC_SHA384,
                Prf::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            let iterations = NonZeroU32::new(iterations).ok_or_else(|| failed("key derivation"))?;
            pbkdf2::derive(algorithm, iterations, salt, passphrase.octets(), &mut key);
        }
        Kdf::Scrypt { salt, log_n, r, p } => {
            let costs = scrypt::Params::new(log_n, r, p);
            let costs = costs.map_err(|_invalid| failed("key derivation"))?;
            let derived = scrypt::scrypt(passphrase.octets(), salt, &costs, &mut key);
            derived.map_err(|_invalid| failed("key derivation"))?;
        }
    }
    Ok(key)
}
