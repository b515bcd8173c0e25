// SPDX-License-Identifier: MIT OR Apache-2.0
//! What the authority issues by: profiles as data.

mod builtin;
mod set;

pub use set::Profiles;

use std::fmt;
use std::time::Duration;

use x509::ext::KeyUsage;
use x509::{KeyStrength, Oid, oid};

use crate::error::ProfileError;
use crate::lifetime::{AUTHORITY_BACKDATE, LEAF_BACKDATE};
use crate::name::NameKind;

/// The longest name of a profile.
const NAME_LONGEST: usize = 64;

/// What the keys of authorities are for: certificates, CRLs, and, since an authority answers OCSP requests itself,
/// signatures on other things (RFC 5280 §4.2.1.3).
pub(crate) const AUTHORITY_USAGE: KeyUsage =
    KeyUsage::KEY_CERT_SIGN.and(KeyUsage::CRL_SIGN).and(KeyUsage::DIGITAL_SIGNATURE);

/// How a certificate's subject is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectForm {
    /// CN is the first DNS name, when it has at most 64 octets; else the subject is empty.
    Server,
    /// CN is what the requester calls itself; with a dot only when it is one of the DNS names.
    Person,
    /// CN and O as asked for: the name of an authority, or of whoever answers for one.
    Authority,
}

/// What the certificate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It ends the path.
    Leaf,
    /// It ends the path, and answers OCSP requests for its issuer (RFC 6960 §4.2.2.2).
    Responder,
    /// It issues others.
    Authority {
        /// How many authorities may follow below.
        path_length: u32,
    },
}

/// What becomes of a certificate that breaks a rule of public servers (ruleset `webpki` of `verify`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Webpki {
    /// It is issued, with a remark.
    Remarked,
    /// It is not issued.
    Required,
}

/// A profile as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileConfig {
    /// What it is called.
    pub name: String,
    /// Leaf or authority.
    pub role: Role,
    /// How the subject is written.
    pub subject: SubjectForm,
    /// The forms of names that it issues.
    pub names: Vec<NameKind>,
    /// The key usage, whatever the key.
    pub key_usage: KeyUsage,
    /// The key usage added for an RSA key.
    pub key_usage_rsa: KeyUsage,
    /// The extended key usages.
    pub purposes: Vec<Oid<'static>>,
    /// The lifetime in days when nobody asks for one.
    pub default_days: u32,
    /// The longest lifetime in days.
    pub maximum_days: u32,
    /// Whether it keeps the rules of public servers.
    pub webpki: Webpki,
}

impl ProfileConfig {
    /// That of a profile that ships, for another one to begin with.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        builtin::config(name)
    }
}

/// A profile that holds together; made from its configuration alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    config: ProfileConfig,
}

impl Profile {
    /// The names of the profiles that ship.
    pub const NAMES: &[&str] = builtin::NAMES;

    /// Checks a configuration.
    ///
    /// # Errors
    /// What does not hold together in it.
    pub fn from_config(config: ProfileConfig) -> Result<Self, ProfileError> {
        let profile = || config.name.clone();
        let (default, maximum) = (config.default_days, config.maximum_days);
        if default == 0 {
            return Err(ProfileError::NoLifetime { profile: profile() });
        }
        if default > maximum {
            return Err(ProfileError::Lifetimes { profile: profile(), default, maximum });
        }
        let plain = |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-';
        if config.name.is_empty() || config.name.len() > NAME_LONGEST || !config.name.bytes().all(plain) {
            return Err(ProfileError::Name { found: profile(), longest: NAME_LONGEST });
        }
        let is_authority = matches!(config.role, Role::Authority { .. });
        let issuer = builtin::config("intermediate").map_or(0, |above| above.maximum_days);
        if !is_authority && maximum > issuer {
            return Err(ProfileError::OutlivesIssuer { profile: profile(), maximum, issuer });
        }
        let usage = config.key_usage.and(config.key_usage_rsa);
        if [KeyUsage::KEY_CERT_SIGN, KeyUsage::CRL_SIGN].iter().any(|bit| usage.has(*bit) != is_authority) {
            return Err(ProfileError::CertSign { profile: profile() });
        }
        if config.key_usage.is_empty() {
            return Err(ProfileError::NoUsage { profile: profile() });
        }
        if !is_authority && config.purposes.is_empty() {
            return Err(ProfileError::NoPurpose { profile: profile() });
        }
        let is_responder = matches!(config.role, Role::Responder);
        let answers = config.purposes.contains(&oid::OCSP_SIGNING);
        // Whoever may answer for its issuer does nothing else, so that what it is trusted with stays small.
        if answers != is_responder || (answers && config.purposes.len() > 1) {
            return Err(ProfileError::Responder { profile: profile() });
        }
        if matches!(config.role, Role::Leaf) && config.names.is_empty() {
            return Err(ProfileError::NoNames { profile: profile() });
        }
        Ok(Self { config })
    }

    /// The profile of this name: `server`, `client` or `intermediate`.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        builtin::config(name).map_or_else(
            || Err(ProfileError::Unknown { name: name.to_owned(), known: builtin::NAMES.join(", ") }),
            Self::from_config,
        )
    }

    /// The profile `ocsp`, by which an issuer certifies whoever answers OCSP requests for it: nobody can ask for it.
    ///
    /// # Errors
    /// It does not hold together.
    pub fn responder() -> Result<Self, ProfileError> {
        Self::from_config(builtin::responder())
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Leaf or authority.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.config.role
    }

    /// How the subject is written.
    #[must_use]
    pub const fn subject(&self) -> SubjectForm {
        self.config.subject
    }

    /// The forms of names that it issues.
    #[must_use]
    pub fn names(&self) -> &[NameKind] {
        &self.config.names
    }

    /// The key usage for a key of this kind: keyEncipherment is for RSA alone.
    #[must_use]
    pub const fn key_usage(&self, key: KeyStrength) -> KeyUsage {
        if matches!(key, KeyStrength::Rsa { .. }) {
            self.config.key_usage.and(self.config.key_usage_rsa)
        } else {
            self.config.key_usage
        }
    }

    /// The extended key usages.
    #[must_use]
    pub fn purposes(&self) -> &[Oid<'static>] {
        &self.config.purposes
    }

    /// The lifetime in days when nobody asks for one.
    #[must_use]
    pub const fn default_days(&self) -> u32 {
        self.config.default_days
    }

    /// The longest lifetime in days.
    #[must_use]
    pub const fn maximum_days(&self) -> u32 {
        self.config.maximum_days
    }

    /// Whether it keeps the rules of public servers.
    #[must_use]
    pub const fn webpki(&self) -> Webpki {
        self.config.webpki
    }

    /// How far back the first second lies.
    #[must_use]
    pub const fn backdate(&self) -> Duration {
        match self.config.role {
            Role::Leaf | Role::Responder => LEAF_BACKDATE,
            Role::Authority { .. } => AUTHORITY_BACKDATE,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.config.name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_that_ship_hold_together() {
        for name in builtin::NAMES {
            assert_eq!(Profile::named(name).unwrap().name(), *name);
        }
        assert_eq!(Profile::responder().unwrap().name(), "ocsp");
        assert!(Profile::named("ocsp").is_err(), "nobody asks for it");
        let message = Profile::named("sever").unwrap_err().to_string();
        assert_eq!(message, "no profile is called \"sever\": there are server, client, intermediate");
    }

    #[test]
    fn a_profile_that_contradicts_itself_is_refused() {
        let broken = |change: fn(&mut ProfileConfig)| {
            let mut config = builtin::config("server").unwrap();
            change(&mut config);
            Profile::from_config(config).unwrap_err()
        };
        assert!(matches!(broken(|config| config.default_days = 0), ProfileError::NoLifetime { .. }));
        assert!(matches!(
            broken(|config| config.maximum_days = 46),
            ProfileError::Lifetimes { default: 47, maximum: 46, .. }
        ));
        assert!(matches!(
            broken(|config| config.key_usage = KeyUsage::KEY_CERT_SIGN),
            ProfileError::CertSign { .. }
        ));
        assert!(matches!(broken(|config| config.purposes.clear()), ProfileError::NoPurpose { .. }));
        assert!(matches!(broken(|config| config.names.clear()), ProfileError::NoNames { .. }));
        let answers = broken(|config| config.purposes.push(oid::OCSP_SIGNING));
        assert!(matches!(answers, ProfileError::Responder { .. }));
        assert!(matches!(broken(|config| config.role = Role::Responder), ProfileError::Responder { .. }));
    }

    #[test]
    fn only_an_rsa_key_enciphers_keys() {
        let server = Profile::named("server").unwrap();
        assert!(server.key_usage(KeyStrength::Rsa { bits: 2048 }).has(KeyUsage::KEY_ENCIPHERMENT));
        assert!(!server.key_usage(KeyStrength::P256).has(KeyUsage::KEY_ENCIPHERMENT));
    }
}
