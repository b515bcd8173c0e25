// SPDX-License-Identifier: MIT OR Apache-2.0
//! One gate: who may ask a signer for a signature, and who may have bytes sealed as a certificate.

use super::Refusal;
use super::house::{File, House};

/// A call, and the files in which it stands. Whatever is added here is a further way to a signature.
struct Way {
    call: &'static str,
    files: &'static [&'static str],
}

const WAYS: [Way; 2] = [
    Way {
        call: ".sign(",
        files: &[
            // The gate, and what tells the status of certificates.
            "crates/authority/src/issue.rs",
            "crates/authority/src/issuer/status.rs",
            "crates/authority/src/issuer/delegate.rs",
            // The keys themselves, requests for certificates, and signers that pass on what they are asked.
            "crates/keys/src/private_key/sign.rs",
            "crates/keys/src/pkcs11/signer.rs",
            "crates/keys/src/csr.rs",
            "crates/chancery/src/metered.rs",
            "crates/chancery/src/custody/patient.rs",
        ],
    },
    Way {
        call: "seal(",
        files: &[
            "crates/authority/src/issue.rs",
            // The authority's own certificates, and those that sign themselves.
            "crates/authority/src/founding.rs",
            "crates/authority/src/self_signed.rs",
            // Who asks the latter for one.
            "crates/chancery/src/commands/cert/self_sign.rs",
        ],
    },
];

/// A signer is asked where the gate is, and nowhere else.
pub(super) fn one(house: &House) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for file in house.sources().filter(|file| is_shipped(&file.path)) {
        for Way { call, files } in WAYS.iter().filter(|way| !way.files.contains(&file.path.as_str())) {
            refusals.extend(calls(file, call).map(|line| Refusal {
                file: file.path.clone(),
                line: Some(line),
                what: format!("`{call}…)` is called here, where nothing is planned, judged or recorded"),
                rule: "one gate: certificates are signed in `authority::issue` alone",
                mend: format!("go through `Prepared::issue`; `{call}…)` belongs to {}", files.join(", ")),
            }));
        }
    }
    refusals
}

/// What is shipped: the rooms, without their tests.
fn is_shipped(path: &str) -> bool {
    path.starts_with("crates/") && path.contains("/src/")
}

/// The lines of code in which a function of this name is called with something.
fn calls<'a>(file: &'a File, call: &'a str) -> impl Iterator<Item = usize> + use<'a> {
    file.lines_before_tests().filter_map(move |(number, line)| {
        let code = line.split("//").next().unwrap_or_default();
        let is_call = code.match_indices(call).any(|(at, _)| {
            let (before, from) = code.split_at(at);
            let after = from.strip_prefix(call).unwrap_or_default();
            let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let is_defined = before.ends_with("fn ");
            (call.starts_with('.') || is_whole) && !is_defined && !after.starts_with(')')
        });
        is_call.then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::super::house::sample;
    use super::*;

    fn places(files: &[(&str, &str)]) -> Vec<String> {
        let place = |refusal: &Refusal| format!("{}:{}", refusal.file, refusal.line.unwrap_or_default());
        one(&sample::files(files)).iter().map(place).collect()
    }

    #[test]
    fn a_signature_from_elsewhere_is_refused() {
        let found = places(&[
            ("crates/authority/src/issue.rs", "let a = signer.sign(tbs)?;\nseal(signer, tbs)"),
            ("crates/api/src/v1.rs", "let a = self.signer.sign(tbs)?;\nlet b = mark.sign();\n// .sign(x)\n"),
            (
                "crates/acme/src/order.rs",
                "let c = authority::issue::seal(x, y);\nlet d = unseal(x);\nfn seal(x: u8) {}\n",
            ),
            ("crates/acme/tests/it/order.rs", "signer.sign(tbs)"),
            ("crates/acme/src/lib.rs", "#[cfg(test)]\nmod tests { fn a() { signer.sign(tbs); } }\n"),
        ]);
        assert_eq!(found, ["crates/api/src/v1.rs:1", "crates/acme/src/order.rs:1"]);
    }
}
