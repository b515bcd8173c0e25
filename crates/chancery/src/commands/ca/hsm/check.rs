// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery ca hsm check`.

mod steps;

use std::path::{Path, PathBuf};

use authority::Reach;
use keys::pkcs11::{Module, Pkcs11Uri};
use serde::Serialize;

use crate::context::Context;
use crate::custody::{Location, UriArg};
use crate::data_dir::{Authority, DataDir};
use crate::failure::{Failure, Verdict};
use crate::input;
use steps::{Checked, Expected};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The token, or a key on it: pkcs11:token=LABEL?module-path=FILE
    ///
    /// Without it, and without --module: the tokens that keep the keys of this authority, and these keys.
    #[arg(value_name = "URI")]
    uri: Option<UriArg>,

    /// The PKCS #11 library, where the URI does not name it; alone: every slot of it, and its token when it has one
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Document {
    /// Whether every step was gone.
    ok: bool,
    tokens: Vec<Checked>,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let tokens = match (&args.uri, &args.module) {
        (Some(uri), module) => {
            let uri = match module {
                Some(module) => uri.uri()?.with_module(&input::absolute(module)?),
                None => uri.uri()?,
            };
            vec![steps::token(&uri, &[], context)]
        }
        (None, Some(module)) => vec![steps::token(&only_token(module)?, &[], context)],
        (None, None) => of_authority(context)?,
    };
    let document = Document { ok: tokens.iter().all(Checked::is_ok), tokens };
    if context.ui.is_json() {
        context.ui.json(&document)?;
    } else {
        document.tokens.iter().try_for_each(|token| steps::tell(token, context))?;
    }
    Ok(if document.ok { Verdict::Yes } else { Verdict::No })
}

/// The token in a module that has one; where it has several or none, the module alone is meant, and the step that looks for
/// the token says what there is.
fn only_token(module: &Path) -> Result<Pkcs11Uri, Failure> {
    let path = input::absolute(module)?;
    let of_module = Pkcs11Uri::default().with_module(&path);
    // What is wrong with it is for the first step to tell.
    let slots = Module::load(&path).and_then(|module| module.slots()).unwrap_or_default();
    let mut tokens = slots.into_iter().filter_map(|slot| slot.token).filter(|token| token.is_initialised);
    Ok(match (tokens.next(), tokens.next()) {
        (Some(one), None) => Pkcs11Uri::of_token(&one.label).with_module(&path),
        _ => of_module,
    })
}

/// The tokens of the issuers in the record, each with the keys that must be on it.
fn of_authority(context: &mut Context) -> Result<Vec<Checked>, Failure> {
    let authority: Authority = DataDir::of(context)?.open()?;
    let mut expected: Vec<(Pkcs11Uri, Vec<Expected>)> = Vec::new();
    for record in authority.issuers() {
        let Location::Token(uri) = Location::of(authority.directory(), &record.key)? else { continue };
        // One that was taken away is not missed.
        if record.reach == Reach::Away {
            continue;
        }
        let key = Expected::of(&uri, &record.added.chain);
        let is_same = |known: &Pkcs11Uri| known.token_alone() == uri.token_alone();
        match expected.iter_mut().find(|(known, _)| is_same(known)) {
            Some((_, keys)) => keys.push(key),
            None => expected.push((uri, vec![key])),
        }
    }
    if expected.is_empty() {
        return Err(Failure::refused("no key of this authority is on a token").hint(
            "name a token: chancery ca hsm check 'pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so'",
        ));
    }
    Ok(expected.iter().map(|(uri, keys)| steps::token(&uri.token_alone(), keys, context)).collect())
}
