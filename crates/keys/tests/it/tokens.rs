// SPDX-License-Identifier: MIT OR Apache-2.0
//! Keys on a token, which is SoftHSM's. A library of PKCS #11 reads its environment when it is loaded, and nothing changes
//! that of a process that runs: each test runs itself once more, as a child that has the token.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;
use keys::pkcs11::{Limits, Module, PinTries, Pkcs11Signer, Pkcs11Uri, Risk, Token, TokenError};
use keys::{AwsLc, KeyKind, Passphrase, SignError, Signer};
use x509::{AlgorithmIdentifier, SignatureVerifier as _, SubjectPublicKeyInfo};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// Set where the token is there.
const INSIDE: &str = "CHANCERY_TEST_TOKEN";
const MESSAGE: &[u8] = b"what is to be signed";

/// Runs a test's part with a token called `chancery`, whose PIN is `1234`.
#[track_caller]
fn with_a_token(test: &str, part: fn()) {
    if std::env::var_os(INSIDE).is_some() {
        return part();
    }
    if !Path::new(MODULE).is_file() {
        let line = format!("SKIP peer missing: {MODULE}");
        let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!is_ci, "{line}; `cargo xtask setup` installs it");
        // Not `eprintln!`, which the test harness keeps to itself when a test passes.
        writeln!(std::io::stderr(), "{line}").expect("standard error");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let tokens = home.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    let conf = home.path().join("softhsm2.conf");
    fs::write(&conf, format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display()))
        .unwrap();
    let words = ["--init-token", "--free", "--label", "chancery", "--pin", "1234", "--so-pin", "5678"];
    let made = Command::new("softhsm2-util").args(words).env("SOFTHSM2_CONF", &conf).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", &format!("tokens::{test}"), "--nocapture"]);
    let said = child.env("SOFTHSM2_CONF", &conf).env(INSIDE, "yes").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success() && out.contains("1 passed"), "{:?}\n{out}\n{err}", said.status);
}

fn uri() -> Pkcs11Uri {
    Pkcs11Uri::of_token("chancery").with_module(Path::new(MODULE))
}

fn pin(text: &str) -> Passphrase {
    Passphrase::from_first_line(text.as_bytes())
}

fn open(limits: Limits) -> Token {
    let token = Token::find(&uri(), limits).unwrap();
    token.log_in(Some(&pin("1234")), Risk::NotTheLastTry).unwrap();
    token
}

#[track_caller]
fn expect_right(signer: &dyn Signer, signature: &[u8]) {
    let key = SubjectPublicKeyInfo::parse(signer.public_key_info()).unwrap();
    let algorithm = AlgorithmIdentifier::parse(signer.signature_algorithm()).unwrap();
    assert_eq!(AwsLc.verify(&key, &algorithm, MESSAGE, signature), Ok(()), "{signer:?}");
}

#[test]
fn keys_of_every_kind_that_tokens_make_sign_and_are_found_again() {
    with_a_token("keys_of_every_kind_that_tokens_make_sign_and_are_found_again", parts::every_kind);
}

#[test]
fn more_signers_than_sessions_take_turns_and_who_comes_too_late_is_told_so() {
    with_a_token("more_signers_than_sessions_take_turns_and_who_comes_too_late_is_told_so", parts::turns);
}

#[test]
fn a_login_that_ended_is_made_again_and_a_key_that_went_is_missed() {
    with_a_token("a_login_that_ended_is_made_again_and_a_key_that_went_is_missed", parts::again);
}

#[test]
fn a_wrong_pin_is_shown_once_and_forgotten() {
    with_a_token("a_wrong_pin_is_shown_once_and_forgotten", parts::wrong_pin);
}

#[test]
fn a_key_that_may_not_sign_is_refused_and_one_without_its_public_half_too() {
    with_a_token("a_key_that_may_not_sign_is_refused_and_one_without_its_public_half_too", parts::unusable);
}

#[test]
fn what_is_not_there_is_named() {
    with_a_token("what_is_not_there_is_named", parts::not_there);
}

mod parts {
    use super::*;

    pub fn every_kind() {
        let token = open(Limits::default());
        let can = token.mechanisms().unwrap();
        assert!(can.ecdsa && can.ec_key_pairs && can.rsa && can.rsa_key_pairs);
        for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa2048, KeyKind::Rsa3072] {
            let made = Pkcs11Signer::generate(&token, kind, "issuing").unwrap();
            expect_right(&made, &made.sign(MESSAGE).unwrap());
            made.try_out().unwrap();
            for scheme in made.tls_schemes() {
                made.sign_tls(*scheme, MESSAGE).unwrap();
            }
            assert!(matches!(
                made.sign_tls(keys::TlsScheme::Ed25519, MESSAGE),
                Err(SignError::Scheme { .. })
            ));
            // By the URI as it is recorded, by the identifier alone, and by the label alone.
            let location = made.location().to_string();
            let parts = location.split_once("object=").unwrap().1;
            let (label, id) = parts.split_once(";id=").unwrap();
            let id = id.split('?').next().unwrap();
            assert!(label.starts_with("issuing-"), "{location}");
            for named in [
                location.clone(),
                format!("pkcs11:id={id}?module-path={MODULE}"),
                format!("pkcs11:token=chancery;object={label}?module-path={MODULE}"),
            ] {
                let found = Pkcs11Signer::open(&token, &named.parse().unwrap()).unwrap();
                assert_eq!(found.public_key_info(), made.public_key_info(), "{named}");
                expect_right(&made, &found.sign(MESSAGE).unwrap());
            }
        }
        let refused = Pkcs11Signer::generate(&token, KeyKind::Ed25519, "issuing").unwrap_err();
        assert!(matches!(refused, TokenError::Unusable { .. }), "{refused}");
        let several = Pkcs11Signer::open(&token, &uri()).unwrap_err();
        assert!(matches!(several, TokenError::SeveralKeys { count: 4, .. }), "{several}");
        Pkcs11Signer::try_out_token(&token, KeyKind::P256).unwrap();
        Pkcs11Signer::try_out_token(&token, KeyKind::Rsa2048).unwrap();
        let several = Pkcs11Signer::open(&token, &uri()).unwrap_err();
        assert!(
            matches!(several, TokenError::SeveralKeys { count: 4, .. }),
            "nothing is left of what was tried: {several}"
        );
    }

    pub fn turns() {
        let patient = Limits { sessions: 2, waiting: 64, patience: Duration::from_secs(60) };
        let token = open(patient);
        let signer = Pkcs11Signer::generate(&token, KeyKind::P256, "issuing").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| (0..8).for_each(|_| expect_right(&signer, &signer.sign(MESSAGE).unwrap())));
            }
        });
        // With nobody allowed to wait, some of many are refused, and the others are served.
        let hasty = Token::find(&uri(), Limits { sessions: 1, waiting: 0, patience: Duration::from_secs(1) })
            .unwrap();
        hasty.log_in(Some(&pin("1234")), Risk::NotTheLastTry).unwrap();
        let hasty = Pkcs11Signer::open(&hasty, signer.location()).unwrap();
        let (served, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..64 {
                        match hasty.sign(MESSAGE) {
                            Ok(signature) => {
                                expect_right(&hasty, &signature);
                                served.fetch_add(1, Ordering::SeqCst);
                            }
                            Err(error) => {
                                assert!(error.is_busy(), "{error}");
                                refused.fetch_add(1, Ordering::SeqCst);
                            }
                        }
                    }
                });
            }
        });
        assert!(served.into_inner() > 0 && refused.into_inner() > 0);
        expect_right(&hasty, &hasty.sign(MESSAGE).unwrap());
    }

    pub fn again() {
        let token = open(Limits::default());
        let signer = Pkcs11Signer::generate(&token, KeyKind::P256, "issuing").unwrap();
        expect_right(&signer, &signer.sign(MESSAGE).unwrap());
        // Behind its back: the same library in the same process, whose login is one.
        let library = Pkcs11::new(MODULE).unwrap();
        let slot = library.get_slots_with_initialized_token().unwrap()[0];
        for _ in 0..3 {
            library.open_ro_session(slot).unwrap().logout().unwrap();
            expect_right(&signer, &signer.sign(MESSAGE).unwrap());
        }
        // With another PIN meanwhile, the one that is known is shown once more and never again.
        let session = library.open_rw_session(slot).unwrap();
        session.set_pin(&AuthPin::from("1234".to_owned()), &AuthPin::from("4321".to_owned())).unwrap();
        session.logout().unwrap();
        for _ in 0..2 {
            let refused = signer.sign(MESSAGE).unwrap_err();
            assert!(matches!(&refused, SignError::Token(TokenError::PinWrong { .. })), "{refused}");
        }
        token.log_in(Some(&pin("4321")), Risk::NotTheLastTry).unwrap();
        expect_right(&signer, &signer.sign(MESSAGE).unwrap());
        let location = signer.location().clone();
        signer.destroy().unwrap();
        let missed = Pkcs11Signer::open(&token, &location).unwrap_err();
        assert!(matches!(missed, TokenError::NoKey { .. }), "{missed}");
        drop(session.login(UserType::User, None));
    }

    pub fn wrong_pin() {
        let token = Token::find(&uri(), Limits::default()).unwrap();
        let wrong = token.log_in(Some(&pin("0000")), Risk::NotTheLastTry).unwrap_err();
        assert_eq!(wrong, TokenError::PinWrong { token: "chancery".to_owned(), tries: PinTries::Fewer });
        assert!(!format!("{token:?} {wrong} {wrong:?}").contains("0000"));
        assert!(!token.is_open());
        token.log_in(Some(&pin("1234")), Risk::NotTheLastTry).unwrap();
        assert!(token.is_open() && token.is_there());
    }

    pub fn unusable() {
        let token = open(Limits::default());
        let library = Pkcs11::new(MODULE).unwrap();
        let slot = library.get_slots_with_initialized_token().unwrap()[0];
        // The login is one for the whole process.
        let session = library.open_rw_session(slot).unwrap();
        let p256 = vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let make = |label: &str, signs: bool| {
            let named = [Attribute::Token(true), Attribute::Label(label.into()), Attribute::Id(label.into())];
            let public = [&named[..], &[Attribute::EcParams(p256.clone()), Attribute::Verify(true)]].concat();
            let private = [&named[..], &[Attribute::Private(true), Attribute::Sign(signs)]].concat();
            session.generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private).unwrap()
        };
        let refusal = |label: &str| {
            let wanted =
                format!("pkcs11:token=chancery;object={label}?module-path={MODULE}").parse().unwrap();
            Pkcs11Signer::open(&token, &wanted).unwrap_err()
        };
        make("still", false);
        assert!(
            matches!(refusal("still"), TokenError::Unusable { reason, .. } if reason.contains("CKA_SIGN"))
        );
        let (public, _) = make("alone", true);
        session.destroy_object(public).unwrap();
        assert!(matches!(refusal("alone"), TokenError::NoPublicKey { .. }));
    }

    pub fn not_there() {
        let other = Pkcs11Uri::of_token("another").with_module(Path::new(MODULE));
        let missing = Token::find(&other, Limits::default()).unwrap_err();
        assert_eq!(
            missing,
            TokenError::NoToken { wanted: other.to_string(), found: vec!["chancery".to_owned()] }
        );
        let no_module = PathBuf::from("/nonexistent/module.so");
        assert!(
            matches!(Module::load(&no_module), Err(TokenError::Module { path, .. }) if path == no_module)
        );
        // A library, and none of PKCS #11.
        let libc = Path::new("/lib/x86_64-linux-gnu/libm.so.6");
        if libc.exists() {
            assert!(matches!(Module::load(libc), Err(TokenError::Module { .. })));
        }
        let nowhere = Pkcs11Uri::of_token("chancery");
        assert!(matches!(Token::find(&nowhere, Limits::default()), Err(TokenError::NoModule { .. })));
        let module = Module::load(Path::new(MODULE)).unwrap();
        assert_eq!(module.info().unwrap().manufacturer, "SoftHSM");
        let labels: Vec<_> = module.slots().unwrap().into_iter().filter_map(|slot| slot.token).collect();
        assert!(
            labels.iter().any(|token| token.label == "chancery" && token.has_pin && token.is_initialised)
        );
        let missing =
            Pkcs11Signer::open(&open(Limits::default()), &uri().with_key(&[1], "none")).unwrap_err();
        assert!(matches!(missing, TokenError::NoKey { .. }), "{missing}");
    }
}
