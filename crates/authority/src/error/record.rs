// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why the record did not answer, in words that hold for every store.

use x509::Time;
use x509::ext::ReasonCode;

/// Why nothing was committed, or nothing read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The serial number is in the record already. The batch was not committed.
    #[error("serial number {serial} is in the record already")]
    SerialTaken {
        /// The serial number, hexadecimal.
        serial: String,
    },
    /// No certificate of this issuer has that serial number. The batch was not committed.
    #[error("no certificate with the serial number {serial} was issued")]
    NotIssued {
        /// The serial number, hexadecimal.
        serial: String,
    },
    /// The certificate was taken back already. The batch was not committed.
    #[error("the certificate {serial} was revoked already, at {since} ({reason})")]
    AlreadyRevoked {
        /// The serial number, hexadecimal.
        serial: String,
        /// Since when.
        since: Time,
        /// Why.
        reason: ReasonCode,
    },
    /// The certificate is not on hold: it is good, or revoked for good. The batch was not committed.
    #[error("the certificate {serial} is not on hold")]
    NotOnHold {
        /// The serial number, hexadecimal.
        serial: String,
    },
    /// A CRL with this number, or a larger one, was made already. The batch was not committed.
    #[error("the number {number} of a CRL is not above the last one, {last}")]
    CrlNumber {
        /// The number.
        number: u64,
        /// The last one.
        last: u64,
    },
    /// The issuer was retired, or its certificate revoked. The batch was not committed.
    #[error("the issuer {id} was {what} at {since}, and issues no more")]
    IssuerClosed {
        /// Its identifier, hexadecimal.
        id: String,
        /// `retired` or `revoked`.
        what: &'static str,
        /// Since when.
        since: Time,
    },
    /// An authority above the issuer was revoked. The batch was not committed.
    #[error(
        "the issuer {id} stands below {above}, which was revoked at {since} ({reason}), and issues nothing unless it is \
         certified by another"
    )]
    IssuerBelow {
        /// Its identifier, hexadecimal.
        id: String,
        /// That of the one above.
        above: String,
        /// Since when that is revoked.
        since: Time,
        /// Why.
        reason: ReasonCode,
    },
    /// Another issuer has the name of an authority that is to be certified, or taken in. The batch was not committed.
    #[error(
        "the name {name} is that of issuer {id}, which has another key: by their name alone nobody could tell them apart \
         (RFC 5280 §4.1.2.6)"
    )]
    NameTaken {
        /// The name.
        name: String,
        /// The identifier of the issuer that has it, hexadecimal.
        id: String,
    },
    /// The issuer's key was taken away, and what was signed with it was not to be. The batch was not committed.
    #[error("the key of issuer {id} was taken away: nothing is signed with it until it is brought back")]
    KeyAway {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// A certificate for the same key was revoked because the key was compromised. The batch was not committed.
    #[error("the key was compromised: a certificate for it was revoked at {since}")]
    KeyCompromised {
        /// Since when.
        since: Time,
    },
    /// There is no such issuer, or one that is to be retired was so already. The batch was not committed.
    #[error("there is no issuer {id}, or it was retired already")]
    NoIssuer {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// A CRL that was made since knows of more changes. The batch was not committed.
    #[error(
        "the last CRL was made of the changes up to place {last} of the journal, this one of those up to {through}"
    )]
    CrlBehind {
        /// The last change that it knows of.
        through: u64,
        /// The last one that the CRL before it knows of.
        last: u64,
    },
    /// There is no such token, or it was revoked already. The batch was not committed.
    #[error("there is no token {id} that could be revoked")]
    NoToken {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// There is a token with this identifier. The batch was not committed.
    #[error("there is a token {id} already")]
    TokenTaken {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// There is no such request, or it does not wait any more. The batch was not committed.
    #[error("there is no request {id} that waits to be decided on")]
    NotPending {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// The request waits, but not with the plan that was approved. The batch was not committed.
    #[error("request {id} does not wait with the plan that was approved")]
    AnotherPlan {
        /// Its identifier, hexadecimal.
        id: String,
    },
    /// Nothing is issued any more to whoever asked. The batch was not committed.
    #[error("nothing is issued for request {id} any more: a token asked for it, {because}")]
    RequesterBarred {
        /// Its identifier, hexadecimal.
        id: String,
        /// Why.
        because: String,
    },
    /// Too many requests of whoever asks wait. The batch was not committed.
    #[error("{waiting} requests of the same requester wait to be decided on, and no more are taken")]
    TooManyRequests {
        /// How many wait.
        waiting: usize,
    },
    /// Too much waits to be committed. The batch was not.
    #[error("the record is busy: {waiting} batches wait to be committed")]
    Busy {
        /// How many wait.
        waiting: usize,
    },
    /// The journal has moved on since the caller looked. The batch was not committed.
    #[error("the record has changed meanwhile: {expected} batches were expected, there are {found}")]
    Moved {
        /// The number of batches that the caller saw.
        expected: u64,
        /// The number that there are.
        found: u64,
    },
    /// The record is an older copy of what was committed to. Nothing is, until it is said that it goes on without it.
    #[error(
        "the record is older than what was issued: it ends at batch {found}, and batch {number} was committed at {until}"
    )]
    Behind {
        /// Where it ends.
        found: u64,
        /// The last batch that is known to have been committed.
        number: u64,
        /// When that was.
        until: Time,
    },
    /// Other batches stand in the record than those that were committed. Nothing more is, until it is said that it goes
    /// on without them.
    #[error(
        "the record has another history than what was issued: its batch {number} is not the one that was committed at {until}"
    )]
    Diverged {
        /// The last batch that is known to have been committed.
        number: u64,
        /// When that was.
        until: Time,
    },
    /// Another process, of a newer version, has changed how the record is kept; nothing was written.
    #[error(
        "the record was brought up to schema {found} by a newer version, and this one knows up to {known}"
    )]
    Newer {
        /// Its schema version by now.
        found: i64,
        /// The newest that this version knows.
        known: i64,
    },
    /// No room. Nothing was committed.
    #[error("the disk that holds the record is full")]
    Full,
    /// The system would not write. Nothing was committed.
    #[error("the record could not be written: {detail}")]
    Unwritten {
        /// What the store says.
        detail: String,
    },
    /// The record may be read and not written.
    #[error("the record is read-only")]
    ReadOnly,
    /// Another process holds the record.
    #[error("the record is locked by another process")]
    Locked,
    /// What is stored is not what was written.
    #[error("the record is damaged: {detail}")]
    Corrupt {
        /// What is wrong, where.
        detail: String,
    },
    /// The store has been closed.
    #[error("the record is closed")]
    Closed,
    /// The store failed in another way; whether a batch was committed is not known.
    #[error("the record failed: {action}")]
    Failed {
        /// What was being done.
        action: &'static str,
        /// What the store says.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl RecordError {
    /// Whether it is the batch that cannot be committed, as it stands, to a record that is sound.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::SerialTaken { .. }
                | Self::NotIssued { .. }
                | Self::AlreadyRevoked { .. }
                | Self::NotOnHold { .. }
                | Self::CrlNumber { .. }
                | Self::CrlBehind { .. }
                | Self::IssuerClosed { .. }
                | Self::IssuerBelow { .. }
                | Self::NameTaken { .. }
                | Self::KeyAway { .. }
                | Self::KeyCompromised { .. }
                | Self::NoIssuer { .. }
                | Self::NoToken { .. }
                | Self::TokenTaken { .. }
                | Self::NotPending { .. }
                | Self::AnotherPlan { .. }
                | Self::RequesterBarred { .. }
                | Self::TooManyRequests { .. }
                | Self::Moved { .. }
        )
    }
}
