// SPDX-License-Identifier: MIT OR Apache-2.0
//! On whose word something is done by a verb.

use authority::Warrant;

/// On the word of whoever runs this command, such as `chancery sign`.
pub(crate) fn of_this_user(command: &str) -> Warrant {
    Warrant::ApprovedBy(format!("uid {} ({command})", rustix::process::getuid().as_raw()))
}
