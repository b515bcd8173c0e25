// SPDX-License-Identifier: MIT OR Apache-2.0
//! The encryption of PEM that OpenSSL had before PKCS#8, and step-ca has still: headers as RFC 1421 has them, and a key
//! derived with MD5 (EVP_BytesToKey, one round). It is read and never written: one round of MD5 holds nobody up who
//! guesses.

use md5::{Digest as _, Md5};
use x509::der::{Reader, Tag};
use zeroize::Zeroizing;

use super::pbes2::{Cipher, decrypt_with};
use super::pem::{KeyBlock, the_private_key};
use crate::error::KeyError;
use crate::passphrase::Passphrase;

/// How many octets of the initialisation vector salt the key.
const SALT: usize = 8;

/// An encrypted block, and how it is encrypted.
pub(super) struct Legacy {
    pub(super) block: KeyBlock,
    cipher: Cipher,
    iv: [u8; 16],
}

/// The one private key of a text, when it is encrypted so.
pub(super) fn read(text: &[u8]) -> Result<Option<Legacy>, KeyError> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut information: Option<&[u8]> = None;
    let mut is_encrypted = false;
    for line in text.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii) {
        if let Some(kind) = line.strip_prefix(b"Proc-Type:") {
            is_encrypted = kind.trim_ascii() == b"4,ENCRYPTED";
        } else if let Some(found) = line.strip_prefix(b"DEK-Info:") {
            information = Some(found.trim_ascii());
        } else if !line.is_empty() {
            plain.extend_from_slice(line);
            plain.push(b'\n');
        }
    }
    let Some(information) = information.filter(|_| is_encrypted) else { return Ok(None) };
    let block = the_private_key(&plain)?;
    let (cipher, iv) = parameters(information)?;
    Ok(Some(Legacy { block, cipher, iv }))
}

/// The cipher and the initialisation vector: `AES-256-CBC,` and 32 hexadecimal digits.
fn parameters(information: &[u8]) -> Result<(Cipher, [u8; 16]), KeyError> {
    let text = String::from_utf8_lossy(information);
    let unsupported = || KeyError::UnsupportedEncryption { scheme: text.chars().take(64).collect() };
    let (name, iv) = text.split_once(',').ok_or_else(unsupported)?;
    let cipher = match name {
        "AES-128-CBC" => Cipher::Aes128,
        "AES-192-CBC" => Cipher::Aes192,
        "AES-256-CBC" => Cipher::Aes256,
        other => {
            let scheme = other.chars().take(64).collect();
            return Err(KeyError::UnsupportedEncryption { scheme });
        }
    };
    let digits: Option<Vec<u8>> =
        iv.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let octets: Vec<u8> = digits
        .ok_or_else(unsupported)?
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |octet, digit| (octet << 4) | digit))
        .collect();
    let iv = octets.try_into().ok().filter(|_| iv.len() == 32).ok_or_else(unsupported)?;
    Ok((cipher, iv))
}

impl Legacy {
    /// Decrypts the key.
    pub(super) fn decrypt(&self, passphrase: Option<&Passphrase>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let passphrase = passphrase.ok_or(KeyError::PassphraseNeeded)?;
        let key = derive(passphrase, self.iv.get(..SALT).unwrap_or_default(), self.cipher.key_length());
        let plain = decrypt_with(self.cipher, &key, self.iv, &self.block.der)?;
        // One wrong passphrase in 256 leaves padding that looks right; what is inside does not.
        match Reader::whole(&plain, Tag::SEQUENCE) {
            Ok(_) => Ok(plain),
            Err(_noise) => Err(KeyError::WrongPassphrase),
        }
    }
}

/// `D_i = MD5(D_(i-1) || passphrase || salt)`, one after the other.
fn derive(passphrase: &Passphrase, salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    const DIGEST: usize = 16;
    let mut key = Zeroizing::new(Vec::with_capacity(length.next_multiple_of(DIGEST)));
    while key.len() < length {
        let before = key.len().saturating_sub(DIGEST);
        let mut digest = Md5::new();
        digest.update(key.get(before..).unwrap_or_default());
        digest.update(passphrase.octets());
        digest.update(salt);
        let block: Zeroizing<[u8; DIGEST]> = Zeroizing::new(digest.finalize().into());
        key.extend_from_slice(&*block);
    }
    key.truncate(length);
    key
}
