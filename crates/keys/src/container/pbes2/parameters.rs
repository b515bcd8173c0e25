// SPDX-License-Identifier: MIT OR Apache-2.0
//! The parameters of PBES2, read with bounds.

use x509::der::{Reader, Tag, Writer};
use x509::error::Within;
use x509::oid::{self, Oid};
use x509::{AlgorithmIdentifier, Error};

use crate::aws_lc::known;
use crate::container::der::malformed;
use crate::error::KeyError;

const CONTAINER: &str = "PBES2 parameters";

/// Rounds of PBKDF2: RFC 8018 §4.2 has ten million for the most critical keys. Some seconds.
const ITERATIONS_MAX: u64 = 10_000_000;
/// Memory of scrypt, 128·N·r octets: sixteen times what `openssl pkcs8 -scrypt` takes.
const SCRYPT_MEMORY_MAX: u64 = 256 * 1024 * 1024;
/// Memory of the blocks that scrypt mixes, 128·r·p octets, each of which costs two rounds of PBKDF2 for
/// every 32 octets: `openssl pkcs8 -scrypt` takes 1 KiB.
const SCRYPT_BLOCKS_MAX: u64 = 16 * 1024 * 1024;
/// The block size r of scrypt: 8 is what everybody takes.
const SCRYPT_BLOCK_SIZE_MAX: u64 = 65_536;
/// Work of scrypt, 128·N·r·p octets mixed: some seconds.
const SCRYPT_WORK_MAX: u64 = 1024 * 1024 * 1024;

/// How a key is derived and what it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameters<'a> {
    pub(crate) kdf: Kdf<'a>,
    pub(crate) cipher: Cipher,
    pub(crate) iv: [u8; 16],
}

/// A key derivation within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kdf<'a> {
    Pbkdf2 { salt: &'a [u8], iterations: u32, prf: Prf },
    Scrypt { salt: &'a [u8], log_n: u8, r: u32, p: u32 },
}

/// The pseudo-random function of PBKDF2: HMAC with a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prf {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// A cipher in CBC mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
}

impl Cipher {
    pub(crate) const fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }
}

/// ```asn1
/// PBES2-params ::= SEQUENCE {
///     keyDerivationFunc  AlgorithmIdentifier,
///     encryptionScheme   AlgorithmIdentifier }
/// ```
/// [RFC 8018 §A.4]
impl<'a> Parameters<'a> {
    /// Reads the algorithm of an encrypted key.
    pub(crate) fn read(algorithm: &AlgorithmIdentifier<'a>) -> Result<Self, KeyError> {
        if algorithm.oid() != oid::PBES2 {
            return Err(unsupported(algorithm.oid()));
        }
        let parameters = algorithm.parameters().unwrap_or_default();
        let (kdf, scheme) = two_algorithms(parameters).map_err(malformed(CONTAINER))?;
        let (cipher, iv) = read_cipher(&scheme)?;
        let kdf = match kdf.oid() {
            oid::PBKDF2 => read_pbkdf2(&kdf, cipher)?,
            oid::SCRYPT => read_scrypt(&kdf, cipher)?,
            other => return Err(unsupported(other)),
        };
        Ok(Self { kdf, cipher, iv })
    }

    /// Writes the AlgorithmIdentifier of PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC.
    pub(crate) fn write_pbkdf2(&self, writer: &mut Writer, salt: &[u8], iterations: u32) {
        writer.sequence(|algorithm| {
            algorithm.oid(oid::PBES2);
            algorithm.sequence(|parameters| {
                parameters.sequence(|kdf| {
                    kdf.oid(oid::PBKDF2);
                    kdf.sequence(|pbkdf2| {
                        pbkdf2.octet_string(salt);
                        pbkdf2.integer(iterations);
                        pbkdf2.sequence(|prf| {
                            prf.oid(oid::HMAC_WITH_SHA256);
                            prf.null();
                        });
                    });
                });
                parameters.sequence(|scheme| {
                    scheme.oid(oid::AES_256_CBC);
                    scheme.octet_string(&self.iv);
                });
            });
        });
    }
}

fn unsupported(oid: Oid<'_>) -> KeyError {
    KeyError::UnsupportedEncryption { scheme: known(oid) }
}

fn contradiction<T>(reason: String) -> Result<T, KeyError> {
    Err(KeyError::Contradiction { container: CONTAINER, reason })
}

fn bounded(parameter: &'static str, found: u64, limit: u64) -> Result<(), KeyError> {
    if found <= limit { Ok(()) } else { Err(KeyError::Work { parameter, found, limit }) }
}

fn two_algorithms(der: &[u8]) -> Result<(AlgorithmIdentifier<'_>, AlgorithmIdentifier<'_>), Error> {
    let mut fields = Reader::whole(der, Tag::SEQUENCE)?.reader();
    let kdf = AlgorithmIdentifier::read(&mut fields).within("keyDerivationFunc")?;
    let scheme = AlgorithmIdentifier::read(&mut fields).within("encryptionScheme")?;
    fields.finish().within("PBES2-params")?;
    Ok((kdf, scheme))
}

/// RFC 8018 §B.2.5: the parameter is the initialisation vector.
fn read_cipher(scheme: &AlgorithmIdentifier<'_>) -> Result<(Cipher, [u8; 16]), KeyError> {
    let cipher = match scheme.oid() {
        oid::AES_128_CBC => Cipher::Aes128,
        oid::AES_192_CBC => Cipher::Aes192,
        oid::AES_256_CBC => Cipher::Aes256,
        other => return Err(unsupported(other)),
    };
    let element = Reader::whole(scheme.parameters().unwrap_or_default(), Tag::OCTET_STRING);
    let iv = element.within("AES-IV").map_err(malformed(CONTAINER))?.content;
    match iv.try_into() {
        Ok(iv) => Ok((cipher, iv)),
        Err(_other_length) => {
            contradiction(format!("initialisation vector of {} octets, 16 expected", iv.len()))
        }
    }
}

/// ```asn1
/// PBKDF2-params ::= SEQUENCE {
///     salt CHOICE { specified OCTET STRING, otherSource AlgorithmIdentifier },
///     iterationCount  INTEGER (1..MAX),
///     keyLength       INTEGER (1..MAX) OPTIONAL,
///     prf             AlgorithmIdentifier DEFAULT algid-hmacWithSHA1 }
/// ```
/// [RFC 8018 §A.2]
fn read_pbkdf2<'a>(kdf: &AlgorithmIdentifier<'a>, cipher: Cipher) -> Result<Kdf<'a>, KeyError> {
    let read = || {
        let mut fields = Reader::whole(kdf.parameters().unwrap_or_default(), Tag::SEQUENCE)?.reader();
        let salt = fields.octet_string().within("salt")?;
        let iterations = fields.small_integer().within("iterationCount")?;
        let key_length = optional_length(&mut fields)?;
        let prf = match fields.peek() {
            Some(_) => Some(AlgorithmIdentifier::read(&mut fields).within("prf")?),
            None => None,
        };
        fields.finish().within("PBKDF2-params")?;
        Ok((salt, iterations, key_length, prf))
    };
    let (salt, iterations, key_length, prf) = read().map_err(malformed(CONTAINER))?;
    check_key_length(key_length, cipher)?;
    if iterations == 0 {
        return contradiction("0 iterations, at least 1 expected".to_owned());
    }
    bounded("PBKDF2 iterations", iterations.into(), ITERATIONS_MAX)?;
    // Some writers encode the DEFAULT; it means the same.
    let prf = prf.map_or(Ok(Prf::Sha1), |algorithm| read_prf(&algorithm))?;
    Ok(Kdf::Pbkdf2 { salt, iterations, prf })
}

fn read_prf(algorithm: &AlgorithmIdentifier<'_>) -> Result<Prf, KeyError> {
    if !matches!(algorithm.parameters(), None | Some([0x05, 0x00])) {
        return contradiction("parameters of the prf other than NULL (RFC 8018 §B.1)".to_owned());
    }
    match algorithm.oid() {
        oid::HMAC_WITH_SHA1 => Ok(Prf::Sha1),
        oid::HMAC_WITH_SHA256 => Ok(Prf::Sha256),
        oid::HMAC_WITH_SHA384 => Ok(Prf::Sha384),
        oid::HMAC_WITH_SHA512 => Ok(Prf::Sha512),
        other => Err(unsupported(other)),
    }
}

fn optional_length(fields: &mut Reader<'_>) -> Result<Option<u32>, Error> {
    match fields.peek() {
        Some(Tag::INTEGER) => fields.small_integer().within("keyLength").map(Some),
        _ => Ok(None),
    }
}

fn check_key_length(found: Option<u32>, cipher: Cipher) -> Result<(), KeyError> {
    let expected = cipher.key_length();
    match found {
        Some(found) if usize::try_from(found) != Ok(expected) => {
            contradiction(format!("key length of {found} octets, the cipher takes {expected}"))
        }
        _ => Ok(()),
    }
}

/// ```asn1
/// scrypt-params ::= SEQUENCE {
///     salt                      OCTET STRING,
///     costParameter             INTEGER (1..MAX),
///     blockSize                 INTEGER (1..MAX),
///     parallelizationParameter  INTEGER (1..MAX),
///     keyLength                 INTEGER (1..MAX) OPTIONAL }
/// ```
/// [RFC 7914 §7.1]
fn read_scrypt<'a>(kdf: &AlgorithmIdentifier<'a>, cipher: Cipher) -> Result<Kdf<'a>, KeyError> {
    let read = || {
        let mut fields = Reader::whole(kdf.parameters().unwrap_or_default(), Tag::SEQUENCE)?.reader();
        let salt = fields.octet_string().within("salt")?;
        let n = fields.small_integer().within("costParameter")?;
        let r = fields.small_integer().within("blockSize")?;
        let p = fields.small_integer().within("parallelizationParameter")?;
        let key_length = optional_length(&mut fields)?;
        fields.finish().within("scrypt-params")?;
        Ok((salt, n, r, p, key_length))
    };
    let (salt, n, r, p, key_length) = read().map_err(malformed(CONTAINER))?;
    check_key_length(key_length, cipher)?;
    // RFC 7914 §6: a power of two over 1.
    if n < 2 || !n.is_power_of_two() {
        return contradiction(format!("scrypt cost {n}, a power of two over 1 expected"));
    }
    if r == 0 || p == 0 {
        return contradiction(format!("scrypt block size {r} and parallelism {p}, at least 1 expected"));
    }
    bounded("scrypt block size", r.into(), SCRYPT_BLOCK_SIZE_MAX)?;
    // Each bound keeps the next product within 64 bits.
    let memory = u64::from(n).saturating_mul(u64::from(r)).saturating_mul(128);
    bounded("scrypt memory in bytes", memory, SCRYPT_MEMORY_MAX)?;
    // RFC 7914 §6: the p blocks that are mixed stand in memory at once, before the first is.
    let blocks = u64::from(p).saturating_mul(u64::from(r)).saturating_mul(128);
    bounded("scrypt memory in bytes", blocks, SCRYPT_BLOCKS_MAX)?;
    bounded("scrypt work in bytes", memory.saturating_mul(p.into()), SCRYPT_WORK_MAX)?;
    let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
    Ok(Kdf::Scrypt { salt, log_n, r, p })
}
