// SPDX-License-Identifier: MIT OR Apache-2.0
//! The steps from a module to a signature, each of which says what was found or what comes next.

use std::time::Instant;

use keys::pkcs11::{Limits, Module, Pkcs11Signer, Pkcs11Uri, SlotInfo, Token, TokenError};
use keys::{KeyKind, Signer as _};
use serde::Serialize;
use x509::Certificate;

use crate::context::Context;
use crate::custody::{open_token, token_failure};
use crate::failure::Failure;
use crate::ui::plain;

/// How far one came with a token.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    uri: String,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    /// `module`, `slots`, `token`, `mechanisms`, `login`, `key` or `signature`.
    step: &'static str,
    passed: bool,
    /// What was found, or why it did not go on.
    found: String,
    /// What comes next where it did not.
    next: Vec<String>,
}

/// A key that must be on a token.
#[derive(Debug)]
pub(super) struct Expected {
    uri: Pkcs11Uri,
    /// The key in the certificate, DER.
    public_key: Option<Vec<u8>>,
}

impl Expected {
    /// The key of an issuer with this chain.
    pub(super) fn of(uri: &Pkcs11Uri, chain: &[Vec<u8>]) -> Self {
        let own = chain.first().and_then(|der| Certificate::parse(der).ok());
        let public_key = own.map(|own| own.tbs().subject_public_key_info().raw().to_vec());
        Self { uri: uri.clone(), public_key }
    }
}

impl Checked {
    /// Whether every step was gone.
    pub(super) fn is_ok(&self) -> bool {
        self.steps.iter().all(|step| step.passed)
    }
}

/// Goes the whole way with a token, as far as it goes: with the keys that are expected on it, else with the one that the
/// URI names, else with one that is made for this alone.
pub(super) fn token(uri: &Pkcs11Uri, expected: &[Expected], context: &mut Context) -> Checked {
    let mut walk = Walk { uri, steps: Vec::new() };
    // A step that fails is told, and nothing that needs it is tried.
    if let Ok(token) = walk.reach_token()
        && let Ok(token) = walk.log_in(&token, context)
    {
        walk.sign_with(&token, expected);
    }
    Checked { uri: uri.to_string(), steps: walk.steps }
}

/// That a step failed, which has been told.
struct Stopped;

struct Walk<'a> {
    uri: &'a Pkcs11Uri,
    steps: Vec<Step>,
}

impl Walk<'_> {
    fn reach_token(&mut self) -> Result<Token, Stopped> {
        let no_module = || TokenError::NoModule { uri: self.uri.to_string() };
        let module = self.uri.module_path().ok_or_else(no_module).and_then(Module::load);
        let loaded = module.and_then(|module| Ok((module.info()?, module)));
        let (info, module) = self.gone("module", loaded)?;
        let path = module.path().display();
        self.passed(
            "module",
            format!("{path}: {} {}, PKCS #11 {}", info.manufacturer, info.version, info.cryptoki),
        );

        let slots = self.gone("slots", module.slots())?;
        self.passed("slots", slots.iter().map(slot).collect::<Vec<_>>().join("\n"));

        let token = self.gone("token", Token::find(self.uri, Limits::default()))?;
        let info = token.info();
        self.passed("token", format!("{}: {}, serial number {}", info.label, info.model, info.serial));

        let can = self.gone("mechanisms", token.mechanisms())?;
        let all = [
            (can.ecdsa, "CKM_ECDSA"),
            (can.ec_key_pairs, "CKM_EC_KEY_PAIR_GEN"),
            (can.rsa, "CKM_RSA_PKCS"),
            (can.rsa_key_pairs, "CKM_RSA_PKCS_KEY_PAIR_GEN"),
        ];
        let named = |wanted: bool| {
            let named = all.iter().filter(|(can, _)| *can == wanted).map(|(_, name)| *name);
            named.collect::<Vec<_>>().join(", ")
        };
        if !can.ecdsa && !can.rsa {
            let failure = Failure::refused("it signs neither with CKM_ECDSA nor with CKM_RSA_PKCS");
            return Err(self
                .stopped("mechanisms", failure.hint("take another token: this one signs no certificates")));
        }
        let without = named(false);
        let without = if without.is_empty() { without } else { format!("; not {without}") };
        self.passed("mechanisms", format!("{}{without}", named(true)));
        Ok(token)
    }

    fn log_in(&mut self, found: &Token, context: &mut Context) -> Result<Token, Stopped> {
        match open_token(self.uri, context) {
            Ok(token) => {
                self.passed("login", format!("as the user of {}", found.label()));
                Ok(token)
            }
            Err(failure) => Err(self.stopped("login", failure)),
        }
    }

    fn sign_with(&mut self, token: &Token, expected: &[Expected]) {
        if expected.is_empty() && !self.uri.names_key() {
            self.passed("key", "none is named: one of P-256 is made for this, and goes with it".to_owned());
            let began = Instant::now();
            if self.gone("signature", Pkcs11Signer::try_out_token(token, KeyKind::P256)).is_ok() {
                self.passed("signature", signed(began));
            }
            return;
        }
        let named = [Expected { uri: self.uri.clone(), public_key: None }];
        let expected = if expected.is_empty() { &named[..] } else { expected };
        for key in expected {
            // One that is missing says nothing of the others.
            if let Ok(key) = self.find_key(token, key) {
                let began = Instant::now();
                if self.gone("signature", key.try_out()).is_ok() {
                    self.passed("signature", signed(began));
                }
            }
        }
    }

    fn find_key(&mut self, token: &Token, expected: &Expected) -> Result<Pkcs11Signer, Stopped> {
        let key = self.gone("key", Pkcs11Signer::open(token, &expected.uri))?;
        let called = expected.uri.object().unwrap_or("the key");
        match &expected.public_key {
            Some(public_key) if public_key != key.public_key_info() => {
                let failure =
                    Failure::refused(format!("{called} is not the key in the issuer's certificate"));
                let failure = failure.hint(
                    "put back the one that is, or have another intermediate issue: chancery ca issuer new",
                );
                return Err(self.stopped("key", failure));
            }
            expected => {
                let of = if expected.is_some() { ", that of its certificate" } else { "" };
                let kept = match key.is_extractable() {
                    Some(false) => "it cannot be taken out",
                    Some(true) => "it can be taken out of the token",
                    None => "the token does not say whether it can be taken out",
                };
                self.passed("key", format!("{called}: {}{of}; {kept}", key.strength()));
            }
        }
        Ok(key)
    }

    fn passed(&mut self, step: &'static str, found: String) {
        self.steps.push(Step { step, passed: true, found, next: Vec::new() });
    }

    fn stopped(&mut self, step: &'static str, failure: Failure) -> Stopped {
        let found = failure.in_one_line();
        self.steps.push(Step { step, passed: false, found, next: failure.hints });
        Stopped
    }

    fn gone<T>(&mut self, step: &'static str, result: Result<T, TokenError>) -> Result<T, Stopped> {
        let uri = self.uri;
        result.map_err(|error| self.stopped(step, token_failure(&error, uri)))
    }
}

fn signed(began: Instant) -> String {
    format!("made by the token, and verified here, in {:.1} ms", began.elapsed().as_secs_f64() * 1000.0)
}

fn slot(slot: &SlotInfo) -> String {
    match &slot.token {
        None => format!("{}: empty", slot.id),
        Some(token) if !token.is_initialised => format!("{}: a token that is not initialised", slot.id),
        Some(token) => format!("{}: {}, serial number {}", slot.id, token.label, token.serial),
    }
}

/// The steps for people.
pub(super) fn tell(checked: &Checked, context: &mut Context) -> Result<(), Failure> {
    context.ui.heading(&checked.uri)?;
    for Step { step, passed, found, next } in &checked.steps {
        let mut lines = found.split('\n');
        let first = format!("{step:<10}  {}", lines.next().unwrap_or_default());
        match passed {
            true => context.ui.tick(&first)?,
            false => context.ui.cross(&first)?,
        }
        for line in lines {
            context.ui.line(format_args!("{:14}{}", "", plain(line)))?;
        }
        for hint in next {
            context.ui.line(format_args!("{:14}next: {}", "", plain(hint)))?;
        }
    }
    Ok(())
}
