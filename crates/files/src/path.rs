// SPDX-License-Identifier: MIT OR Apache-2.0
//! From a URL's path to names below the root.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

/// What stays as it is in a path segment: RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Longer paths are of no file: PATH_MAX.
const LONGEST: usize = 4096;

/// Names of unfinished uploads begin so. They are never listed, served or written to.
pub(crate) const UNFINISHED: &str = ".chancery-upload-";

/// A path below the root: each name is one that a folder can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestPath {
    /// Names joined by `/`; empty for the root itself.
    path: PathBuf,
    /// Whether it ended in a slash, as the path of a folder does.
    pub(crate) folder: bool,
}

/// Why a path is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("the path does not begin with a slash")]
    NotAbsolute,
    #[error("a % in the path is not followed by two hexadecimal digits")]
    Escape,
    #[error("the path has a name that is empty")]
    EmptyName,
    #[error("the path has a name that is . or ..")]
    DotName,
    #[error("the path has a name with a slash, a backslash or a NUL in it")]
    Character,
    #[error("the path is longer than {LONGEST} bytes")]
    TooLong,
}

impl RequestPath {
    /// The path of a URL, percent-decoded name by name.
    pub(crate) fn parse(path: &str) -> Result<Self, PathError> {
        if path.len() > LONGEST {
            return Err(PathError::TooLong);
        }
        let rest = path.strip_prefix('/').ok_or(PathError::NotAbsolute)?;
        let (rest, folder) = match rest.strip_suffix('/') {
            Some(rest) => (rest, true),
            None => (rest, rest.is_empty()),
        };
        let mut names = PathBuf::new();
        if !rest.is_empty() {
            for segment in rest.split('/') {
                names.push(OsStr::from_bytes(&name(segment)?));
            }
        } else if path != "/" {
            return Err(PathError::EmptyName);
        }
        Ok(Self { path: names, folder })
    }

    /// The path relative to the root; `.` for the root itself.
    pub(crate) fn beneath(&self) -> &Path {
        if self.path.as_os_str().is_empty() { Path::new(".") } else { &self.path }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &OsStr> {
        self.path.iter()
    }

    /// The last name, unless this is the root.
    pub(crate) fn last(&self) -> Option<&OsStr> {
        self.path.file_name()
    }

    /// The path of the folder that it is in.
    pub(crate) fn parent(&self) -> Option<Self> {
        Some(Self { path: self.path.parent()?.to_owned(), folder: true })
    }

    /// The path of `name` in this folder. `name` is one that the system told.
    pub(crate) fn child(&self, name: &OsStr) -> Self {
        Self { path: self.path.join(name), folder: false }
    }

    /// Whether a name in it is hidden: begins with a dot.
    pub(crate) fn is_hidden(&self) -> bool {
        self.names().enumerate().any(|(depth, name)| {
            name.as_bytes().starts_with(b".") && !(depth == 0 && name.as_bytes() == b".well-known")
        })
    }

    /// Whether a name in it is that of an unfinished upload.
    pub(crate) fn is_unfinished_upload(&self) -> bool {
        self.names().any(|name| name.as_bytes().starts_with(UNFINISHED.as_bytes()))
    }

    /// As a URL's path, of a folder if `folder`. Never begins with two slashes.
    pub(crate) fn to_url(&self, folder: bool) -> String {
        let mut url = String::from("/");
        for (index, name) in self.names().enumerate() {
            if index > 0 {
                url.push('/');
            }
            url.push_str(&encode(name));
        }
        if folder && url.len() > 1 {
            url.push('/');
        }
        url
    }
}

/// One name as a URL's path segment.
pub(crate) fn encode(name: &OsStr) -> String {
    percent_encode(name.as_bytes(), SEGMENT).to_string()
}

/// Whether a name that the system told can be asked for by a URL.
pub(crate) fn is_askable(name: &OsStr) -> bool {
    !name.as_bytes().contains(&b'\\')
}

fn name(segment: &str) -> Result<Vec<u8>, PathError> {
    let mut name = Vec::with_capacity(segment.len());
    let mut bytes = segment.bytes();
    while let Some(byte) = bytes.next() {
        name.push(if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(bytes.next()), digit(bytes.next()));
            let value = high.zip(low).map(|(high, low)| high * 16 + low).ok_or(PathError::Escape)?;
            u8::try_from(value).map_err(|_above_255| PathError::Escape)?
        } else {
            byte
        });
    }
    match name.as_slice() {
        b"" => Err(PathError::EmptyName),
        b"." | b".." => Err(PathError::DotName),
        name if name.iter().any(|byte| matches!(byte, 0 | b'/' | b'\\')) => Err(PathError::Character),
        _ => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn paths_are_read_or_refused() {
        let check = |path: &str, expect: Result<(&str, bool), PathError>| {
            let parsed = RequestPath::parse(path);
            let found = parsed.as_ref().map(|parsed| (parsed.beneath().to_str().unwrap(), parsed.folder));
            assert_eq!(found.map_err(|error| *error), expect, "{path}");
        };
        check("/", Ok((".", true)));
        check("/a", Ok(("a", false)));
        check("/a/b/", Ok(("a/b", true)));
        check("/%61%20b", Ok(("a b", false)));
        check("/...", Ok(("...", false)));
        for path in ["/..", "/../a", "/a/..", "/a/../b", "/%2e%2e/a", "/.%2E", "/.", "/./a", "/a/%2e/"] {
            check(path, Err(PathError::DotName));
        }
        for path in ["/a%2fb", "/%2Fetc", "/a%00", "/a\\b", "/a%5cb", "/..%5c..", "/%2e%2e%2f"] {
            check(path, Err(PathError::Character));
        }
        for path in ["//", "//etc", "/a//b", "/a//", "///"] {
            check(path, Err(PathError::EmptyName));
        }
        for path in ["/%", "/%4", "/%zz", "/%+1", "/a%"] {
            check(path, Err(PathError::Escape));
        }
        for path in ["", "a", "*", "..", "http:"] {
            check(path, Err(PathError::NotAbsolute));
        }
        check(&format!("/{}", "a".repeat(LONGEST)), Err(PathError::TooLong));
    }

    #[test]
    fn a_name_that_is_not_utf_8_goes_to_a_url_and_back() {
        let path = RequestPath::parse("/%ff%FE/caf%C3%A9").unwrap();
        assert_eq!(path.to_url(true), "/%FF%FE/caf%C3%A9/");
        assert_eq!(RequestPath::parse(&path.to_url(false)).unwrap(), path);
    }

    #[test]
    fn dotted_names_are_hidden_except_the_well_known() {
        let hidden = |path| RequestPath::parse(path).unwrap().is_hidden();
        assert!(hidden("/.git/config") && hidden("/a/.env") && hidden("/a/.well-known"));
        assert!(!hidden("/.well-known/acme") && !hidden("/a.b") && !hidden("/"));
    }
}
