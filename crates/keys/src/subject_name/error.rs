// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why text is no name for a certificate.

/// A name that was refused, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no name for a certificate: {problem}")]
pub struct SubjectNameError {
    name: String,
    problem: NameProblem,
}

impl SubjectNameError {
    /// How much of a name goes into an error.
    const SHOWN: usize = 100;

    pub(super) fn new(name: &str, problem: NameProblem) -> Self {
        let mut shown: String = name.chars().take(Self::SHOWN).collect();
        if shown.len() < name.len() {
            shown.push('…');
        }
        Self { name: shown, problem }
    }

    /// The name, its end left out when it is long.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn problem(&self) -> &NameProblem {
        &self.problem
    }
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// A URL.
    #[error("it is a URL, give the host alone")]
    Url,
    /// A host and a port.
    #[error("it has a port, give the host alone")]
    Port,
    /// A path, or an address range.
    #[error("it has a slash, give one host or one address")]
    Path,
    /// Something with colons or brackets that is no address.
    #[error("it is not an IP address")]
    Address,
    /// A last label that is a number, which no DNS name has (RFC 3696 §2). A sound address in a dNSName too.
    #[error("its last label is a number: that is no DNS name, and an IPv4 address stands in an iPAddress")]
    LooksLikeAddress,
    /// A DNS name or mail domain beyond ASCII.
    #[error("it is not ASCII, give an internationalised name as its A-label (xn--…)")]
    NotAscii,
    /// A mail address whose local part is beyond ASCII: that would be a SmtpUTF8Mailbox (RFC 9598).
    #[error("the part before the @ is not ASCII, which an rfc822Name cannot carry")]
    LocalPartNotAscii,
    /// A DNS name of more than 253 octets (RFC 1035 §2.3.4).
    #[error("it has {found} octets, a DNS name has at most 253")]
    TooLong {
        /// Its length in octets.
        found: usize,
    },
    /// A label without characters: two dots in a row, or a leading one.
    #[error("it has an empty label")]
    EmptyLabel,
    /// A trailing dot, which a dNSName never has.
    #[error("it ends with a dot, write it without")]
    TrailingDot,
    /// A label of more than 63 octets (RFC 1035 §2.3.4).
    #[error("the label {label} has {found} octets, at most 63 are allowed")]
    LabelTooLong {
        /// The label.
        label: String,
        /// Its length in octets.
        found: usize,
    },
    /// A hyphen at the start or end of a label (RFC 1123 §2.1).
    #[error("the label {label} starts or ends with a hyphen")]
    Hyphen {
        /// The label.
        label: String,
    },
    /// A character that host names do not have (RFC 1123 §2.1).
    #[error("{character:?} is not a letter, digit or hyphen")]
    Character {
        /// The character.
        character: char,
    },
    /// A label that says it is an A-label and decodes to nothing (RFC 5890 §2.3.2.1).
    #[error("the label {label} is not a well-formed A-label")]
    ALabel {
        /// The label.
        label: String,
    },
    /// A star elsewhere than as the whole first label, or with nothing behind it (RFC 9525 §6.3).
    #[error("a star stands as the whole first label with a name behind it, as in *.a.test, or nowhere")]
    Wildcard,
    /// A mail address whose local part is not a dot-string of at most 64 octets (RFC 5321 §4.1.2).
    #[error("the part before the @ is not a plain mailbox of 1 to 64 characters")]
    LocalPart,
    /// A form of name that is not used.
    #[error("it is neither a DNS name, an IP address nor a mail address")]
    Form,
}
