// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery trust remove`.

use keys::AwsLc;
use trust::{Change, Receipt, SystemStore};

use super::{Root, Which, failed, told};
use crate::context::Context;
use crate::failure::{Failure, Verdict};

pub(super) fn run(which: &Which, context: &mut Context) -> Result<Verdict, Failure> {
    let remove = |root: &Root| {
        SystemStore::debian().remove(&root.der, &AwsLc).map_err(|error| failed(&error, "remove", root))
    };
    let done: Vec<(Root, Receipt)> = which.each(context, remove)?;
    if told(&done, context)? {
        return Ok(Verdict::Yes);
    }
    for (root, receipt) in done {
        let done = match receipt.change {
            Change::Made => "this machine no longer trusts",
            Change::AlreadySo => "this machine did not trust",
        };
        context.ui.tick(&format!("{done} {}", root.subject()))?;
        context.ui.rows(&[
            ("fingerprint", format!("SHA-256 {}", receipt.fingerprint)),
            ("gone from", format!("{}\n{}", receipt.file.display(), receipt.bundle.display())),
        ])?;
    }
    Ok(Verdict::Yes)
}
