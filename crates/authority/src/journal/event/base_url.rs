// SPDX-License-Identifier: MIT OR Apache-2.0
//! Where what the authority publishes is to be found.

use x509::Error;
use x509::der::{Reader, Writer};

use super::{read_text, write_text};
use crate::publication::BaseUrl;

/// The base of the URLs that go into certificates was settled, or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrlSettled {
    /// The base; `None`: no URL goes into certificates.
    pub base: Option<BaseUrl>,
    /// On whose word.
    pub by: String,
}

impl BaseUrlSettled {
    pub(super) fn write(&self, event: &mut Writer) {
        write_text(event, self.base.as_ref().map_or("", BaseUrl::as_str));
        write_text(event, &self.by);
    }

    pub(super) fn read(event: &mut Reader<'_>) -> Result<Self, Error> {
        let at = *event;
        let text = read_text(event)?;
        let refused = || at.error(x509::Problem::StringAlphabet { what: "base URL" });
        let base = match text.as_str() {
            "" => None,
            text => {
                Some(text.parse().ok().filter(|base: &BaseUrl| base.as_str() == text).ok_or_else(refused)?)
            }
        };
        Ok(Self { base, by: read_text(event)? })
    }
}
