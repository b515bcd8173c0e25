// SPDX-License-Identifier: MIT OR Apache-2.0
//! The folder that is served: it must exist, and must keep away from the keys.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use files::{FilesConfig, HiddenFiles, Uploads};

use crate::failure::{Failure, shell};
use crate::size::Size;

/// What callers may see and do in it.
#[derive(Debug, clap::Args)]
pub(crate) struct FolderArgs {
    /// Accept uploads: PUT, and the form on each folder's page
    #[arg(long)]
    pub(crate) upload: bool,

    /// The largest file that is accepted: 500000, 20M, 2GiB
    #[arg(long, value_name = "SIZE", requires = "upload")]
    pub(crate) max_upload: Option<Size>,

    /// Serve and list names that begin with a dot, too
    #[arg(long)]
    hidden: bool,
}

impl FolderArgs {
    /// The largest file that is accepted, in bytes.
    pub(crate) fn largest(&self) -> Option<u64> {
        self.max_upload.map(Size::bytes)
    }

    /// As `files` takes it.
    pub(crate) fn config(&self) -> FilesConfig {
        let mut config = FilesConfig::default();
        if self.upload {
            config.uploads = Uploads::Accepted { largest: self.largest() };
        }
        if self.hidden {
            config.hidden = HiddenFiles::Served;
        }
        config
    }
}

/// The folder's real path, when it may be served beside this data directory.
pub(crate) fn require_apart(folder: &Path, data_directory: &Path) -> Result<PathBuf, Failure> {
    let real = fs::canonicalize(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::could_not(format!("there is no folder {}", folder.display()))
            .hint(format!("mkdir -p {}", shell(folder))),
        _ => Failure::unreadable(folder, &error),
    })?;
    if !real.is_dir() {
        return Err(Failure::could_not(format!("{} is not a folder", folder.display()))
            .hint("name the folder that the file lies in"));
    }
    let data = real_path(data_directory).map_err(|error| Failure::unreadable(data_directory, &error))?;
    let how = if data == real {
        "is"
    } else if data.starts_with(&real) {
        "contains"
    } else if real.starts_with(&data) {
        "lies in"
    } else {
        return Ok(real);
    };
    let message = format!(
        "the served folder {} {how} the data directory {}, where the private keys are",
        real.display(),
        data.display()
    );
    Err(Failure::refused(message).hint("serve another folder, or keep the data elsewhere: --data-dir DIR"))
}

/// The real path of something that may not exist yet: that of its nearest ancestor that does, and the rest.
fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    let mut missing = Vec::new();
    for ancestor in absolute.ancestors() {
        match fs::canonicalize(ancestor) {
            Ok(real) => return Ok(missing.iter().rev().fold(real, step)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                missing.extend(ancestor.components().next_back())
            }
            Err(error) => return Err(error),
        }
    }
    Ok(absolute)
}

fn step(mut path: PathBuf, component: &Component<'_>) -> PathBuf {
    match component {
        // What does not exist is no symbolic link either: its parent is the one before it.
        Component::ParentDir => {
            path.pop();
        }
        other => path.push(other),
    }
    path
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_reaches_the_keys_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        fs::create_dir_all(at("site/inner")).unwrap();
        fs::create_dir_all(at("data")).unwrap();
        std::os::unix::fs::symlink(at("site"), at("link")).unwrap();
        for (folder, data, expect) in [
            ("site", "data", Ok(())),
            ("site", "data/new", Ok(())),
            ("site", "site-data", Ok(())),
            ("site", "site", Err("is")),
            ("site", "site/inner", Err("contains")),
            ("site", "site/not/there/yet", Err("contains")),
            ("site", "elsewhere/../site/new", Err("contains")),
            ("link", "site/inner", Err("contains")),
            ("site", "link/data", Err("contains")),
            ("site/inner", "site", Err("lies in")),
        ] {
            let found = require_apart(&at(folder), &at(data));
            match (found, expect) {
                (Ok(_), Ok(())) => {}
                (Err(failure), Err(how)) => {
                    assert_eq!(failure.exit_code(), 1);
                    assert!(failure.message.contains(&format!(" {how} the data")), "{}", failure.message);
                }
                (found, _) => panic!("{folder} beside {data}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named_with_the_command_that_makes_it() {
        let place = tempfile::tempdir().unwrap();
        let failure = require_apart(&place.path().join("site"), &place.path().join("data")).unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.hints.first().unwrap().starts_with("mkdir -p "));
    }
}
