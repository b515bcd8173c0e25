// SPDX-License-Identifier: MIT OR Apache-2.0
//! A CRL of many entries: from the record to the signed list whose number is committed.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use keys::AwsLc;
use status::{Entries, Lifetime, issue};
use x509::Time;

use super::record::{Filled, NOW, serial, wait};
use super::{against, middle};
use crate::cpu;
use crate::process;
use crate::scratch::Scratch;

const LIFETIME: Lifetime = Lifetime(Duration::from_secs(7 * 86_400));
/// How often each is done.
const ROUNDS: usize = 3;

/// Ours, OpenSSL's, and pyca's.
pub(super) fn measured(scratch: &Scratch, entries: u64) -> Result<String, String> {
    let filled = Filled::new(&scratch.path().join("authority.db"), entries)?;
    let mut now = NOW;
    let mut made = |filled: &Filled, entries: &mut Entries| {
        now += 1;
        let (at, issuer) = (Time::from_unix(now), filled.issuer());
        // The record's thread included.
        let before = cpu::time_of_process();
        let crl = wait(issue(issuer, entries, LIFETIME, at, &filled.record, &AwsLc));
        let spent = cpu::time_of_process().saturating_sub(before).as_secs_f64();
        crl.map(|crl| (crl, spent)).map_err(|error| error.to_string())
    };
    let (mut cold, mut warm, mut memory, mut size) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..ROUNDS {
        let before = reset_peak()?;
        let mut listed = Entries::new();
        let (crl, spent) = made(&filled, &mut listed)?;
        cold.push(spent);
        size = crl.der.len();
        drop(crl);
        let one_more = entries + u64::try_from(round).unwrap_or_default();
        filled.take_back(one_more, 1)?;
        let (_crl, spent) = made(&filled, &mut listed)?;
        warm.push(spent);
        memory.push((peak_kib()? - before) / 1_024.0);
    }
    let (cold, warm, memory) = (middle(cold), middle(warm), middle(memory));
    let mut text = format!(
        "authority: a CRL of {entries} entries ({:.1} MB), CPU time of the process, median of {ROUNDS}\n",
        size as f64 / 1e6
    );
    let scale = entries as f64 / 1e6;
    for line in [
        against("cold: read from the record, signed, recorded", cold, 0.8 * scale, "s"),
        against("after one more revocation", warm, 0.15 * scale, "s"),
        against("memory that this took at most", memory, 150.0 * scale, "MiB"),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{line}");
    }
    match openssl(scratch.path(), entries)? {
        Some(peer) => {
            let _ = writeln!(
                text,
                "  openssl ca -gencrl: {peer:.2} s; ours takes {:.3} of it cold, {:.3} after one more",
                cold / peer,
                warm / peer
            );
        }
        None => text.push_str("  skipped: no openssl and bash here to compare with\n"),
    }
    match pyca(scratch.path(), entries)? {
        Some(peer) => {
            let _ = write!(
                text,
                "  pyca: {peer:.2} s; ours takes {:.3} of it cold, {:.3} after one more",
                cold / peer,
                warm / peer
            );
        }
        None => text.push_str("  skipped: no Python with cryptography here to compare with"),
    }
    Ok(text)
}

/// The processor time of OpenSSL's CA for a list of as many entries.
fn openssl(folder: &Path, entries: u64) -> Result<Option<f64>, String> {
    let mut index = String::new();
    for number in 0..entries {
        let serial: String = serial(number).iter().map(|octet| format!("{octet:02X}")).collect();
        // Revoked; until when; since when and why; its serial number; no file; a subject that no other has.
        let _ =
            writeln!(index, "R\t270101000000Z\t261122100000Z,superseded\t{serial}\tunknown\t/CN={number}");
    }
    let write = |name: &str, content: &str| {
        std::fs::write(folder.join(name), content).map_err(|error| format!("{name}: {error}"))
    };
    write("index.txt", &index)?;
    write("crlnumber", "01\n")?;
    write(
        "ca.cnf",
        "[ca]\ndefault_ca = here\n[here]\ndatabase = index.txt\ncrlnumber = crlnumber\ndefault_md = sha256\n\
         default_crl_days = 7\n[req]\ndistinguished_name = none\n[none]\n",
    )?;
    let script = "set -e\n\
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
            -config ca.cnf -subj /CN=bench -days 30 2>&1\n\
        TIMEFORMAT='cpu %U %S'\n\
        time openssl ca -gencrl -config ca.cnf -cert ca.pem -keyfile ca.key -out list.pem 2>&1\n";
    let output = Command::new("bash").args(["-c", script]).current_dir(folder).output();
    let Ok(output) = output else { return Ok(None) };
    let told = String::from_utf8_lossy(&output.stderr);
    let times = told.lines().find_map(|line| line.strip_prefix("cpu "));
    let Some(times) = times.filter(|_| output.status.success()) else { return Ok(None) };
    Ok(Some(times.split(' ').filter_map(|seconds| seconds.parse::<f64>().ok()).sum()))
}

/// The processor time of pyca's builder for a list of as many entries, and for its encoding.
fn pyca(folder: &Path, entries: u64) -> Result<Option<f64>, String> {
    const SCRIPT: &str = "\
import datetime, sys, time
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'bench')])
at = datetime.datetime(2026, 11, 22, 10)
began = time.process_time()
reason = x509.CRLReason(x509.ReasonFlags.superseded)
why = x509.Extension(reason.oid, False, reason)
serials = (0x5a5a5a5a5a5a5a5a << 64 | number for number in range(int(sys.argv[1])))
# Added one by one, the list is copied for each.
listed = [x509.RevokedCertificateBuilder(serial, at, [why]).build() for serial in serials]
made = x509.CertificateRevocationListBuilder(name, at, at + datetime.timedelta(7), [], listed)
made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
print(time.process_time() - began)
";
    let script = folder.join("crl.py");
    std::fs::write(&script, SCRIPT).map_err(|error| format!("crl.py: {error}"))?;
    for python in process::pythons() {
        let output = Command::new(python).arg(&script).arg(entries.to_string()).output();
        let Some(output) = output.ok().filter(|output| output.status.success()) else { continue };
        let told = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        return told.parse().map(Some).map_err(|error| format!("crl.py: {told}: {error}"));
    }
    Ok(None)
}

/// Forgets how much memory there once was, and says how much there is, in KiB.
fn reset_peak() -> Result<f64, String> {
    std::fs::write("/proc/self/clear_refs", "5")
        .map_err(|error| format!("/proc/self/clear_refs: {error}"))?;
    peak_kib()
}

fn peak_kib() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()?.parse().ok()).ok_or_else(|| "no VmHWM".to_owned())
}
