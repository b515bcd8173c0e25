// SPDX-License-Identifier: MIT OR Apache-2.0
//! Why bytes could not be read as what they claim to be.

use crate::der::Tag;

/// A reading that failed: in which field, at which byte, and what was wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem} at byte {offset}")]
pub struct Error {
    field: &'static str,
    offset: usize,
    problem: Problem,
}

impl Error {
    /// A problem found `offset` bytes into the value being read, in a field not yet named.
    #[must_use]
    pub const fn new(problem: Problem, offset: usize) -> Self {
        Self { field: "", offset, problem }
    }

    /// The field in which reading failed, such as `subjectAltName`; empty when nobody named it.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// How many bytes into the outermost value given to the reader the problem was found.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// What was wrong.
    #[must_use]
    pub const fn problem(&self) -> Problem {
        self.problem
    }
}

/// Names the field that was being read; the innermost name stays.
pub trait Within {
    /// The same result, its error bound to `field`.
    #[must_use]
    fn within(self, field: &'static str) -> Self;
}

impl<T> Within for Result<T, Error> {
    #[inline]
    fn within(self, field: &'static str) -> Self {
        self.map_err(|error| if error.field.is_empty() { Error { field, ..error } } else { error })
    }
}

/// One way in which bytes break the encoding rules (X.690) or the ASN.1 of RFC 5280, RFC 2986 and RFC 6960.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The input ends inside a value.
    #[error("truncated: {wanted} more bytes expected, {left} left")]
    Truncated {
        /// Bytes that the header promises.
        wanted: usize,
        /// Bytes that are there.
        left: usize,
    },
    /// Another type stands where this one belongs.
    #[error("expected {expected}, found {found}")]
    UnexpectedTag {
        /// The type that the ASN.1 asks for.
        expected: Tag,
        /// The type found.
        found: Tag,
    },
    /// The value is missing altogether.
    #[error("expected {expected}, found the end")]
    Missing {
        /// The type that the ASN.1 asks for.
        expected: Tag,
    },
    /// Bytes follow where the value should end.
    #[error("{count} trailing bytes")]
    TrailingBytes {
        /// How many bytes follow.
        count: usize,
    },
    /// A tag number of 31 or more, which nothing in X.509 uses.
    #[error("tag in the high-number form")]
    HighTagNumber,
    /// A length in the indefinite form (X.690 §10.1).
    #[error("indefinite length, forbidden by DER")]
    IndefiniteLength,
    /// A length in more octets than it needs (X.690 §10.1).
    #[error("length not in its shortest form, as DER demands")]
    LengthNotMinimal,
    /// A length of more than four octets.
    #[error("length over 4 GiB")]
    LengthTooLarge,
    /// A BOOLEAN that is neither 00 nor FF (X.690 §11.1).
    #[error("BOOLEAN is {value:#04x}, DER allows 0x00 and 0xff")]
    BooleanValue {
        /// The octet found.
        value: u8,
    },
    /// A value of the wrong size for its type.
    #[error("{what} of {length} bytes")]
    WrongLength {
        /// The type.
        what: &'static str,
        /// Its length as found, in bytes.
        length: usize,
    },
    /// An INTEGER with superfluous leading octets (X.690 §8.3.2).
    #[error("INTEGER not in its shortest form")]
    IntegerNotMinimal,
    /// A negative INTEGER where only zero and up make sense.
    #[error("negative INTEGER")]
    IntegerNegative,
    /// An INTEGER that is larger than the field can mean.
    #[error("INTEGER over {limit}")]
    IntegerTooLarge {
        /// The largest value read.
        limit: u32,
    },
    /// A BIT STRING whose count of unused bits is over 7, or whose unused bits are not zero (X.690 §11.2.1).
    #[error("BIT STRING with a wrong count of unused bits, or unused bits that are not zero")]
    BitStringPadding,
    /// A list of named bits with trailing zero bits (X.690 §11.2.2).
    #[error("named bits with trailing zero bits, forbidden by DER")]
    NamedBitsTrailingZero,
    /// A BIT STRING that does not end at a whole octet where one must.
    #[error("BIT STRING does not end at a whole octet")]
    BitStringNotOctets,
    /// An OBJECT IDENTIFIER that is empty, cut off, or padded (X.690 §8.19).
    #[error("malformed OBJECT IDENTIFIER")]
    ObjectIdentifier,
    /// NULL with content.
    #[error("NULL with content")]
    NullContent,
    /// A time that is not YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, or no such moment (RFC 5280 §4.1.2.5).
    #[error("malformed time: it must be YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ and exist")]
    Time,
    /// A string with characters outside its alphabet.
    #[error("{what} holds a character outside its alphabet")]
    StringAlphabet {
        /// The string type.
        what: &'static str,
    },
    /// A field at its DEFAULT, which DER leaves out (X.690 §11.5).
    #[error("a DEFAULT value is encoded, forbidden by DER")]
    DefaultEncoded,
    /// A SET OF whose members are not in ascending order (X.690 §11.6).
    #[error("SET OF not in ascending order, as DER demands")]
    SetOrder,
    /// A list that must have a member has none.
    #[error("empty list, at least one member expected")]
    EmptyList,
    /// A list with more members than we read.
    #[error("more than {limit} members")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// A version number that does not exist.
    #[error("version {found} does not exist")]
    UnknownVersion {
        /// The number as encoded (0 is v1).
        found: u32,
    },
    /// A reason for revocation that does not exist (RFC 5280 §5.3.1).
    #[error("reason {found} does not exist")]
    UnknownReason {
        /// Its number.
        found: u8,
    },
    /// A status of an OCSP response that does not exist (RFC 6960 §4.2.1).
    #[error("response status {found} does not exist")]
    UnknownResponseStatus {
        /// Its number.
        found: u8,
    },
    /// An OCSP response of a type other than id-pkix-ocsp-basic (RFC 6960 §4.2.1).
    #[error("response type other than id-pkix-ocsp-basic")]
    UnknownResponseType,
    /// The same extension twice (RFC 5280 §4.2).
    #[error("the same extension appears twice")]
    DuplicateExtension,
    /// The same attribute twice in a request.
    #[error("the same attribute appears twice")]
    DuplicateAttribute,
    /// A distribution point with neither a name nor a cRLIssuer.
    #[error("distribution point with neither distributionPoint nor cRLIssuer")]
    NoPointName,
    /// An IP address of neither 4 nor 16 octets, or a range of neither 8 nor 32 (RFC 5280 §4.2.1.6, §4.2.1.10).
    #[error("IP address field of {length} octets")]
    IpLength {
        /// Its length in octets.
        length: usize,
    },
    /// An IP range whose mask is not contiguous (RFC 5280 §4.2.1.10 with RFC 4632).
    #[error("IP range with a mask that is not contiguous")]
    IpMask,
    /// A choice that the ASN.1 does not offer.
    #[error("{found} is no choice here")]
    UnknownChoice {
        /// The tag found.
        found: Tag,
    },
}
