// SPDX-License-Identifier: MIT OR Apache-2.0
//! What names a token, and a key on it: `pkcs11:token=…;object=…?module-path=…` (RFC 7512).

mod escape;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use escape::{Text, decode};

/// The longest URI that is read, in octets.
const LONGEST: usize = 2048;
/// The longest identifier of a key, in octets: ours have 20.
const LONGEST_ID: usize = 64;

/// A token, and perhaps a key on it, as a PKCS #11 URI names them (RFC 7512).
///
/// | attribute | |
/// |---|---|
/// | `token`, `serial`, `model`, `manufacturer` | the token: what is named must be as it says |
/// | `object`, `id` | the key: its label, its identifier |
/// | `type` | `private` alone, which is what is meant anyway |
/// | `module-path` | the library that reaches the token, an absolute path |
/// | `pin-source` | the file of its PIN, an absolute path |
///
/// Others are refused (RFC 7512 §2.3: what is not understood cannot be matched), and so is `pin-value`: a command line is
/// for every process of the machine to read.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Pkcs11Uri {
    token: Option<String>,
    serial: Option<String>,
    model: Option<String>,
    manufacturer: Option<String>,
    object: Option<String>,
    id: Option<Vec<u8>>,
    module_path: Option<PathBuf>,
    pin_source: Option<PathBuf>,
}

/// Why something is no URI of a token or a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// Another scheme, or none.
    #[error("it does not begin with pkcs11:")]
    Scheme,
    /// Longer than any that somebody means.
    #[error("{found} octets, at most {LONGEST} are read")]
    TooLong {
        /// Its length.
        found: usize,
    },
    /// A part without `=`.
    #[error("{part:?} is no attribute: NAME=VALUE expected (RFC 7512 §2.3)")]
    NoAttribute {
        /// The part.
        part: String,
    },
    /// An attribute that is not understood.
    #[error("the attribute {name:?} is not understood, and what it asks for is not matched (RFC 7512 §2.3)")]
    Unknown {
        /// Its name.
        name: String,
    },
    /// An attribute that stands twice.
    #[error("the attribute {name} stands there twice (RFC 7512 §2.3)")]
    Twice {
        /// Its name.
        name: &'static str,
    },
    /// A value that says nothing, or more than can be meant.
    #[error("the attribute {name} has {found} octets, 1 to {limit} expected")]
    Length {
        /// Its name.
        name: &'static str,
        /// Octets of its value.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A character that must be written as `%xx`, or a `%` without two digits.
    #[error("the value of {name} has an octet that must be written as %xx: 0x{octet:02x} (RFC 7512 §2.3)")]
    Unescaped {
        /// The attribute's name.
        name: &'static str,
        /// The octet.
        octet: u8,
    },
    /// A value that is no text.
    #[error("the value of {name} is no text: UTF-8 without control characters expected")]
    NotText {
        /// The attribute's name.
        name: &'static str,
    },
    /// Another kind of object than a private key.
    #[error("type={found} is no private key: leave it out, or say type=private")]
    Type {
        /// What was asked for.
        found: String,
    },
    /// A path that depends on where one is, or is none.
    #[error("{name}={found} is no absolute path of a file")]
    Path {
        /// The attribute's name.
        name: &'static str,
        /// What was given.
        found: String,
    },
    /// A PIN in the URI. It is not repeated here.
    #[error("pin-value puts the PIN where every process of this machine can read it, and into the record")]
    PinValue,
}

impl Pkcs11Uri {
    /// How such a URI begins.
    pub const SCHEME: &'static str = "pkcs11:";

    /// Whether a text claims to be such a URI.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.get(..Self::SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(Self::SCHEME))
    }

    /// Reads one.
    ///
    /// # Errors
    /// See [`UriError`].
    pub fn parse(text: &str) -> Result<Self, UriError> {
        if text.len() > LONGEST {
            return Err(UriError::TooLong { found: text.len() });
        }
        let (scheme, rest) = text.split_once(':').ok_or(UriError::Scheme)?;
        if !scheme.eq_ignore_ascii_case("pkcs11") {
            return Err(UriError::Scheme);
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self::default();
        for part in path.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = attribute(part)?;
            uri.path_attribute(name, value)?;
        }
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = attribute(part)?;
            uri.query_attribute(name, value)?;
        }
        Ok(uri)
    }

    fn path_attribute(&mut self, name: &str, value: &str) -> Result<(), UriError> {
        match name {
            "token" => once("token", &mut self.token, text("token", value)?),
            "serial" => once("serial", &mut self.serial, text("serial", value)?),
            "model" => once("model", &mut self.model, text("model", value)?),
            "manufacturer" => once("manufacturer", &mut self.manufacturer, text("manufacturer", value)?),
            "object" => once("object", &mut self.object, text("object", value)?),
            "id" => once("id", &mut self.id, bounded("id", decode("id", value)?, LONGEST_ID)?),
            "type" if value == "private" => Ok(()),
            "type" => Err(UriError::Type { found: text("type", value)? }),
            // Some tools write what belongs into the query here.
            "pin-value" => Err(UriError::PinValue),
            _ => Err(unknown(name)),
        }
    }

    fn query_attribute(&mut self, name: &str, value: &str) -> Result<(), UriError> {
        match name {
            "module-path" => once(
                "module-path",
                &mut self.module_path,
                absolute("module-path", text("module-path", value)?)?,
            ),
            "pin-source" => {
                let found = text("pin-source", value)?;
                let path = found.strip_prefix("file:").unwrap_or(&found);
                // RFC 8089 §2: an empty authority may be written.
                let path = path.strip_prefix("//").filter(|path| path.starts_with('/')).unwrap_or(path);
                once("pin-source", &mut self.pin_source, absolute("pin-source", path.to_owned())?)
            }
            "pin-value" => Err(UriError::PinValue),
            _ => Err(unknown(name)),
        }
    }

    /// The token's label.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token's serial number.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        self.serial.as_deref()
    }

    /// The token's model.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// Who made the token.
    #[must_use]
    pub fn manufacturer(&self) -> Option<&str> {
        self.manufacturer.as_deref()
    }

    /// The key's label.
    #[must_use]
    pub fn object(&self) -> Option<&str> {
        self.object.as_deref()
    }

    /// The key's identifier.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        self.id.as_deref()
    }

    /// The library that reaches the token.
    #[must_use]
    pub fn module_path(&self) -> Option<&Path> {
        self.module_path.as_deref()
    }

    /// The file of the token's PIN.
    #[must_use]
    pub fn pin_source(&self) -> Option<&Path> {
        self.pin_source.as_deref()
    }

    /// Whether a key is named, and not a token alone.
    #[must_use]
    pub const fn names_key(&self) -> bool {
        self.object.is_some() || self.id.is_some()
    }

    /// The same token, and this key on it.
    #[must_use]
    pub fn with_key(&self, id: &[u8], object: &str) -> Self {
        Self { id: Some(id.to_vec()), object: Some(object.to_owned()), ..self.clone() }
    }

    /// The same, reached through this library.
    #[must_use]
    pub fn with_module(&self, path: &Path) -> Self {
        Self { module_path: Some(path.to_owned()), ..self.clone() }
    }

    /// The same token, and no key.
    #[must_use]
    pub fn token_alone(&self) -> Self {
        Self { object: None, id: None, ..self.clone() }
    }

    /// The token with this label.
    #[must_use]
    pub fn of_token(label: &str) -> Self {
        Self { token: Some(label.to_owned()), ..Self::default() }
    }
}

impl FromStr for Pkcs11Uri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        Self::parse(text)
    }
}

/// As it is read again: everything but letters, digits and `-._~` is escaped, and `/` where a path is.
impl fmt::Display for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::SCHEME)?;
        let texts = [
            ("token", &self.token),
            ("manufacturer", &self.manufacturer),
            ("model", &self.model),
            ("serial", &self.serial),
            ("object", &self.object),
        ];
        let texts = texts.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?.as_bytes())));
        let mut between = "";
        for (name, value) in texts.chain(self.id.as_deref().map(|id| ("id", id))) {
            let value = if name == "id" { Text::All(value) } else { Text::Part(value) };
            write!(f, "{between}{name}={value}")?;
            between = ";";
        }
        let mut between = "?";
        for (name, path) in [("module-path", &self.module_path), ("pin-source", &self.pin_source)] {
            let Some(path) = path else { continue };
            write!(f, "{between}{name}={}", Text::Path(path.as_os_str().as_encoded_bytes()))?;
            between = "&";
        }
        Ok(())
    }
}

impl fmt::Debug for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Uri({self})")
    }
}

fn attribute(part: &str) -> Result<(&str, &str), UriError> {
    part.split_once('=').ok_or_else(|| UriError::NoAttribute { part: part.to_owned() })
}

fn unknown(name: &str) -> UriError {
    UriError::Unknown { name: name.to_owned() }
}

fn once<T>(name: &'static str, place: &mut Option<T>, value: T) -> Result<(), UriError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(UriError::Twice { name }),
    }
}

fn bounded(name: &'static str, value: Vec<u8>, limit: usize) -> Result<Vec<u8>, UriError> {
    match value.len() {
        found if found == 0 || found > limit => Err(UriError::Length { name, found, limit }),
        _ => Ok(value),
    }
}

fn text(name: &'static str, value: &str) -> Result<String, UriError> {
    let octets = bounded(name, decode(name, value)?, LONGEST)?;
    let text = String::from_utf8(octets).map_err(|_no_text| UriError::NotText { name })?;
    if text.chars().any(char::is_control) { Err(UriError::NotText { name }) } else { Ok(text) }
}

fn absolute(name: &'static str, found: String) -> Result<PathBuf, UriError> {
    let is_file = found.starts_with('/') && !found.ends_with('/');
    if is_file { Ok(PathBuf::from(found)) } else { Err(UriError::Path { name, found }) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

    #[test]
    fn what_is_written_is_what_was_read() {
        let check = |text: &str, expect: &str| {
            let uri = Pkcs11Uri::parse(text).unwrap();
            assert_eq!(uri.to_string(), expect, "{text}");
            assert_eq!(Pkcs11Uri::parse(expect).unwrap(), uri, "{text}");
        };
        check("pkcs11:", "pkcs11:");
        check("PKCS11:token=a", "pkcs11:token=a");
        check("pkcs11:object=root%201;token=my+hsm", "pkcs11:token=my%2bhsm;object=root%201");
        check("pkcs11:id=%01%fF%41Z;type=private", "pkcs11:id=%01%ff%41%5a");
        check(
            &format!("pkcs11:token=a?pin-source=file:///etc/pin&module-path={MODULE}"),
            &format!("pkcs11:token=a?module-path={MODULE}&pin-source=/etc/pin"),
        );
        check("pkcs11:token=T%c3%b6ken;", "pkcs11:token=T%c3%b6ken");
        check(
            "pkcs11:model=SoftHSM%20v2;manufacturer=SoftHSM%20project;serial=5f2b;token=a",
            "pkcs11:token=a;manufacturer=SoftHSM%20project;model=SoftHSM%20v2;serial=5f2b",
        );
    }

    #[test]
    fn each_part_is_where_it_belongs() {
        let text = format!("pkcs11:token=t;serial=s;object=o;id=%2a?module-path={MODULE}&pin-source=/p");
        let uri = Pkcs11Uri::parse(&text).unwrap();
        assert_eq!((uri.token(), uri.serial(), uri.object()), (Some("t"), Some("s"), Some("o")));
        assert_eq!((uri.id(), uri.names_key()), (Some(&[0x2a][..]), true));
        assert_eq!(uri.module_path(), Some(Path::new(MODULE)));
        assert_eq!(uri.pin_source(), Some(Path::new("/p")));
        let of_token = Pkcs11Uri::of_token("t").with_module(Path::new(MODULE));
        assert!(!of_token.names_key());
        assert_eq!(
            of_token.with_key(&[1, 2], "root-0102").to_string(),
            format!("pkcs11:token=t;object=root-0102;id=%01%02?module-path={MODULE}")
        );
    }

    #[test]
    fn what_is_no_such_uri_is_refused_and_named() {
        let name = "token";
        let check = |text: &str, expect: UriError| {
            assert_eq!(Pkcs11Uri::parse(text), Err(expect), "{text}");
        };
        check("", UriError::Scheme);
        check("file:/a", UriError::Scheme);
        check("pkcs11:token", UriError::NoAttribute { part: "token".to_owned() });
        check("pkcs11:slot-id=0", UriError::Unknown { name: "slot-id".to_owned() });
        check("pkcs11:?module-name=a", UriError::Unknown { name: "module-name".to_owned() });
        check("pkcs11:token=a;token=b", UriError::Twice { name });
        check("pkcs11:token=", UriError::Length { name, found: 0, limit: LONGEST });
        check(
            &format!("pkcs11:id={}", "%00".repeat(65)),
            UriError::Length { name: "id", found: 65, limit: LONGEST_ID },
        );
        check("pkcs11:token=a b", UriError::Unescaped { name, octet: b' ' });
        check("pkcs11:token=%4", UriError::Unescaped { name, octet: b'%' });
        check("pkcs11:token=%zz", UriError::Unescaped { name, octet: b'%' });
        check("pkcs11:token=%ff", UriError::NotText { name });
        check("pkcs11:token=%00", UriError::NotText { name });
        check("pkcs11:token=%0a", UriError::NotText { name });
        check("pkcs11:type=cert", UriError::Type { found: "cert".to_owned() });
        check("pkcs11:?module-path=a.so", UriError::Path { name: "module-path", found: "a.so".to_owned() });
        check("pkcs11:?pin-source=%7ccat", UriError::Path { name: "pin-source", found: "|cat".to_owned() });
        check(
            &format!("pkcs11:token={}", "a".repeat(2048)),
            UriError::TooLong { found: LONGEST + "pkcs11:token=".len() },
        );
    }

    #[test]
    fn a_pin_in_the_uri_is_refused_and_not_repeated() {
        for text in ["pkcs11:token=a?pin-value=hunter2", "pkcs11:pin-value=hunter2"] {
            let refused = Pkcs11Uri::parse(text).unwrap_err();
            assert_eq!(refused, UriError::PinValue);
            assert!(!format!("{refused} {refused:?}").contains("hunter2"));
        }
    }
}
