// SPDX-License-Identifier: MIT OR Apache-2.0
//! What is in a folder.

use std::ffi::{OsStr, OsString};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;

use rustix::fs::{AtFlags, Dir, FileType, Stat, statat};

use crate::error::Refusal;
use crate::folder::Shared;
use crate::path::RequestPath;

/// A file or a folder in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: OsString,
    pub(crate) kind: Kind,
    /// Seconds since 1970.
    pub(crate) modified: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Folder,
    File { size: u64 },
}

/// By what, and in which direction, entries are sorted. Folders come first either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) by: Column,
    pub(crate) descending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Name,
    Size,
    Modified,
}

/// Everything in `folder` that would be served if it were asked for: no hidden files, no special files, no
/// links that lead out. `path` is where the folder is.
pub(crate) fn read(shared: &Shared, path: &RequestPath, folder: &OwnedFd) -> Result<Vec<Entry>, Refusal> {
    let mut entries = Vec::new();
    for item in Dir::read_from(folder)? {
        let item = item?;
        let name = OsStr::from_bytes(item.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        let place = path.child(name);
        if !shared.shows(&place) {
            continue;
        }
        // What went away meanwhile, or cannot be looked at, is not there.
        let Ok(mut stat) = statat(folder, item.file_name(), AtFlags::SYMLINK_NOFOLLOW) else { continue };
        if FileType::from_raw_mode(stat.st_mode) == FileType::Symlink {
            let Ok(target) = shared.root.stat(&place) else { continue };
            stat = target;
        }
        entries.extend(entry(name, &stat));
    }
    Ok(entries)
}

fn entry(name: &OsStr, stat: &Stat) -> Option<Entry> {
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => Kind::Folder,
        FileType::RegularFile => Kind::File { size: u64::try_from(stat.st_size).unwrap_or(0) },
        _ => return None,
    };
    Some(Entry { name: name.to_owned(), kind, modified: stat.st_mtime })
}

impl Order {
    /// `?sort=name|size|modified` and `&order=desc`.
    pub(crate) fn parse(query: &str) -> Self {
        let mut order = Self { by: Column::Name, descending: false };
        for pair in query.split('&') {
            match pair {
                "sort=size" => order.by = Column::Size,
                "sort=modified" => order.by = Column::Modified,
                "order=desc" => order.descending = true,
                _ => {}
            }
        }
        order
    }

    pub(crate) fn apply(self, entries: &mut [Entry]) {
        // By name without regard to case, and by bytes where that is the same: always one order.
        entries.sort_by_cached_key(|entry| (entry.name.to_string_lossy().to_lowercase(), entry.name.clone()));
        match self.by {
            Column::Name => {}
            Column::Size => entries.sort_by_key(Entry::size),
            Column::Modified => entries.sort_by_key(|entry| entry.modified),
        }
        if self.descending {
            entries.reverse();
        }
        entries.sort_by_key(|entry| entry.kind != Kind::Folder);
    }
}

impl Entry {
    fn size(&self) -> u64 {
        match self.kind {
            Kind::Folder => 0,
            Kind::File { size } => size,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_whatever_the_order() {
        let entry = |name: &str, kind, modified| Entry { name: name.into(), kind, modified };
        let file = |size| Kind::File { size };
        let check = |query: &str, expect: &[&str]| {
            let mut entries = [
                entry("b", file(1), 3),
                entry("C", file(3), 1),
                entry("a", file(2), 2),
                entry("z", Kind::Folder, 9),
                entry("Y", Kind::Folder, 0),
            ];
            Order::parse(query).apply(&mut entries);
            assert_eq!(entries.map(|entry| entry.name.to_string_lossy().into_owned()), *expect, "{query}");
        };
        check("", &["Y", "z", "a", "b", "C"]);
        check("order=desc", &["z", "Y", "C", "b", "a"]);
        check("sort=size", &["Y", "z", "b", "a", "C"]);
        check("sort=modified&order=desc", &["z", "Y", "b", "a", "C"]);
        check("json&sort=evil", &["Y", "z", "a", "b", "C"]);
    }
}
