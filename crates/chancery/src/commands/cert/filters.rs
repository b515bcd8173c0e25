// SPDX-License-Identifier: MIT OR Apache-2.0
//! Which certificates: the options by which they are looked for, the same wherever several are meant.

use authority::search::{IssuerDigits, NamePattern, SerialDigits, Sha256, Span, StandsAs, Within};
use authority::{Page, Question, Record, Search, SearchError, SearchOrder, wait};
use clap::ValueEnum;
use x509::Time;

use crate::data_dir::{Authority, record_failure};
use crate::failure::Failure;

/// The heading of these options.
const HEADING: &str = "Which certificates";

/// Everything that is given must hold.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct Filters {
    /// With this name: db.internal; or one that begins or ends so: 'www.*', '*.example.internal'
    #[arg(long, value_name = "NAME")]
    name: Option<NamePattern>,

    /// With this in one of their names: three letters or more
    #[arg(long, value_name = "PART", value_parser = NamePattern::containing)]
    contains: Option<NamePattern>,

    /// Whose serial numbers begin with these hexadecimal digits
    #[arg(long, value_name = "HEX")]
    serial: Option<SerialDigits>,

    /// With this SHA-256 fingerprint; colons may stand in it
    #[arg(long, value_name = "HEX")]
    fingerprint: Option<Sha256>,

    /// For the key of which this is the SHA-256
    #[arg(long, value_name = "HEX")]
    key: Option<Sha256>,

    /// Of the issuer whose identifier begins so: chancery ca issuer list
    #[arg(long, value_name = "HEX")]
    issuer: Option<IssuerDigits>,

    /// Issued by this profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Approved by somebody of whom the record has this: 'uid 1000', the label of a token
    #[arg(long, value_name = "WHO")]
    by: Option<String>,

    /// That stand so
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Option<Standing>,

    /// That are valid and end within this time: 14d, 6h, 2w
    #[arg(long, value_name = "TIME", conflicts_with_all = ["ends_from", "ends_until"])]
    expiring: Option<Within>,

    /// That have ended: --status expired
    #[arg(long, conflicts_with_all = ["status", "expiring"])]
    expired: bool,

    /// That end at this time or later: 2026-11-22, or 2026-11-22T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = time)]
    ends_from: Option<Time>,

    /// That end before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    ends_until: Option<Time>,

    /// Issued at this time or later
    #[arg(long, value_name = "TIME", value_parser = time)]
    issued_from: Option<Time>,

    /// Issued before this time
    #[arg(long, value_name = "TIME", value_parser = time)]
    issued_until: Option<Time>,
}

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Standing {
    /// Good, and in its time
    #[value(alias = "good")]
    Valid,
    /// Good, and its time has not come
    NotYetValid,
    /// Good, and over
    Expired,
    /// Taken back for good
    Revoked,
    /// On hold
    #[value(alias = "held")]
    OnHold,
}

impl From<Standing> for StandsAs {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Valid => Self::Valid,
            Standing::NotYetValid => Self::NotYetValid,
            Standing::Expired => Self::Expired,
            Standing::Revoked => Self::Revoked,
            Standing::OnHold => Self::OnHold,
        }
    }
}

fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).ok_or_else(|| "write it as 2026-11-22 or 2026-11-22T10:00:00Z".to_owned())
}

impl Filters {
    /// What is asked.
    pub(crate) fn question(&self, now: Time) -> Question {
        let standing = match self.status {
            None if self.expired => Some(StandsAs::Expired),
            None if self.expiring.is_some() => Some(StandsAs::Valid),
            status => status.map(StandsAs::from),
        };
        let ends = match self.expiring {
            Some(within) => Span::ahead(now, within),
            None => Span { from: self.ends_from, until: self.ends_until },
        };
        Question {
            names: [&self.name, &self.contains].into_iter().flatten().cloned().collect(),
            serial: self.serial.clone(),
            fingerprint: self.fingerprint,
            key: self.key,
            issuer: self.issuer.clone(),
            profile: self.profile.clone(),
            requester: self.by.clone(),
            standing,
            ends,
            issued: Span { from: self.issued_from, until: self.issued_until },
        }
    }
}

/// A question that no index answers, with what can be asked instead.
pub(crate) fn unanswered(error: &SearchError) -> Failure {
    let failure = Failure::could_not(error.to_string());
    match error {
        SearchError::NoIndex { .. } => {
            failure.hint("leave the order out; --contains, --profile and --by have the newest first too")
        }
        SearchError::Cursor { .. } => failure.hint("ask from the beginning, without --after"),
        _ => failure,
    }
}

/// The search for a question.
pub(crate) fn search(question: Question, order: Option<SearchOrder>, now: Time) -> Result<Search, Failure> {
    Search::new(question, order, now).map_err(|error| unanswered(&error))
}

/// A page of its answer.
pub(crate) fn page(authority: &Authority, search: Search) -> Result<Page, Failure> {
    wait(authority.record().search(search)).map_err(|error| record_failure(&error, authority.directory()))
}
