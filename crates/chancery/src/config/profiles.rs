// SPDX-License-Identifier: MIT OR Apache-2.0
//! `[profile.NAME]`: profiles beside those that ship.

use authority::profile::{Role, Webpki};
use authority::{NameKind, Profile, ProfileConfig, Profiles};
use x509::ext::KeyUsage;

use super::document::{Placed, Problem, Section};
use super::rules::{key_usages, purposes};

const KEYS: &[&str] = &["extends", "days", "max_days", "names", "key_usages", "purposes", "webpki"];

/// Reads those of a file.
pub(super) fn read(root: &Section<'_>) -> Result<Profiles, Problem> {
    let mut profiles = Profiles::shipped();
    for (name, section) in root.named("profile")? {
        let config = config(name, &section)?;
        let profile = Profile::from_config(config).map_err(|error| section.problem(error.to_string()))?;
        profiles.add(profile).map_err(|error| section.problem(error.to_string()))?;
    }
    Ok(profiles)
}

fn config(name: &str, section: &Section<'_>) -> Result<ProfileConfig, Problem> {
    section.require_known(KEYS)?;
    let extends = section.required("extends")?;
    let base = ProfileConfig::of(extends.value).ok_or_else(|| {
        let message = format!(
            "no profile that ships is called {:?}: there are {}",
            extends.value,
            Profile::NAMES.join(", ")
        );
        section.problem_at(&extends, message)
    })?;
    let is_authority = matches!(base.role, Role::Authority { .. });
    let mut config = ProfileConfig { name: name.to_owned(), ..base };
    if let Some(days) = section.number("days")? {
        config.default_days = days;
        config.maximum_days = config.maximum_days.max(days);
    }
    if let Some(days) = section.number("max_days")? {
        config.maximum_days = days;
        if section.number("days")?.is_none() {
            config.default_days = config.default_days.min(days);
        }
    }
    for key in ["names", "key_usages", "purposes", "webpki"] {
        if is_authority && section.has(key) {
            let message = format!("{key} is not to be chosen for an authority");
            return Err(section.problem_with(key, message));
        }
    }
    if let Some(forms) = section.texts("names")? {
        config.names = forms.iter().map(|form| form_of(section, form)).collect::<Result<_, _>>()?;
    }
    if let Some(usages) = key_usages(section)? {
        // Keys are enciphered with RSA alone.
        let (rsa, all): (Vec<_>, Vec<_>) =
            usages.into_iter().partition(|usage| *usage == KeyUsage::KEY_ENCIPHERMENT);
        let together = |usages: Vec<KeyUsage>| usages.into_iter().fold(KeyUsage::default(), KeyUsage::and);
        config.key_usage = together(all);
        config.key_usage_rsa = together(rsa);
    }
    if let Some(purposes) = purposes(section)? {
        config.purposes = purposes;
    }
    if let Some(webpki) = section.flag("webpki")? {
        config.webpki = if webpki.value { Webpki::Required } else { Webpki::Remarked };
    }
    Ok(config)
}

fn form_of(section: &Section<'_>, form: &Placed<&str>) -> Result<NameKind, Problem> {
    match form.value {
        "dns" => Ok(NameKind::Dns),
        "ip" => Ok(NameKind::Ip),
        "email" => Ok(NameKind::Email),
        other => {
            Err(section.problem_at(form, format!("{other:?} is no form of name: there are dns, ip, email")))
        }
    }
}
