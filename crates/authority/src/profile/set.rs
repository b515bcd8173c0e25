// SPDX-License-Identifier: MIT OR Apache-2.0
//! The profiles that there are: those that ship, and those that somebody wrote down.

use super::{Profile, builtin};
use crate::error::ProfileError;

/// Profiles, each of its own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profiles {
    known: Vec<Profile>,
}

impl Profiles {
    /// Those that ship.
    #[must_use]
    pub fn shipped() -> Self {
        Self { known: builtin::NAMES.iter().filter_map(|name| Profile::named(name).ok()).collect() }
    }

    /// Adds one.
    ///
    /// # Errors
    /// There is one of its name.
    pub fn add(&mut self, profile: Profile) -> Result<(), ProfileError> {
        if profile.name() == builtin::RESPONDER || self.named(profile.name()).is_ok() {
            return Err(ProfileError::Taken { profile: profile.name().to_owned() });
        }
        self.known.push(profile);
        Ok(())
    }

    /// The one of this name.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn named(&self, name: &str) -> Result<&Profile, ProfileError> {
        let found = self.known.iter().find(|profile| profile.name() == name);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.iter().map(Profile::name).collect();
            ProfileError::Unknown { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// All of them, those that ship first.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.known.iter()
    }
}

impl Default for Profiles {
    fn default() -> Self {
        Self::shipped()
    }
}
