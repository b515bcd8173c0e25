// SPDX-License-Identifier: MIT OR Apache-2.0
//! `--url`: where an authority publishes, or that it does not.

use std::str::FromStr;

use authority::{BaseUrl, publication};

/// What is to be known of a base that only this machine can use.
pub(crate) fn loopback(base: &BaseUrl) -> String {
    format!("this machine alone; for others: chancery ca url http://HOST:{}", base.port())
}

/// What `--url` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UrlArg {
    /// There.
    At(BaseUrl),
    /// Nowhere: certificates say nothing.
    None,
}

impl UrlArg {
    /// The base, if there is one.
    pub(crate) fn base(self) -> Option<BaseUrl> {
        match self {
            Self::At(base) => Some(base),
            Self::None => None,
        }
    }
}

impl FromStr for UrlArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            text => {
                let help = |problem| format!("{problem}; write it as http://HOST:PORT, or none");
                text.parse().map(Self::At).map_err(help)
            }
        }
    }
}

/// The base on this machine when nobody says another: by its name at the usual port, or for itself alone where it has
/// no name that a URL can carry.
pub(crate) fn of_this_machine(host_name: Option<&str>) -> Option<BaseUrl> {
    let at = |host| BaseUrl::at(host, publication::PORT).ok();
    host_name.and_then(at).or_else(|| at("localhost"))
}
