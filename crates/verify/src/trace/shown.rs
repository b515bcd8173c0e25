// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a step shows, kept as it was found and put into words when it is read: most traces are kept for
//! the day on which someone asks.

use std::borrow::Cow;
use std::fmt;

use x509::der::{Reader, Tag, Writer};
use x509::ext::{ExtendedKeyUsage, KeyUsage};
use x509::{GeneralName, Name, Oid, Serial, Time, TimeForm};

use crate::decoded::{bounded, text};
use crate::peer_name::PeerName;

/// A value in a [`Step`](super::Step). [`Display`](fmt::Display) puts it into words, of bounded length
/// whatever the certificate says.
#[derive(Clone, PartialEq, Eq)]
pub struct Shown(Value);

/// Up to how many octets of a certificate are kept as they are; of what is longer, only the words.
const KEPT: usize = 512;

#[derive(Clone, PartialEq, Eq)]
enum Value {
    Text(Cow<'static, str>),
    /// Words, and a moment.
    Moment(&'static str, Time),
    /// A moment, and words.
    OnThe(Time, &'static str),
    /// One end of validity, and how it is written.
    Encoded(&'static str, Time, TimeForm),
    /// A number, and of what.
    Count(usize, &'static str),
    AtMost(u32),
    PathLength(u32, &'static str),
    /// Words, and uses of a key.
    Usage(&'static str, KeyUsage),
    /// Words, and identifiers in DER.
    Listed(&'static str, Box<[u8]>),
    /// Policies that are asserted, NULL, and those that are valid; each the first few in DER.
    Policies(Box<[u8]>),
    /// An extension, and whether it is critical.
    Criticality(&'static str, bool),
    Algorithm(Box<[u8]>),
    Name(Box<[u8]>),
    SignedBy(Box<[u8]>),
    ConstraintsOf(Box<[u8]>),
    Serial(Box<[u8]>),
    Dns(Box<str>),
    Peer(PeerName),
}

impl Shown {
    /// `valid from 2026-11-22T10:00:00Z`.
    pub(crate) const fn moment(words: &'static str, time: Time) -> Self {
        Self(Value::Moment(words, time))
    }

    /// `2026-11-22T10:00:00Z or before`.
    pub(crate) const fn on_the(time: Time, words: &'static str) -> Self {
        Self(Value::OnThe(time, words))
    }

    /// `notBefore 2026-11-22T10:00:00Z as UTCTime`.
    pub(crate) const fn encoded(end: &'static str, time: Time, form: TimeForm) -> Self {
        Self(Value::Encoded(end, time, form))
    }

    /// `20 octets`.
    pub(crate) const fn count(number: usize, of: &'static str) -> Self {
        Self(Value::Count(number, of))
    }

    /// `at most 20`.
    pub(crate) const fn at_most(number: u32) -> Self {
        Self(Value::AtMost(number))
    }

    /// `pathLenConstraint 0 without cA`.
    pub(crate) const fn path_length(length: u32, place: &'static str) -> Self {
        Self(Value::PathLength(length, place))
    }

    /// `cA true with keyUsage keyCertSign`.
    pub(crate) const fn usage(words: &'static str, usage: KeyUsage) -> Self {
        Self(Value::Usage(words, usage))
    }

    /// `serverAuth, clientAuth`.
    pub(crate) fn purposes(usage: &ExtendedKeyUsage<'_>) -> Self {
        Self::kept(usage.content(), |content| Value::Listed("", content))
    }

    /// `asserted: anyPolicy; valid: none`. The first few of each are kept, and whether there are more.
    pub(crate) fn policies<'p>(
        asserted: Option<impl Iterator<Item = Oid<'p>>>,
        valid: impl Iterator<Item = Oid<'p>>,
    ) -> Self {
        let kept = Writer::build(|writer| {
            asserted.into_iter().flatten().take(LISTED_AND_ONE).for_each(|policy| writer.oid(policy));
            writer.null();
            valid.take(LISTED_AND_ONE).for_each(|policy| writer.oid(policy));
        });
        Self(Value::Policies(kept.into()))
    }

    /// `one of anyPolicy, 1.2.3`: words, and the first few.
    pub(crate) fn listed<'p>(words: &'static str, policies: impl Iterator<Item = Oid<'p>>) -> Self {
        let kept =
            Writer::build(|writer| policies.take(LISTED_AND_ONE).for_each(|policy| writer.oid(policy)));
        Self(Value::Listed(words, kept.into()))
    }

    /// `freshestCRL critical`.
    pub(crate) const fn criticality(extension: &'static str, critical: bool) -> Self {
        Self(Value::Criticality(extension, critical))
    }

    /// `ecdsa-with-SHA256`.
    pub(crate) fn algorithm(oid: Oid<'_>) -> Self {
        Self::kept(oid.content(), Value::Algorithm)
    }

    /// `CN=a.test`, or that the name is empty.
    pub(crate) fn name(name: &Name<'_>) -> Self {
        Self::kept(name.raw(), Value::Name)
    }

    /// `signed by CN=Root`.
    pub(crate) fn signed_by(name: &Name<'_>) -> Self {
        Self::kept(name.raw(), Value::SignedBy)
    }

    /// `names that the constraints of CN=Root allow`.
    pub(crate) fn constraints_of(name: &Name<'_>) -> Self {
        Self::kept(name.raw(), Value::ConstraintsOf)
    }

    /// `4f00a1`.
    pub(crate) fn serial(serial: Serial<'_>) -> Self {
        Self::kept(serial.content(), Value::Serial)
    }

    /// `dns:a.test`.
    pub(crate) fn dns(name: &str) -> Self {
        if name.len() > KEPT {
            Self::from(bounded(GeneralName::Dns(name)))
        } else {
            Self(Value::Dns(name.into()))
        }
    }

    /// `a.test`.
    pub(crate) fn peer(name: &PeerName) -> Self {
        Self(Value::Peer(name.clone()))
    }

    /// The octets, unless they are many; then what they say.
    fn kept(octets: &[u8], value: fn(Box<[u8]>) -> Value) -> Self {
        let whole = Self(value(octets.into()));
        if octets.len() > KEPT { Self::from(whole.to_string()) } else { whole }
    }

    /// The words.
    pub(crate) fn into_text(self) -> Cow<'static, str> {
        if let Value::Text(text) = self.0 { text } else { Cow::Owned(self.to_string()) }
    }
}

impl<T: Into<Cow<'static, str>>> From<T> for Shown {
    fn from(text: T) -> Self {
        Self(Value::Text(text.into()))
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Value::Text(text) => f.write_str(text),
            Value::Moment(words, time) => write!(f, "{words} {time}"),
            Value::OnThe(time, words) => write!(f, "{time} {words}"),
            Value::Encoded(end, time, TimeForm::Utc) => write!(f, "{end} {time} as UTCTime"),
            Value::Encoded(end, time, TimeForm::Generalized) => {
                write!(f, "{end} {time} as GeneralizedTime")
            }
            Value::Count(number, of) => write!(f, "{number} {of}"),
            Value::AtMost(number) => write!(f, "at most {number}"),
            Value::PathLength(length, place) => write!(f, "pathLenConstraint {length} {place}"),
            Value::Usage("", usage) => write!(f, "{usage}"),
            Value::Usage(words, usage) => write!(f, "{words} with keyUsage {usage}"),
            Value::Listed(words, content) => {
                f.write_str(words)?;
                write_list(f, &mut Reader::new(content))
            }
            Value::Policies(content) => {
                let mut reader = Reader::new(content);
                f.write_str("asserted: ")?;
                write_list(f, &mut reader)?;
                f.write_str("; valid: ")?;
                write_list(f, &mut reader)
            }
            Value::Criticality(extension, true) => write!(f, "{extension} critical"),
            Value::Criticality(extension, false) => write!(f, "{extension} not critical"),
            Value::Algorithm(content) => {
                Oid::from_content(content).map_or(Ok(()), |oid| f.write_str(&called(oid)))
            }
            Value::Name(raw) => f.write_str(&name(raw)),
            Value::SignedBy(raw) => write!(f, "signed by {}", name(raw)),
            Value::ConstraintsOf(raw) => write!(f, "names that the constraints of {} allow", name(raw)),
            Value::Serial(content) => f.write_str(&bounded(Serial::from_content(content))),
            Value::Dns(name) => write!(f, "{}", GeneralName::Dns(name)),
            Value::Peer(name) => write!(f, "{name}"),
        }
    }
}

/// As the words.
impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// A name in DER as text.
fn name(raw: &[u8]) -> String {
    Name::parse(raw).map(|name| text(&name)).unwrap_or_default()
}

/// What people call an identifier.
fn called(oid: Oid<'_>) -> Cow<'static, str> {
    oid.name().map_or_else(|| oid.to_string().into(), Cow::Borrowed)
}

/// How many identifiers of a list are shown.
const LISTED: usize = 8;
/// What is kept of one: whether there are more is shown as well.
const LISTED_AND_ONE: usize = LISTED + 1;

/// The first few identifiers, by name, as far as the end or a NULL, which is passed.
fn write_list(f: &mut fmt::Formatter<'_>, reader: &mut Reader<'_>) -> fmt::Result {
    let mut place = 0_usize;
    while reader.peek() == Some(Tag::OBJECT_IDENTIFIER) {
        let Ok(listed) = reader.oid() else { return Ok(()) };
        match place {
            0 => write!(f, "{}", called(listed))?,
            1..LISTED => write!(f, ", {}", called(listed))?,
            LISTED => f.write_str(", …")?,
            _ => {}
        }
        place = place.saturating_add(1);
    }
    let _end = reader.null();
    if place == 0 { f.write_str("none") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use x509::{KnownExtension as _, oid};

    #[test]
    fn values_are_put_into_words() {
        let check = |shown: Shown, expect: &str| assert_eq!(shown.to_string(), expect);
        let time = Time::from_unix(1_795_341_600);
        check(Shown::from("none"), "none");
        check(Shown::moment("valid from", time), "valid from 2026-11-22T10:00:00Z");
        check(Shown::on_the(time, "or after"), "2026-11-22T10:00:00Z or after");
        check(Shown::encoded("notBefore", time, TimeForm::Utc), "notBefore 2026-11-22T10:00:00Z as UTCTime");
        check(Shown::usage("", KeyUsage::CRL_SIGN), "cRLSign");
        check(Shown::usage("cA true", KeyUsage::CRL_SIGN), "cA true with keyUsage cRLSign");
        check(Shown::algorithm(oid::ED25519), "Ed25519");
        check(Shown::dns("a\n.test"), "dns:a\\n.test");
        check(Shown::name(&Name::parse(&[0x30, 0]).unwrap()), "an empty name");
        let policies = |asserted: usize, valid: usize| {
            let policy = |count| std::iter::repeat_n(oid::ANY_POLICY, count);
            Shown::policies(Some(policy(asserted)), policy(valid))
        };
        check(policies(1, 0), "asserted: anyPolicy; valid: none");
        check(
            Shown::policies(None::<std::iter::Empty<_>>, [oid::OCSP].into_iter()),
            "asserted: none; valid: OCSP",
        );
        check(policies(9, 1), &format!("asserted: {}, …; valid: anyPolicy", ["anyPolicy"; 8].join(", ")));
        check(Shown::listed("one of ", [oid::ANY_POLICY, oid::OCSP].into_iter()), "one of anyPolicy, OCSP");
        let listed = |count: usize| {
            let encoded = ExtendedKeyUsage::encode(&vec![oid::SERVER_AUTH; count]);
            Shown::purposes(&ExtendedKeyUsage::decode(&encoded).unwrap())
        };
        check(listed(2), "serverAuth, serverAuth");
        check(listed(8), &["serverAuth"; 8].join(", "));
        check(listed(9), &format!("{}, …", ["serverAuth"; 8].join(", ")));
        check(listed(100), &format!("{}, …", ["serverAuth"; 8].join(", ")));
        assert!(size_of::<Shown>() <= 40, "{}", size_of::<Shown>());
    }

    #[test]
    fn what_is_long_is_kept_as_bounded_words() {
        let shown = Shown::serial(Serial::from_content(&[0x55; 50_000]));
        assert!(matches!(shown.0, Value::Text(_)) && shown.to_string().len() < 600);
        assert!(Shown::dns(&"a".repeat(50_000)).to_string().len() < 600);
    }
}
