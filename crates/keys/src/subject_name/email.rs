// SPDX-License-Identifier: MIT OR Apache-2.0
//! Mail addresses for an rfc822Name (RFC 5280 §4.2.1.6, RFC 5321 §4.1.2).

use super::dns::check_host;
use super::error::NameProblem;

/// Reads a mailbox: a dot-string, an @, a DNS name. The domain is given back in lower case, the local
/// part as it is: it means what its own server says. Quoted local parts and address literals are
/// refused.
pub(super) fn read(text: &str) -> Result<String, NameProblem> {
    let (local, domain) = text.rsplit_once('@').ok_or(NameProblem::Form)?;
    if !local.is_ascii() {
        return Err(NameProblem::LocalPartNotAscii);
    }
    let plain = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
    if !plain || local.len() > 64 {
        return Err(NameProblem::LocalPart);
    }
    check_host(domain)?;
    if domain.len() > 253 {
        return Err(NameProblem::TooLong { found: domain.len() });
    }
    Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
}

/// RFC 5322 §3.2.3.
const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'/'
                | b'='
                | b'?'
                | b'^'
                | b'_'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
                | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_a_dot_string_and_a_dns_name() {
        let check = |text: &str, expect: Result<&str, NameProblem>| {
            assert_eq!(read(text), expect.map(str::to_owned), "{text}");
        };
        check("a@b.test", Ok("a@b.test"));
        check("A.b+c@B.TEST", Ok("A.b+c@b.test"));
        check("a@localhost", Ok("a@localhost"));
        for local in ["", ".a", "a.", "a..b", "\"a b\"", "a b", "a@b", &"a".repeat(65)] {
            check(&format!("{local}@b.test"), Err(NameProblem::LocalPart));
        }
        check("ä@b.test", Err(NameProblem::LocalPartNotAscii));
        check("a@bücher.test", Err(NameProblem::NotAscii));
        check("a@", Err(NameProblem::Empty));
        check("a@*.test", Err(NameProblem::Character { character: '*' }));
        check("a@[10.0.0.1]", Err(NameProblem::Character { character: '[' }));
        check("a@10.0.0.1", Err(NameProblem::LooksLikeAddress));
        check("a.test", Err(NameProblem::Form));
    }
}
