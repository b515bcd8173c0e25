// SPDX-License-Identifier: MIT OR Apache-2.0
//! The names in certificates, as people write them.

use x509::GeneralName;
use x509::ext::SubjectAltName;
use x509::{Extensions, Name};

/// A name as people write it: `localhost`, `10.0.0.1`, `10.0.0.0/8`; forms that are neither DNS nor an
/// address keep their prefix: `email:a@b.test`.
#[must_use]
pub fn told(name: &GeneralName<'_>) -> String {
    let text = name.to_string();
    let bare = match name {
        GeneralName::Dns(_) => text.strip_prefix("dns:"),
        GeneralName::Ip(_) => text.strip_prefix("ip:"),
        _ => None,
    };
    match bare {
        Some("") => "(empty)".to_owned(),
        Some(bare) => bare.to_owned(),
        None => text,
    }
}

/// A subtree of constraints: a DNS base stands for itself and everything below it.
pub(crate) fn subtree(base: &GeneralName<'_>) -> String {
    match base {
        GeneralName::Dns("") => "every DNS name".to_owned(),
        GeneralName::Ip(octets) if octets.iter().all(|octet| *octet == 0) => {
            format!("every {} address", if octets.len() == 8 { "IPv4" } else { "IPv6" })
        }
        GeneralName::Email("") => "every mail address".to_owned(),
        GeneralName::Directory(name) if name.is_empty() => "every directory name".to_owned(),
        other => told(other),
    }
}

/// The names of a subjectAltName that can be read; none otherwise.
pub(crate) fn alternative_names(extensions: &Extensions<'_>) -> Vec<String> {
    match extensions.decode::<SubjectAltName<'_>>() {
        Ok(Some(san)) => san.value.iter().map(|name| told(&name)).collect(),
        Ok(None) | Err(_) => Vec::new(),
    }
}

/// A distinguished name, or words for the empty one.
#[must_use]
pub fn distinguished(name: &Name<'_>) -> String {
    if name.is_empty() { "(empty)".to_owned() } else { name.to_string() }
}

/// The shortest name by which people know a subject: its common name, else its whole name.
pub(crate) fn short_name(name: &Name<'_>, names: &[String]) -> String {
    match name.common_name() {
        Some(common) if !common.trim().is_empty() => common,
        _ if !name.is_empty() => name.to_string(),
        _ => names.first().cloned().unwrap_or_else(|| "(no name)".to_owned()),
    }
}

/// The common name at the front of a name as RFC 4514 writes it, else the whole of it.
pub(crate) fn leading_common_name(name: &str) -> String {
    let Some(rest) = name.strip_prefix("CN=") else {
        return if name.is_empty() { "(no name)".to_owned() } else { name.to_owned() };
    };
    let mut escaped = false;
    let end = rest.find(|c| {
        let ends = !escaped && matches!(c, ',' | '+');
        escaped = c == '\\' && !escaped;
        ends
    });
    rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_name_is_cut_from_the_front() {
        for (name, expect) in [
            ("CN=Root,O=Example", "Root"),
            ("CN=Example\\, Inc.,C=CH", "Example\\, Inc."),
            ("O=Example,CN=Root", "O=Example,CN=Root"),
            ("CN=a\\\\,C=CH", "a\\\\"),
            ("", "(no name)"),
        ] {
            assert_eq!(leading_common_name(name), expect);
        }
    }
}
