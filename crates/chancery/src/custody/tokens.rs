// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens, found and logged in to once a run.

use keys::pkcs11::{Limits, Pkcs11Uri, Token};

use super::failures::token_failure;
use super::pin;
use crate::context::Context;
use crate::failure::Failure;

/// The token that a URI means, logged in to: the one from before, where two URIs mean the same.
pub(crate) fn open_token(uri: &Pkcs11Uri, context: &mut Context) -> Result<Token, Failure> {
    let failed = |error| token_failure(&error, uri);
    let token = Token::find(uri, Limits::default()).map_err(failed)?;
    let is_it = |open: &&Token| open.module_path() == token.module_path() && open.info() == token.info();
    if let Some(open) = context.tokens.iter().find(is_it) {
        return Ok(open.clone());
    }
    let (pin, risk) = pin::obtain(&token, uri, context)?;
    token.log_in(pin.as_ref(), risk).map_err(failed)?;
    context.tokens.push(token.clone());
    Ok(token)
}
