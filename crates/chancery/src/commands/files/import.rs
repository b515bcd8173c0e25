// SPDX-License-Identifier: MIT OR Apache-2.0
//! A certificate signed elsewhere, and its key: matched, put in order, and checked before anybody sees it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use keys::Passphrase;
use keys::file::read_private_key;
use tls::Credentials;
use verify::PeerName;
use x509::ext::{BasicConstraints, ExtendedKeyUsage, SubjectAltName};
use x509::{Certificate, GeneralName, Time, oid};

use crate::context::Context;
use crate::failure::{Failure, shell};
use crate::input;
use crate::passphrase::PassphraseArgs;

/// Whoever renews by hand is reminded this long before the end.
const REMINDER_DAYS: u64 = 14;

/// Where the chain and the key are, and what opens the key.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
    passphrase: Option<Passphrase>,
}

/// Credentials that a server can show, and what is worth saying of them.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) credentials: Arc<Credentials>,
    /// The names that the certificate is for.
    pub(crate) names: Vec<String>,
    pub(crate) issuer: String,
    pub(crate) until: Time,
    /// What its owner should know; none of it stands in the way.
    pub(crate) remarks: Vec<String>,
}

impl Source {
    /// Finds out what opens the key, once: later readings ask nobody.
    pub(crate) fn new(
        chain: PathBuf,
        key: PathBuf,
        passphrase: &PassphraseArgs,
        context: &Context,
    ) -> Result<Self, Failure> {
        let file = read_private_key(&key).map_err(|error| Failure::from_error(&error))?;
        let passphrase = match file.is_encrypted() {
            true => Some(passphrase.obtain(&key.display().to_string(), context)?),
            false => None,
        };
        Ok(Self { chain, key, passphrase })
    }

    /// Reads both files as they are now. `asked` are the names that the server is to be known by.
    pub(crate) fn load(&self, asked: &[String], now: Time) -> Result<Imported, Failure> {
        let chain = input::certificates(&self.chain)?;
        let file = read_private_key(&self.key).map_err(|error| Failure::from_error(&error))?;
        let mut remarks: Vec<String> = file
            .remarks()
            .iter()
            .map(|remark| format!("{}: {remark}: chmod 600 {}", self.key.display(), shell(&self.key)))
            .collect();
        let key = file.open(self.passphrase.as_ref()).map_err(|error| Failure::from_error(&error))?;
        let credentials = Credentials::new(&chain, Arc::new(key))
            .map_err(|error| Failure::refused(error.to_string()).hint(error.hint()))?;
        remarks.extend(credentials.notes().iter().map(ToString::to_string));
        for der in credentials.chain() {
            require_valid(&parsed(der, &self.chain)?, now, &self.chain)?;
        }
        let (names, issuer, until) = {
            let leaf = parsed(credentials.leaf(), &self.chain)?;
            require_usable(&leaf)?;
            remarks.extend(remarks_on(&leaf, asked, now));
            let tbs = leaf.tbs();
            (names_of(&leaf), tbs.issuer().to_string(), tbs.validity().not_after.time)
        };
        Ok(Imported { credentials: Arc::new(credentials), names, issuer, until, remarks })
    }
}

fn parsed<'a>(der: &'a [u8], path: &Path) -> Result<Certificate<'a>, Failure> {
    Certificate::parse(der).map_err(|error| {
        Failure::could_not(format!("cannot read a certificate in {}", path.display())).because(&error)
    })
}

/// Each certificate of the chain has to be valid now, or no client goes past it.
fn require_valid(certificate: &Certificate<'_>, now: Time, path: &Path) -> Result<(), Failure> {
    let validity = certificate.tbs().validity();
    let (from, until) = (validity.not_before.time, validity.not_after.time);
    let subject = certificate.tbs().subject();
    if let Some(ago) = now.since(until).filter(|ago| !ago.is_zero()) {
        let ago = days(ago.as_secs() / 86_400);
        let message =
            format!("certificate expired: {subject}, checked at {now}, valid until {until} ({ago} ago)");
        let hint = format!("renew it where it was signed, and put the new one at {}", path.display());
        return Err(Failure::refused(message).hint(hint));
    }
    if let Some(ahead) = from.since(now).filter(|ahead| !ahead.is_zero()) {
        let ahead = days(ahead.as_secs() / 86_400);
        let message =
            format!("certificate not valid yet: {subject}, checked at {now}, valid from {from} (in {ahead})");
        return Err(Failure::refused(message).hint("look at this machine's clock: date -u"));
    }
    Ok(())
}

/// What no client accepts from a server.
fn require_usable(leaf: &Certificate<'_>) -> Result<(), Failure> {
    let extensions = leaf.tbs().extensions();
    let usages = extensions.decode::<ExtendedKeyUsage<'_>>().map_err(|error| unreadable(&error))?;
    if let Some(usages) = usages
        && !usages.value.iter().any(|usage| usage == oid::SERVER_AUTH || usage == oid::ANY_EXTENDED_KEY_USAGE)
    {
        let message = "the certificate is not for servers: its extended key usage lacks serverAuth";
        return Err(Failure::refused(message).hint("have it signed under a profile for servers"));
    }
    let constraints = extensions.decode::<BasicConstraints>().map_err(|error| unreadable(&error))?;
    if constraints.is_some_and(|constraints| constraints.value.ca) {
        return Err(Failure::refused("the certificate is a CA's (CA:TRUE), not a server's")
            .hint("keep the CA's key away from servers, and have a certificate signed for this one"));
    }
    Ok(())
}

fn unreadable(error: &x509::Error) -> Failure {
    Failure::could_not("cannot read an extension of the certificate").because(error)
}

fn remarks_on(leaf: &Certificate<'_>, asked: &[String], now: Time) -> Vec<String> {
    let mut remarks = Vec::new();
    let until = leaf.tbs().validity().not_after.time;
    if let Some(left) = until.since(now).map(|left| left.as_secs() / 86_400)
        && left < REMINDER_DAYS
    {
        remarks.push(format!("the certificate expires in {} (at {until})", days(left)));
    }
    let names = names_of(leaf);
    if names.is_empty() {
        remarks.push("the certificate has no subjectAltName: clients accept it under no name".to_owned());
    }
    for name in asked {
        let presented = PeerName::parse(name).is_ok_and(|name| name.is_presented_by(leaf));
        if !presented && !names.is_empty() {
            remarks.push(format!("the certificate is not for {name}: it is for {}", names.join(", ")));
        }
    }
    remarks
}

/// The DNS names and addresses of the subjectAltName.
fn names_of(leaf: &Certificate<'_>) -> Vec<String> {
    let Ok(Some(names)) = leaf.tbs().extensions().decode::<SubjectAltName<'_>>() else { return Vec::new() };
    let texts = names.value.iter().filter_map(|name| match name {
        GeneralName::Dns(dns) => Some(dns.to_owned()),
        GeneralName::Ip(_) => name.ip().map(|ip| ip.to_string()),
        _ => None,
    });
    texts.collect()
}

fn days(number: u64) -> String {
    match number {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        more => format!("{more} days"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Self-signed, for localhost and 127.0.0.1, from 2026-11-22 to 2126-10-29.
    const CERTIFICATE: &[u8] = include_bytes!("../../../../http/tests/it/localhost.pem");
    const KEY: &[u8] = include_bytes!("../../../../http/tests/it/localhost-key.pem");

    fn load(asked: &[&str], at: &str) -> Result<Imported, Failure> {
        let place = tempfile::tempdir().unwrap();
        let (chain, key) = (place.path().join("chain.pem"), place.path().join("key.pem"));
        std::fs::write(&chain, CERTIFICATE).unwrap();
        std::fs::write(&key, KEY).unwrap();
        std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let asked: Vec<String> = asked.iter().map(ToString::to_string).collect();
        Source { chain, key, passphrase: None }.load(&asked, Time::parse(at).unwrap())
    }

    #[test]
    fn a_certificate_is_refused_outside_its_time_with_the_moments_in_words() {
        let check = |at: &str, expect: &str| {
            let failure = load(&[], at).unwrap_err();
            assert_eq!((failure.message.as_str(), failure.exit_code()), (expect, 1));
        };
        check(
            "2126-11-01",
            "certificate expired: CN=localhost, checked at 2126-11-01T00:00:00Z, \
             valid until 2126-10-29T04:23:00Z (2 days ago)",
        );
        check(
            "2026-11-20",
            "certificate not valid yet: CN=localhost, checked at 2026-11-20T00:00:00Z, \
             valid from 2026-11-22T04:23:00Z (in 2 days)",
        );
    }

    #[test]
    fn what_does_not_stand_in_the_way_is_remarked() {
        let check = |asked: &[&str], at: &str, expect: &[&str]| {
            let imported = load(asked, at).unwrap();
            assert_eq!(imported.names, ["localhost", "127.0.0.1"]);
            assert_eq!(imported.remarks, expect);
        };
        check(&[], "2030-01-01", &[]);
        check(&["localhost", "127.0.0.1"], "2030-01-01", &[]);
        let other = "the certificate is not for files.internal: it is for localhost, 127.0.0.1";
        check(&["files.internal"], "2030-01-01", &[other]);
        check(&[], "2126-10-28", &["the certificate expires in 1 day (at 2126-10-29T04:23:00Z)"]);
    }
}
