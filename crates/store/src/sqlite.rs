// SPDX-License-Identifier: MIT OR Apache-2.0
//! The record in one SQLite file.

mod commit;
mod copy;
mod inspect;
mod mark;
mod open;
mod read;
mod schema;
mod search;
mod writer;

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authority::journal::{CrlIssued, CrlPresigned, IntervalUnknown, Link};
use authority::{
    Answer, BaseUrl, Batch, CertificateQuery, CertificateRecord, Filing, Head, Inspection, IssuerId,
    IssuerRecord, Loss, Page, Receipt, Record, RecordError, RequestQuery, RequestRecord, Search, Sharding,
    StatusRecord, TokenId, TokenRecord,
};
use parking_lot::Mutex;
use rusqlite::Connection;
use x509::{SignatureVerifier, Time};

use crate::error::OpenError;
use mark::MarkFile;
use writer::Writer;

/// A record in a SQLite file: write-ahead log, `synchronous=FULL`.
pub struct Sqlite {
    // Dropped before the reader: the last connection to close folds the log into the file.
    writer: Option<Writer>,
    reader: Mutex<Connection>,
    path: PathBuf,
    mark: MarkFile,
    crypto: Arc<dyn SignatureVerifier>,
}

impl Sqlite {
    /// Opens a record that exists, bringing an older schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, crypto: Arc<dyn SignatureVerifier>) -> Result<Self, OpenError> {
        open::check_there(path)?;
        let writing = open::connect(path)?;
        if schema::version(&writing, path)? == 0 {
            return Err(OpenError::Empty { path: path.to_owned() });
        }
        Self::with(path, writing, crypto)
    }

    /// Opens a record, making it where there is none: a file of mode 0600.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn create(path: &Path, crypto: Arc<dyn SignatureVerifier>) -> Result<Self, OpenError> {
        open::make(path)?;
        let _turn = open::turn(path)?;
        Self::with(path, open::connect(path)?, crypto)
    }

    /// Opens a record that exists and may not be written: it is read as it is, and takes nothing. Nothing is written
    /// beside it either.
    ///
    /// # Errors
    /// See [`OpenError`]; among them that an older version wrote it.
    pub fn open_to_read(path: &Path, crypto: Arc<dyn SignatureVerifier>) -> Result<Self, OpenError> {
        open::check_there(path)?;
        let reading = open::connect_to_read(path)?;
        schema::require_known(&reading, path)?;
        open::settle_to_read(&reading, path)?;
        Ok(Self {
            writer: None,
            reader: Mutex::new(reading),
            path: path.to_owned(),
            mark: MarkFile::beside(path),
            crypto,
        })
    }

    fn with(
        path: &Path,
        mut writing: Connection,
        crypto: Arc<dyn SignatureVerifier>,
    ) -> Result<Self, OpenError> {
        // Before anything is written: a file that is not ours, or not yet, stays as it is.
        schema::version(&writing, path)?;
        open::settle(&writing, path)?;
        open::make_room(&writing, path)?;
        schema::migrate(&mut writing, path, &*crypto)?;
        let reading = open::connect(path)?;
        open::settle(&reading, path)?;
        open::only_read(&reading, path)?;
        let writer = Writer::start(writing, MarkFile::beside(path), Arc::clone(&crypto))
            .map_err(|source| OpenError::File { path: path.to_owned(), source })?;
        Ok(Self {
            writer: Some(writer),
            reader: Mutex::new(reading),
            path: path.to_owned(),
            mark: MarkFile::beside(path),
            crypto,
        })
    }

    /// What was committed, and is not in this record: it was put back from an older copy. Until somebody says that it
    /// goes on without that (`interval-unknown`), it takes nothing.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn loss(&self) -> Result<Option<Loss>, RecordError> {
        // The mark first: what is committed meanwhile is ahead of it.
        let mark = self.mark.read(&*self.crypto)?;
        MarkFile::loss(mark, &self.reader.lock())
    }

    /// Copies the record, as it stands at one moment, into a new file of mode 0600, durably. Others go on reading and
    /// committing meanwhile. Where it fails, what there is of the file stays: it is the caller's to remove.
    ///
    /// # Errors
    /// There is such a file, or it cannot be written.
    pub fn copy_to(&self, copy: &Path) -> Result<(), OpenError> {
        copy::copy(&self.path, copy)
    }

    /// Refuses while another process has a record open. One that is damaged, or not there, nobody can have open.
    ///
    /// # Errors
    /// Somebody has.
    pub fn require_unused(path: &Path) -> Result<(), OpenError> {
        copy::require_unused(path)
    }

    /// When the last entry was made; `None` when there is none.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn last_at(&self) -> Result<Option<Time>, RecordError> {
        read::last_at(&self.reader.lock())
    }

    /// The intervals of which it is unknown what was issued, in the order in which the record went on without them.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn unknown_intervals(&self) -> Result<Vec<IntervalUnknown>, RecordError> {
        read::unknown_intervals(&self.reader.lock())
    }

    fn read<'a, T: Send + 'a>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, RecordError>,
    ) -> Answer<'a, T> {
        let answer = question(&self.reader.lock());
        Box::pin(ready(answer))
    }
}

impl Record for Sqlite {
    fn commit(&self, batch: Batch) -> Answer<'_, Receipt> {
        let Some(writer) = &self.writer else { return Box::pin(ready(Err(RecordError::ReadOnly))) };
        match writer.commit(batch) {
            Ok(promise) => Box::pin(async move { promise.await.unwrap_or(Err(RecordError::Closed)) }),
            Err(busy) => Box::pin(ready(Err(busy))),
        }
    }

    fn head(&self) -> Answer<'_, Head> {
        self.read(read::head)
    }

    fn issuers(&self) -> Answer<'_, Vec<IssuerRecord>> {
        self.read(|connection| read::issuers(connection, &*self.crypto))
    }

    fn certificates(&self, query: CertificateQuery) -> Answer<'_, Vec<CertificateRecord>> {
        self.read(|connection| read::certificates(connection, &query))
    }

    fn search(&self, search: Search) -> Answer<'_, Page> {
        self.read(|connection| search::page(connection, &search))
    }

    fn misfiled(&self, sequence: u64, filing: Filing) -> Answer<'_, Vec<String>> {
        self.read(|connection| inspect::misfiled(connection, sequence, &filing))
    }

    fn inspect(&self) -> Answer<'_, Inspection> {
        self.read(|connection| inspect::whole(connection, &*self.crypto))
    }

    fn status(&self, issuer: IssuerId, serial: Vec<u8>) -> Answer<'_, Option<StatusRecord>> {
        self.read(|connection| read::status(connection, issuer, &serial))
    }

    fn changes(&self, issuer: IssuerId, after: u64, limit: usize) -> Answer<'_, Vec<StatusRecord>> {
        self.read(|connection| read::changes(connection, issuer, after, limit))
    }

    fn last_change(&self, issuer: IssuerId) -> Answer<'_, u64> {
        self.read(|connection| read::last_change(connection, issuer))
    }

    fn last_crl(&self, issuer: IssuerId) -> Answer<'_, Option<CrlIssued>> {
        self.read(|connection| read::last_crl(connection, issuer))
    }

    fn presigned_crl(&self, issuer: IssuerId, at: Time) -> Answer<'_, Option<CrlPresigned>> {
        self.read(|connection| read::presigned_crl(connection, issuer, at))
    }

    fn count_expiring(&self, after: Time, until: Time) -> Answer<'_, u64> {
        self.read(|connection| read::count_expiring(connection, after, until))
    }

    fn compromised(&self, key: [u8; 32]) -> Answer<'_, Option<Time>> {
        self.read(|connection| read::compromised(connection, key))
    }

    fn base_url(&self) -> Answer<'_, Option<BaseUrl>> {
        self.read(read::base_url)
    }

    fn shardings(&self) -> Answer<'_, Vec<Sharding>> {
        self.read(read::shardings)
    }

    fn token(&self, id: TokenId) -> Answer<'_, Option<TokenRecord>> {
        self.read(|connection| read::token(connection, id))
    }

    fn tokens(&self) -> Answer<'_, Vec<TokenRecord>> {
        self.read(read::tokens)
    }

    fn requests(&self, query: RequestQuery) -> Answer<'_, Vec<RequestRecord>> {
        self.read(|connection| read::requests(connection, query))
    }

    fn links(&self, after: u64, limit: usize) -> Answer<'_, Vec<Link>> {
        self.read(|connection| read::links(connection, after, limit))
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}
