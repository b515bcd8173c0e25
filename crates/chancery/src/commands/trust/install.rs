// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery trust install`.

use keys::AwsLc;
use trust::{Change, SystemStore};

use super::{Document, Which, failed};
use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};

pub(super) fn run(which: &Which, context: &mut Context) -> Result<Verdict, Failure> {
    let root = which.read(context)?;
    let receipt =
        SystemStore::debian().install(&root.der, &AwsLc).map_err(|error| failed(&error, "install", &root))?;
    let document = Document::of(&receipt, &root);
    if context.ui.is_json() {
        context.ui.json(&document)?;
        return Ok(Verdict::Yes);
    }
    let done = match receipt.change {
        Change::Made => "this machine now trusts",
        Change::AlreadySo => "this machine trusts already",
    };
    context.ui.tick(&format!("{done} {}", document.subject))?;
    let link = receipt.link.map(|link| link.display().to_string()).unwrap_or_default();
    context.ui.rows(&[
        ("fingerprint", format!("SHA-256 {}", document.sha256)),
        ("installed as", document.file),
        ("seen in", format!("{}\n{link}", receipt.bundle.display())),
        ("read by", "curl, OpenSSL, GnuTLS, Go, git, apt; browsers keep a store of their own".to_owned()),
        ("to undo", format!("chancery trust remove {}", shell(&root.path))),
    ])?;
    Ok(Verdict::Yes)
}
