// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery trust install`.

use keys::AwsLc;
use trust::{Change, Receipt, SystemStore};

use super::{Root, Which, failed, told};
use crate::context::Context;
use crate::failure::{Failure, Verdict, shell};

pub(super) fn run(which: &Which, context: &mut Context) -> Result<Verdict, Failure> {
    let install = |root: &Root| {
        SystemStore::debian().install(&root.der, &AwsLc).map_err(|error| failed(&error, "install", root))
    };
    let done: Vec<(Root, Receipt)> = which.each(context, install)?;
    if told(&done, context)? {
        return Ok(Verdict::Yes);
    }
    for (root, receipt) in done {
        let done = match receipt.change {
            Change::Made => "this machine now trusts",
            Change::AlreadySo => "this machine trusts already",
        };
        context.ui.tick(&format!("{done} {}", root.subject()))?;
        let link = receipt.link.map(|link| link.display().to_string()).unwrap_or_default();
        context.ui.rows(&[
            ("fingerprint", format!("SHA-256 {}", receipt.fingerprint)),
            ("installed as", receipt.file.display().to_string()),
            ("seen in", format!("{}\n{link}", receipt.bundle.display())),
            ("read by", "curl, OpenSSL, GnuTLS, Go, git, apt; browsers keep a store of their own".to_owned()),
            ("to undo", format!("chancery trust remove {}", shell(&root.path))),
        ])?;
    }
    Ok(Verdict::Yes)
}
