// SPDX-License-Identifier: MIT OR Apache-2.0
//! PUT: a file that is there whole, and on the disk, or not at all.

use std::ffi::{OsStr, OsString};
use std::os::fd::AsFd;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::header::{CONTENT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, LAST_MODIFIED};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};
use rustix::fs::{AtFlags, FileType, Mode, Stat, fchmod, fstat, fstatvfs, fsync, statat};
use rustix::io::Errno;

use crate::body::Body;
use crate::conditions::{self, Access, Outcome};
use crate::error::Refusal;
use crate::folder::Shared;
use crate::path::RequestPath;
use crate::pool::Pool;
use crate::reply;
use crate::scratch::Scratch;
use crate::validators::Validators;
use crate::writer::Writer;

/// How often a name may change hands between the look at it and the taking of it.
const ATTEMPTS: usize = 16;

/// Answer a PUT of `path`.
pub(crate) async fn answer<B>(
    shared: &Arc<Shared>,
    request: &Parts,
    body: B,
    path: RequestPath,
    largest: Option<u64>,
) -> Result<Response<Body>, Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    let declared = body.size_hint().lower();
    let _place = shared.places.try_acquire().map_err(|_all_taken| Refusal::Busy)?;
    check(shared, &request.headers, &path)?;
    if let Some(largest) = largest.filter(|largest| declared > *largest) {
        return Err(Refusal::TooLarge { largest });
    }
    let (opener, headers) = (Arc::clone(shared), request.headers.clone());
    let target =
        tokio::task::spawn_blocking(move || Target::open(&opener, &path, headers, declared)).await??;
    receive(body, &target, largest, Arc::clone(&shared.pool)).await?;
    let committer = Arc::clone(shared);
    let placed = tokio::task::spawn_blocking(move || target.commit(&committer)).await??;
    Ok(placed.response())
}

/// What can be told without looking at the disk.
fn check(shared: &Shared, headers: &HeaderMap, path: &RequestPath) -> Result<(), Refusal> {
    // RFC 9110 §14.5: a part is not to be taken for the whole.
    if headers.contains_key(CONTENT_RANGE) {
        return Err(Refusal::PartialPut);
    }
    if headers.get_all(CONTENT_ENCODING).iter().any(|coding| coding != "identity") {
        return Err(Refusal::Encoded);
    }
    if path.folder {
        return Err(Refusal::PutToFolderName);
    }
    if !shared.shows(path) {
        return Err(Refusal::HiddenName);
    }
    Ok(())
}

async fn receive<B>(
    mut body: B,
    target: &Target,
    largest: Option<u64>,
    pool: Arc<Pool>,
) -> Result<(), Refusal>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
{
    let mut writer = Writer::new(Arc::clone(target.scratch.file()), pool);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(Refusal::CutShort) };
        // Trailers say nothing that is kept.
        let Ok(bytes) = frame.into_data() else { continue };
        writer.write(&bytes).await?;
        if let Some(largest) = largest.filter(|largest| writer.taken() > *largest) {
            return Err(Refusal::TooLarge { largest });
        }
    }
    writer.finish().await
}

/// Where an upload goes, and what it is until it is there.
#[derive(Debug)]
struct Target {
    scratch: Scratch,
    name: OsString,
    headers: HeaderMap,
}

/// An upload in its place.
#[derive(Debug)]
struct Placed {
    status: StatusCode,
    stat: Stat,
}

impl Target {
    fn open(shared: &Shared, path: &RequestPath, headers: HeaderMap, declared: u64) -> Result<Self, Refusal> {
        let (Some(name), Some(parent)) = (path.last(), path.parent()) else {
            return Err(Refusal::PutToFolderName);
        };
        let folder = match shared.root.open_folder(&parent) {
            Err(Errno::NOENT | Errno::NOTDIR) => return Err(Refusal::NoSuchFolder),
            other => other?,
        };
        check_conditions(&headers, existing(&folder, name)?.as_ref())?;
        let disk = fstatvfs(&folder)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < declared {
            return Err(Refusal::DiskFull);
        }
        let scratch = Scratch::create(folder, shared.naming)?;
        Ok(Self { scratch, name: name.to_owned(), headers })
    }

    /// Make it durable, look once more at what it replaces, and put it in its place in one step.
    fn commit(mut self, shared: &Shared) -> Result<Placed, Refusal> {
        fsync(&**self.scratch.file())?;
        let status = {
            let _one_at_a_time = shared.commit.lock();
            self.place()?
        };
        fsync(self.scratch.folder())?;
        Ok(Placed { status, stat: fstat(&**self.scratch.file())? })
    }

    fn place(&mut self) -> Result<StatusCode, Refusal> {
        for _ in 0..ATTEMPTS {
            let existing = existing(self.scratch.folder(), &self.name)?;
            check_conditions(&self.headers, existing.as_ref())?;
            let Some(existing) = existing else {
                match self.scratch.place(&self.name) {
                    Ok(()) => return Ok(StatusCode::CREATED),
                    Err(Errno::EXIST) => continue,
                    Err(other) => return Err(other.into()),
                }
            };
            // Who may read the file stays as it was.
            fchmod(&**self.scratch.file(), Mode::from_raw_mode(existing.st_mode & 0o777))?;
            self.scratch.replace(&self.name)?;
            return Ok(StatusCode::NO_CONTENT);
        }
        Err(Refusal::Busy)
    }
}

/// The file that has the name, if there is one; what is there and is no file is not replaced.
fn existing(folder: impl AsFd, name: &OsStr) -> Result<Option<Stat>, Refusal> {
    let stat = match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(None),
        Err(Errno::NAMETOOLONG) => return Err(Refusal::NameTooLong),
        other => other?,
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(Some(stat)),
        FileType::Directory => Err(Refusal::IsAFolder),
        _ => Err(Refusal::NotReplaceable),
    }
}

fn check_conditions(headers: &HeaderMap, existing: Option<&Stat>) -> Result<(), Refusal> {
    match conditions::evaluate(headers, Access::Write, existing.map(Validators::of).as_ref()) {
        Outcome::Proceed => Ok(()),
        Outcome::NotModified | Outcome::Failed => Err(Refusal::Precondition),
    }
}

impl Placed {
    fn response(&self) -> Response<Body> {
        let mut response = reply::empty(self.status);
        let validators = Validators::of(&self.stat);
        let headers = [(ETAG, validators.etag_header()), (LAST_MODIFIED, validators.modified_header())];
        for (name, value) in headers {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
