// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery trust remove`.

use keys::AwsLc;
use trust::{Change, SystemStore};

use super::{Document, Which, failed};
use crate::context::Context;
use crate::failure::{Failure, Verdict};

pub(super) fn run(which: &Which, context: &mut Context) -> Result<Verdict, Failure> {
    let root = which.read(context)?;
    let receipt =
        SystemStore::debian().remove(&root.der, &AwsLc).map_err(|error| failed(&error, "remove", &root))?;
    let document = Document::of(&receipt, &root);
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let done = match receipt.change {
        Change::Made => "this machine no longer trusts",
        Change::AlreadySo => "this machine did not trust",
    };
    context.ui.tick(&format!("{done} {}", document.subject))?;
    context.ui.rows(&[
        ("fingerprint", format!("SHA-256 {}", document.sha256)),
        ("gone from", format!("{}\n{}", document.file, receipt.bundle.display())),
    ])?;
    Ok(Verdict::Yes)
}
