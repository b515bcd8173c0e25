// SPDX-License-Identifier: MIT OR Apache-2.0
//! Tokens, found and logged in to once a run.

use keys::pkcs11::{Limits, Pkcs11Uri, Token, TokenError};

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
    if context.refused.iter().any(|refused| is_it(&refused)) {
        let failure = Failure::could_not(format!("the token {} has refused the PIN", token.label()));
        return Err(failure.hint("it was shown once, and is not shown again by itself; the right one, at a new start: --pin-file FILE"));
    }
    let (pin, risk) = pin::obtain(&token, uri, context)?;
    if let Err(error) = token.log_in(pin.as_ref(), risk) {
        if matches!(error, TokenError::PinWrong { .. } | TokenError::PinLocked { .. }) {
            context.refused.push(token);
        }
        return Err(failed(error));
    }
    context.tokens.push(token.clone());
    Ok(token)
}
