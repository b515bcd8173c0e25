// SPDX-License-Identifier: MIT OR Apache-2.0
//! `chancery files`: the file-transfer server alone.

mod import;
mod watch;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use files::{Files, HostNames};
use serde::Serialize;
use tls::Resolver;

use self::import::{Imported, Source};
use self::watch::Watch;
use crate::context::Context;
use crate::descriptors;
use crate::failure::{Failure, Verdict, shell};
use crate::folder::{FolderArgs, require_apart};
use crate::listen::{self, Listen};
use crate::log::{self, Requests};
use crate::passphrase::PassphraseArgs;
use crate::runtime::{self, Shutdown};
use crate::serving::{Over, Serving};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to serve
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The server's certificate and its intermediates, as PEM; read again whenever the file changes
    ///
    /// Without it the folder is served over plain HTTP, to this machine alone.
    #[arg(long, value_name = "CHAIN", requires = "key")]
    cert: Option<PathBuf>,

    /// The certificate's private key
    #[arg(long, value_name = "KEY", requires = "cert")]
    key: Option<PathBuf>,

    #[command(flatten)]
    serving: FolderArgs,

    /// Where to listen: an address, a port, or both [default: port 8443 of this machine alone]
    #[arg(long, value_name = "ADDR")]
    listen: Option<Listen>,

    /// A further name that callers use for this server; may be repeated
    ///
    /// Requests under any other name are refused. The host name, localhost, the loopback addresses, the
    /// address listened on and the names in the certificate need not be said.
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,

    /// Tell of every request on standard error, also when it is no terminal
    #[arg(long)]
    access_log: bool,

    #[command(flatten)]
    passphrase: PassphraseArgs,
}

/// What `--json` prints, once the server is ready.
#[derive(Serialize)]
struct Document {
    folder: String,
    urls: Vec<String>,
    uploads: bool,
    largest_upload: Option<u64>,
    certificate: Option<CertificateDocument>,
}

#[derive(Serialize)]
struct CertificateDocument {
    names: Vec<String>,
    issuer: String,
    valid_until: String,
}

pub(crate) fn run(args: &Args, context: &mut Context) -> Result<Verdict, Failure> {
    let folder = folder(args, context)?;
    let source = match (&args.cert, &args.key) {
        (Some(chain), Some(key)) => Some(Source::new(chain.clone(), key.clone(), &args.passphrase, context)?),
        _ => None,
    };
    let imported = source.as_ref().map(|source| source.load(&args.names, context.clock.now())).transpose()?;
    let listen = args.listen.unwrap_or_default();
    if imported.is_none() {
        require_loopback(listen, &args.folder)?;
    }
    let requests = if args.access_log || context.ui.is_watched() { Requests::Told } else { Requests::Untold };
    log::start(context.clock.clone(), requests);
    runtime::start()?.block_on(serve(args, &folder, listen, source, imported, context))
}

async fn serve(
    args: &Args,
    folder: &Path,
    listen: Listen,
    source: Option<Source>,
    imported: Option<Imported>,
    context: &mut Context,
) -> Result<Verdict, Failure> {
    let mut shutdown = Shutdown::listen()?;
    let listeners = listen.bind(listen::HTTPS)?;
    let addresses: Vec<_> = listeners.iter().map(http::Listener::address).collect();
    let names = host_names(args, imported.as_ref(), &addresses);
    let files = Files::open(folder, args.serving.config()).map_err(|error| Failure::from_error(&error))?;
    let files = files.answering_to(names);
    let port = addresses.first().map_or(0, SocketAddr::port);
    tell(args, folder, imported.as_ref(), port, context)?;
    let resolver = imported.map(|imported| Arc::new(Resolver::new(imported.credentials)));
    let mut serving = Serving::new();
    serving.add(
        listeners,
        &files,
        &descriptors::limits(),
        resolver.as_ref().map_or(Over::Plain, Over::Tls),
    )?;
    let signal = match source.zip(resolver) {
        Some((source, resolver)) => {
            let watch = Watch::new(source, args.names.clone(), resolver, context.clock.clone())?;
            tokio::select! {
                signal = shutdown.requested() => signal,
                never = watch.run() => match never {},
            }
        }
        None => shutdown.requested().await,
    };
    serving.end(signal, &mut shutdown, &mut context.ui).await?;
    Ok(Verdict::Yes)
}

/// The folder's real path; it must not hold what is to stay secret.
fn folder(args: &Args, context: &Context) -> Result<PathBuf, Failure> {
    // Without a home there is no data directory to keep away from.
    let data = context.data_dir().unwrap_or_else(|_no_home| PathBuf::from("/var/lib/chancery"));
    let folder = require_apart(&args.folder, &data)?;
    let key = args.key.as_ref().and_then(|key| std::fs::canonicalize(key).ok());
    match key.filter(|key| key.starts_with(&folder)) {
        Some(key) => Err(Failure::refused(format!(
            "the private key {} lies in the served folder {}: whoever asks would get it",
            key.display(),
            folder.display()
        ))
        .hint(format!("mv {} somewhere else, and make a new one: this may have been read", shell(&key)))),
        None => Ok(folder),
    }
}

/// Plain HTTP is for this machine alone.
fn require_loopback(listen: Listen, folder: &Path) -> Result<(), Failure> {
    if listen.is_loopback() {
        return Ok(());
    }
    Err(Failure::refused("without a certificate the folder is served to this machine alone")
        .hint(format!("chancery files {} --listen ADDR --cert CHAIN --key KEY", shell(folder)))
        .hint(format!("or have a certificate made: chancery up {}", shell(folder))))
}

/// The names that a request may be for: this machine's own, those that were said, and those in the
/// certificate, of which a pattern names nobody.
fn host_names(args: &Args, imported: Option<&Imported>, addresses: &[SocketAddr]) -> HostNames {
    let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let host_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let listened = addresses.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified());
    let certified = imported.into_iter().flat_map(|imported| imported.names.iter().cloned());
    HostNames::new(
        loopback
            .into_iter()
            .chain([host_name])
            .chain(listened.map(|ip| ip.to_string()))
            .chain(args.names.iter().cloned())
            .chain(certified.filter(|name| !name.starts_with('*'))),
    )
}

/// Where it is, and what it does.
fn tell(
    args: &Args,
    folder: &Path,
    imported: Option<&Imported>,
    port: u16,
    context: &mut Context,
) -> Result<(), Failure> {
    let scheme = if imported.is_some() { "https" } else { "http" };
    // Under the names that a client accepts; a pattern is none.
    let this_machine = ["localhost".to_owned()];
    let shown = imported.map_or(this_machine.as_slice(), |imported| &imported.names);
    let url = |name: &String| match name.contains(':') {
        true => format!("{scheme}://[{name}]:{port}/"),
        false => format!("{scheme}://{name}:{port}/"),
    };
    let urls: Vec<String> = shown.iter().filter(|name| !name.starts_with('*')).map(url).collect();
    for remark in imported.into_iter().flat_map(|imported| &imported.remarks) {
        context.ui.note(remark)?;
    }
    let certificate = imported.map(|imported| CertificateDocument {
        names: imported.names.clone(),
        issuer: imported.issuer.clone(),
        valid_until: imported.until.to_string(),
    });
    if context.ui.is_json() {
        let (uploads, largest_upload) = (args.serving.upload, args.serving.largest());
        let folder = folder.display().to_string();
        return context.ui.json(&Document { folder, urls, uploads, largest_upload, certificate });
    }
    context.ui.tick(&format!("serving {}", folder.display()))?;
    let uploads = match (args.serving.upload, args.serving.max_upload) {
        (false, _) => "refused (--upload accepts them)".to_owned(),
        (true, None) => "accepted".to_owned(),
        (true, Some(largest)) => format!("accepted, up to {largest} each"),
    };
    let mut rows = vec![("address", urls.join("\n")), ("uploads", uploads)];
    if let Some(certificate) = certificate {
        let CertificateDocument { issuer, valid_until, .. } = certificate;
        rows.push(("certificate", format!("issued by {issuer}, valid until {valid_until}")));
    }
    context.ui.rows(&rows)?;
    context.ui.next(&format!("curl {}", urls.first().map_or("", String::as_str)))
}
