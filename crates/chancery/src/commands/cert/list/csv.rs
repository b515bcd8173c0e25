// SPDX-License-Identifier: MIT OR Apache-2.0
//! The list as comma-separated values (RFC 4180), safe to be opened as a spreadsheet.

use super::row::Row;

/// The first line.
pub(super) const HEAD: &str = "serial,names,status,profile,subject,issuer,issued_at,not_before,not_after,renew_after,sha256,warrant,\
                               revoked_at,reason\r\n";

/// The line of a certificate.
pub(super) fn line(row: &Row) -> String {
    let names = row.names.join(" ");
    let fields = [
        row.serial.as_str(),
        &names,
        row.status,
        &row.profile,
        &row.subject,
        &row.issuer,
        &row.issued_at,
        &row.not_before,
        &row.not_after,
        &row.renew_after,
        &row.sha256,
        row.warrant.as_deref().unwrap_or_default(),
        row.revoked_at.as_deref().unwrap_or_default(),
        row.reason.as_deref().unwrap_or_default(),
    ];
    format!("{}\r\n", fields.map(field).join(","))
}

/// A field: in quotes where it needs them, and behind an apostrophe where a spreadsheet would take it for a formula:
/// names are written by strangers.
fn field(text: &str) -> String {
    let begins_a_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if begins_a_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_quoted_and_never_a_formula() {
        for (text, expect) in [
            ("db.internal", "db.internal"),
            ("CN=a,O=b", "\"CN=a,O=b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1,2", "\"'-1,2\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("", ""),
        ] {
            assert_eq!(field(text), expect);
        }
    }
}
