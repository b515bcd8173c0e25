// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys on a token: found, read, made and destroyed.

use std::ffi::c_ulong;

use aws_lc_rs::rand;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use x509::SubjectPublicKeyInfo;
use x509::hex;

use super::encoding::{curve, ec_params, ec_public_key, rsa_public_key};
use super::error::TokenError;
use super::token::{Token, Trouble};
use super::uri::Pkcs11Uri;
use crate::curve::Curve;
use crate::identifier::key_identifier;
use crate::kind::KeyKind;

/// How long a key that is made lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// On the token.
    ForGood,
    /// With the session alone.
    WithTheSession,
}

/// The private key that a URI means.
pub(super) fn private_key(
    token: &Token,
    session: &Session,
    wanted: &Pkcs11Uri,
) -> Result<ObjectHandle, Trouble> {
    one(token, session, ObjectClass::PRIVATE_KEY, wanted)?
        .ok_or_else(|| TokenError::NoKey { token: token.label().to_owned(), wanted: called(wanted) }.into())
}

/// Refuses a key that its attributes keep from signing as we ask it to. Gives whether it can be taken out of the token, as
/// far as the token says so.
pub(super) fn check_use(
    token: &Token,
    session: &Session,
    private: ObjectHandle,
) -> Result<Option<bool>, Trouble> {
    let unusable = |reason: &str| {
        Err(TokenError::Unusable { token: token.label().to_owned(), reason: reason.to_owned() }.into())
    };
    if let Some(Attribute::Sign(false)) = attribute(token, session, private, AttributeType::Sign)? {
        return unusable("it may not sign (CKA_SIGN)");
    }
    let always = attribute(token, session, private, AttributeType::AlwaysAuthenticate)?;
    if let Some(Attribute::AlwaysAuthenticate(true)) = always {
        return unusable("it asks for the PIN at every signature (CKA_ALWAYS_AUTHENTICATE)");
    }
    let extractable = attribute(token, session, private, AttributeType::Extractable)?;
    Ok(match extractable {
        Some(Attribute::Extractable(extractable)) => Some(extractable),
        _ => None,
    })
}

/// The public key beside the private one, as a SubjectPublicKeyInfo.
pub(super) fn public_key(
    token: &Token,
    session: &Session,
    private: ObjectHandle,
    wanted: &Pkcs11Uri,
) -> Result<Vec<u8>, Trouble> {
    // The two halves have the same identifier; who is named by label alone may have other labels.
    let found = match attribute(token, session, private, AttributeType::Id)? {
        Some(Attribute::Id(id)) if !id.is_empty() => {
            let template = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::Id(id)];
            find(token, session, &template)?.first().copied()
        }
        _ => one(token, session, ObjectClass::PUBLIC_KEY, wanted)?,
    };
    // Some tokens keep no public half, and tell its numbers by the private key.
    let handle = found.unwrap_or(private);
    let missing =
        || Trouble::from(TokenError::NoPublicKey { token: token.label().to_owned(), wanted: called(wanted) });
    let unusable = |reason: &str| {
        Trouble::from(TokenError::Unusable { token: token.label().to_owned(), reason: reason.to_owned() })
    };
    match attribute(token, session, private, AttributeType::KeyType)? {
        Some(Attribute::KeyType(KeyType::EC)) => {
            let Some(Attribute::EcParams(params)) =
                attribute(token, session, handle, AttributeType::EcParams)?
            else {
                return Err(missing());
            };
            let Some(Attribute::EcPoint(point)) = attribute(token, session, handle, AttributeType::EcPoint)?
            else {
                return Err(missing());
            };
            let curve = curve(&params).ok_or_else(|| unusable("its curve is not P-256, P-384 or P-521"))?;
            ec_public_key(curve, &point).ok_or_else(|| unusable("its public half is no point of its curve"))
        }
        Some(Attribute::KeyType(KeyType::RSA)) => {
            let Some(Attribute::Modulus(modulus)) =
                attribute(token, session, handle, AttributeType::Modulus)?
            else {
                return Err(missing());
            };
            let Some(Attribute::PublicExponent(exponent)) =
                attribute(token, session, handle, AttributeType::PublicExponent)?
            else {
                return Err(missing());
            };
            Ok(rsa_public_key(&modulus, &exponent))
        }
        _ => Err(unusable("it is neither EC nor RSA")),
    }
}

/// Makes a key pair that cannot be taken out, called `role` and the beginning of its identifier. Gives its identifier
/// on the token, its label, and the public key.
pub(super) fn generate(
    token: &Token,
    session: &Session,
    kind: KeyKind,
    role: &str,
    keep: Keep,
) -> Result<(Vec<u8>, String, Vec<u8>), TokenError> {
    let (mechanism, parameters) = how(kind).ok_or_else(|| TokenError::Unusable {
        token: token.label().to_owned(),
        reason: format!("keys of kind {kind} are not made on tokens"),
    })?;
    let mut id = [0; 20];
    rand::fill(&mut id).map_err(|_unspecified| TokenError::Failed {
        token: token.label().to_owned(),
        action: "making a key",
        reason: "no random octets".to_owned(),
    })?;
    let kept = keep == Keep::ForGood;
    let named = || {
        vec![Attribute::Token(kept), Attribute::Id(id.to_vec()), Attribute::Label(role.as_bytes().to_vec())]
    };
    let mut public = named();
    public.extend([Attribute::Private(false), Attribute::Verify(true)]);
    public.extend(parameters);
    let mut private = named();
    private.extend([
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
    ]);
    let made = session.generate_key_pair(&mechanism, &public, &private);
    let (public, private) = made.map_err(|error| token.failure("making a key", &error))?;
    let wanted = Pkcs11Uri::default().with_key(&id, role);
    let read = public_key(token, session, private, &wanted);
    let read = read.and_then(|info| {
        let identifier = SubjectPublicKeyInfo::parse(&info).map(|key| key_identifier(&key));
        identifier.map(|identifier| (info, identifier)).map_err(|error| {
            TokenError::Unusable { token: token.label().to_owned(), reason: error.to_string() }.into()
        })
    });
    let (info, identifier) = read.map_err(|trouble| {
        // What cannot be used is not left behind.
        let _ = [private, public].map(|handle| session.destroy_object(handle));
        given_up(token, trouble)
    })?;
    let short = hex::encode(identifier.first_chunk::<4>().map_or(&[], |first| first));
    let label = format!("{role}-{short}");
    let renamed = [Attribute::Id(identifier.to_vec()), Attribute::Label(label.as_bytes().to_vec())];
    // A token that lets nobody rename what it holds keeps the names that were drawn.
    let both = [private, public].map(|handle| session.update_attributes(handle, &renamed));
    match both.iter().all(Result::is_ok) {
        true => Ok((identifier.to_vec(), label, info)),
        false => Ok((id.to_vec(), role.to_owned(), info)),
    }
}

/// Destroys both halves of the keys with this identifier.
pub(super) fn destroy(token: &Token, session: &Session, id: &[u8]) -> Result<(), TokenError> {
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::PUBLIC_KEY] {
        let template = [Attribute::Class(class), Attribute::Id(id.to_vec())];
        for handle in find(token, session, &template).map_err(|trouble| given_up(token, trouble))? {
            session.destroy_object(handle).map_err(|error| token.failure("destroying a key", &error))?;
        }
    }
    Ok(())
}

/// What is said of trouble after which nothing is tried again.
pub(super) fn given_up(token: &Token, trouble: Trouble) -> TokenError {
    match trouble {
        Trouble::Token(error) => error,
        Trouble::Lost(reason) => TokenError::Gone { token: token.label().to_owned(), reason },
    }
}

fn how(kind: KeyKind) -> Option<(Mechanism<'static>, Vec<Attribute>)> {
    let ec = |curve| (Mechanism::EccKeyPairGen, vec![Attribute::EcParams(ec_params(curve))]);
    let rsa = |bits: u32| {
        let exponent = Attribute::PublicExponent(vec![1, 0, 1]);
        (Mechanism::RsaPkcsKeyPairGen, vec![Attribute::ModulusBits(c_ulong::from(bits).into()), exponent])
    };
    match kind {
        KeyKind::P256 => Some(ec(Curve::P256)),
        KeyKind::P384 => Some(ec(Curve::P384)),
        KeyKind::Rsa2048 => Some(rsa(2048)),
        KeyKind::Rsa3072 => Some(rsa(3072)),
        KeyKind::Rsa4096 => Some(rsa(4096)),
        KeyKind::Ed25519 => None,
    }
}

fn one(
    token: &Token,
    session: &Session,
    class: ObjectClass,
    wanted: &Pkcs11Uri,
) -> Result<Option<ObjectHandle>, Trouble> {
    let mut template = vec![Attribute::Class(class)];
    template.extend(wanted.id().map(|id| Attribute::Id(id.to_vec())));
    template.extend(wanted.object().map(|label| Attribute::Label(label.as_bytes().to_vec())));
    match find(token, session, &template)?.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => Err(TokenError::SeveralKeys {
            token: token.label().to_owned(),
            wanted: called(wanted),
            count: several.len(),
        }
        .into()),
    }
}

fn find(token: &Token, session: &Session, template: &[Attribute]) -> Result<Vec<ObjectHandle>, Trouble> {
    session.find_objects(template).map_err(|error| token.trouble("looking for a key", &error))
}

fn attribute(
    token: &Token,
    session: &Session,
    handle: ObjectHandle,
    wanted: AttributeType,
) -> Result<Option<Attribute>, Trouble> {
    let found = session.get_attributes(handle, &[wanted]);
    Ok(found.map_err(|error| token.trouble("reading a key", &error))?.into_iter().next())
}

/// A key as a message calls it.
fn called(wanted: &Pkcs11Uri) -> String {
    let id = wanted.id().map(hex::encode);
    match (wanted.object(), id) {
        (Some(label), Some(id)) => format!("{label:?} with the identifier {id}"),
        (Some(label), None) => format!("{label:?}"),
        (None, Some(id)) => format!("with the identifier {id}"),
        (None, None) => "at all".to_owned(),
    }
}
