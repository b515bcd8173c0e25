// SPDX-License-Identifier: MIT OR Apache-2.0
//! Extensions: read, and put into words.

mod value;
mod words;

use serde::Serialize;
use x509::ext::BasicConstraints;
use x509::{Extension, Extensions};

pub use value::ExtensionValue;

use crate::text::{Line, Role, Text};

/// One extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExtensionFacts {
    /// Its identifier, dotted.
    pub oid: String,
    /// Its name, when it is known.
    pub name: Option<&'static str>,
    /// Whether whoever does not know it must refuse the certificate.
    pub critical: bool,
    /// What it says.
    pub value: ExtensionValue,
}

impl ExtensionFacts {
    /// Reads an extension.
    #[must_use]
    pub fn of(extension: &Extension<'_>) -> Self {
        Self {
            oid: extension.oid.to_string(),
            name: extension.oid.name(),
            critical: extension.critical,
            value: ExtensionValue::of(extension),
        }
    }

    /// Its name and flag, and what it says in words below.
    #[must_use]
    pub fn text(&self) -> Text {
        let mut text = Text::new();
        let name = self.name.unwrap_or(&self.oid);
        let mut line = Line::new(0, 2).plain(name);
        if self.critical {
            line = line.span(Role::Note, " critical");
        }
        text.push(line);
        let role = if matches!(self.value, ExtensionValue::Malformed { .. }) { Role::Bad } else { Role::Dim };
        for words in self.value.in_words() {
            text.push(Line::new(2, 0).span(role, words));
        }
        text
    }
}

/// Whether basicConstraints says that the subject is a CA.
pub(crate) fn is_ca(extensions: &Extensions<'_>) -> bool {
    matches!(extensions.decode::<BasicConstraints>(), Ok(Some(found)) if found.value.ca)
}
