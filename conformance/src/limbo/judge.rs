// SPDX-License-Identifier: MIT OR Apache-2.0
//! A case put as a question to `verify`.

use keys::AwsLc;
use verify::{NoTrace, PeerName, Purpose, Question, Revocation, Ruleset, TrustAnchors, VerifiedPath};
use x509::ext::{ExtendedKeyUsage, KeyUsage};
use x509::{Oid, Time, oid, pem};

use super::{Case, ValidationKind};
use crate::case::{Decision, No};
use crate::public_suffixes::IcannDomains;

/// Asks, and gives the decision.
pub(super) fn judge(case: &Case, now: Time) -> Decision {
    Decision::from(try_judge(case, now))
}

fn try_judge(case: &Case, now: Time) -> Result<(), No> {
    let algorithms = signature_algorithms(case)?;
    let at = match &case.validation_time {
        None => now,
        Some(text) => Time::parse(text).ok_or_else(|| No::CannotAsk(format!("no time: {text}")))?,
    };
    let leaf =
        certificate(&case.peer_certificate).map_err(|error| No::Refused(format!("the leaf: {error}")))?;
    // What cannot be read is neither trusted nor used; the path must do without it.
    let readable =
        |texts: &[String]| texts.iter().filter_map(|text| certificate(text).ok()).collect::<Vec<_>>();
    let intermediates = readable(&case.untrusted_intermediates);
    let intermediates: Vec<&[u8]> = intermediates.iter().map(Vec::as_slice).collect();
    let mut anchors = TrustAnchors::new();
    let mut unusable = None;
    for der in readable(&case.trusted_certs) {
        unusable = anchors.add_certificate(&der).err().or(unusable);
    }
    let names = names(case)?;
    // A list that cannot be read tells nothing, and must not go unnoticed.
    let lists: Vec<Vec<u8>> = case.crls.iter().map(|text| one(text, CRL).unwrap_or_default()).collect();
    let lists: Vec<&[u8]> = lists.iter().map(Vec::as_slice).collect();
    for (purpose, wanted) in purposes(case)? {
        let chain = [leaf.as_slice()];
        let mut question = Question::new(&chain, &anchors, at);
        question.intermediates = &intermediates;
        question.purpose = purpose;
        question.name = names.first();
        question.ruleset = ruleset(case);
        question.max_path_len = case.max_chain_depth;
        question.public_suffixes = Some(&IcannDomains);
        question.revocation = (!lists.is_empty()).then_some(Revocation::new(&lists, &[]));
        let path = verify::decide(&question, &AwsLc, &mut NoTrace).map_err(|rejection| {
            let anchor =
                unusable.as_ref().map(|error| format!(" (a trusted certificate is unusable: {error})"));
            No::Refused(format!("{rejection} [{}]{}", rejection.rule().clause, anchor.unwrap_or_default()))
        })?;
        ask_the_rest(case, &path, &names, wanted)?;
        limit_algorithms(&path, &algorithms)?;
    }
    Ok(())
}

/// What a question does not say and the case does: further names, and what the leaf's key may be used for.
fn ask_the_rest(
    case: &Case,
    path: &VerifiedPath<'_>,
    names: &[PeerName],
    purpose: Option<Oid<'_>>,
) -> Result<(), No> {
    if let Some(other) = names.iter().find(|name| !path.is_for(name)) {
        return Err(No::Refused(format!("the leaf is not for {other} as well")));
    }
    let Some(leaf) = path.certificates().next() else { return Ok(()) };
    let extensions = leaf.tbs().extensions();
    if let Some(purpose) = purpose
        && let Ok(Some(usage)) = extensions.decode::<ExtendedKeyUsage<'_>>()
        && !usage.value.has(purpose)
    {
        return Err(No::Refused(format!("the leaf is not for {purpose}")));
    }
    let usage = extensions.decode::<KeyUsage>().ok().flatten();
    for name in &case.key_usage {
        let wanted = key_usage(name).ok_or_else(|| No::CannotAsk(format!("the key usage {name}")))?;
        if usage.is_some_and(|usage| !usage.value.has(wanted)) {
            return Err(No::Refused(format!("the leaf's key is not for {name}")));
        }
    }
    Ok(())
}

/// The signature algorithms that a case limits its path to; none where it does not.
fn signature_algorithms(case: &Case) -> Result<Vec<Oid<'static>>, No> {
    let algorithm = |name: &String| {
        Ok(match name.as_str() {
            "RSA_WITH_MD5" => oid::MD5_WITH_RSA,
            "RSA_WITH_SHA1" => oid::SHA1_WITH_RSA,
            "RSA_WITH_SHA256" => oid::SHA256_WITH_RSA,
            "RSA_WITH_SHA384" => oid::SHA384_WITH_RSA,
            "RSA_WITH_SHA512" => oid::SHA512_WITH_RSA,
            "RSASSA_PSS" => oid::RSASSA_PSS,
            "ECDSA_WITH_SHA1" => oid::ECDSA_WITH_SHA1,
            "ECDSA_WITH_SHA256" => oid::ECDSA_WITH_SHA256,
            "ECDSA_WITH_SHA384" => oid::ECDSA_WITH_SHA384,
            "ECDSA_WITH_SHA512" => oid::ECDSA_WITH_SHA512,
            "ED25519" => oid::ED25519,
            other => return Err(No::CannotAsk(format!("the signature algorithm {other}"))),
        })
    };
    case.signature_algorithms.iter().map(algorithm).collect()
}

/// Every signature of the path is by one of the algorithms; the anchor's own is not part of it.
fn limit_algorithms(path: &VerifiedPath<'_>, algorithms: &[Oid<'_>]) -> Result<(), No> {
    let anchor = path.anchor().der();
    let signed = path.certificates().filter(|certificate| certificate.der() != anchor);
    let mut used = signed.map(|certificate| certificate.signature_algorithm().oid());
    match used.find(|used| !algorithms.is_empty() && !algorithms.contains(used)) {
        Some(other) => {
            Err(No::Refused(format!("a certificate is signed by {other}, which the case leaves out")))
        }
        None => Ok(()),
    }
}

/// The one certificate of a PEM text.
fn certificate(text: &str) -> Result<Vec<u8>, String> {
    one(text, "CERTIFICATE")
}

const CRL: &str = x509::CertificateList::PEM_LABEL;

/// The one block with this label of a PEM text.
fn one(text: &str, label: &str) -> Result<Vec<u8>, String> {
    let blocks = pem::decode(text.as_bytes()).map_err(|error| error.to_string())?;
    let count = blocks.len();
    let mut labelled = blocks.into_iter().filter(|block| block.label == label);
    let first = labelled.next().ok_or_else(|| format!("no {label} in {count} PEM blocks"))?;
    labelled.next().map_or(Ok(first.der), |_| Err(format!("more than one {label}")))
}

/// Everyone the leaf must be. A text that is nobody's name makes a refusal: no certificate is for it.
fn names(case: &Case) -> Result<Vec<PeerName>, No> {
    let names = case.expected_peer_name.iter().chain(&case.expected_peer_names);
    names.map(|name| PeerName::parse(&name.value).map_err(|error| No::Refused(error.to_string()))).collect()
}

/// The purposes to ask for, each with the usage that must be named when none stands for it.
fn purposes(case: &Case) -> Result<Vec<(Purpose, Option<Oid<'static>>)>, No> {
    if case.extended_key_usage.is_empty() {
        return Ok(vec![match case.validation_kind {
            ValidationKind::Server => (Purpose::ServerAuth, None),
            ValidationKind::Client => (Purpose::ClientAuth, None),
        }]);
    }
    let purpose = |name: &String| match name.as_str() {
        "serverAuth" => Ok((Purpose::ServerAuth, None)),
        "clientAuth" => Ok((Purpose::ClientAuth, None)),
        "anyExtendedKeyUsage" => Ok((Purpose::Any, None)),
        "codeSigning" => Ok((Purpose::Any, Some(oid::CODE_SIGNING))),
        "emailProtection" => Ok((Purpose::Any, Some(oid::EMAIL_PROTECTION))),
        "timeStamping" => Ok((Purpose::Any, Some(oid::TIME_STAMPING))),
        "OCSPSigning" => Ok((Purpose::Any, Some(oid::OCSP_SIGNING))),
        other => Err(No::CannotAsk(format!("the extended key usage {other}"))),
    };
    case.extended_key_usage.iter().map(purpose).collect()
}

fn key_usage(name: &str) -> Option<KeyUsage> {
    Some(match name {
        "digitalSignature" => KeyUsage::DIGITAL_SIGNATURE,
        "contentCommitment" => KeyUsage::NON_REPUDIATION,
        "keyEncipherment" => KeyUsage::KEY_ENCIPHERMENT,
        "dataEncipherment" => KeyUsage::DATA_ENCIPHERMENT,
        "keyAgreement" => KeyUsage::KEY_AGREEMENT,
        "keyCertSign" => KeyUsage::KEY_CERT_SIGN,
        "cRLSign" => KeyUsage::CRL_SIGN,
        "encipherOnly" => KeyUsage::ENCIPHER_ONLY,
        "decipherOnly" => KeyUsage::DECIPHER_ONLY,
        _ => return None,
    })
}

/// The corpus says by its namespaces what it judges by.
fn ruleset(case: &Case) -> Ruleset {
    if case.namespace() == "webpki" { Ruleset::Webpki } else { Ruleset::Rfc5280 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::case::Expected;
    use crate::limbo::sample;

    const NOW: Time = Time::from_unix(1_767_225_600);

    fn decide(change: impl FnOnce(&mut Case)) -> Decision {
        let mut case = sample::case("rfc5280::x", Expected::Failure, "");
        change(&mut case);
        judge(&case, NOW)
    }

    #[test]
    fn a_leaf_that_cannot_be_read_is_refused() {
        let decision = decide(|_| {});
        assert!(
            matches!(&decision, Decision::Refused(reason) if reason.starts_with("the leaf: ")),
            "{decision:?}"
        );
    }

    #[test]
    fn what_no_question_can_say_is_told_and_not_skipped() {
        let algorithms = decide(|case| case.signature_algorithms.push("ED448".to_owned()));
        assert_eq!(algorithms, Decision::CannotAsk("the signature algorithm ED448".to_owned()));
        let time = decide(|case| case.validation_time = Some("soon".to_owned()));
        assert_eq!(time, Decision::CannotAsk("no time: soon".to_owned()));
    }

    #[test]
    fn the_kind_of_validation_is_the_purpose_unless_one_is_named() {
        let ask = |kind, usages: &[&str]| {
            let mut case = sample::case("a::b", Expected::Success, "");
            case.validation_kind = kind;
            case.extended_key_usage = usages.iter().map(|&usage| usage.to_owned()).collect();
            purposes(&case)
                .map(|asked| asked.into_iter().map(|(purpose, _)| purpose).collect::<Vec<_>>())
                .ok()
        };
        assert_eq!(ask(ValidationKind::Server, &[]), Some(vec![Purpose::ServerAuth]));
        assert_eq!(ask(ValidationKind::Client, &[]), Some(vec![Purpose::ClientAuth]));
        assert_eq!(ask(ValidationKind::Server, &["clientAuth"]), Some(vec![Purpose::ClientAuth]));
        assert_eq!(ask(ValidationKind::Server, &["codeSigning"]), Some(vec![Purpose::Any]));
        assert_eq!(ask(ValidationKind::Server, &["1.2.3"]), None);
    }

    #[test]
    fn the_namespace_names_the_ruleset() {
        for (id, expect) in [
            ("webpki::san::x", Ruleset::Webpki),
            ("rfc5280::webpki::x", Ruleset::Rfc5280),
            ("bettertls::x::tc1", Ruleset::Rfc5280),
        ] {
            assert_eq!(ruleset(&sample::case(id, Expected::Success, "")), expect, "{id}");
        }
    }

    #[test]
    fn a_pem_text_holds_one_certificate() {
        let one = pem::encode("CERTIFICATE", &[0x30, 0]);
        assert_eq!(certificate(&one).unwrap(), [0x30, 0]);
        assert_eq!(certificate(&format!("{one}{one}")).unwrap_err(), "more than one CERTIFICATE");
        assert_eq!(
            certificate(&pem::encode("X509 CRL", &[0x30, 0])).unwrap_err(),
            "no CERTIFICATE in 1 PEM blocks"
        );
    }
}
