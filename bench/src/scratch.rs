// SPDX-License-Identifier: MIT OR Apache-2.0
//! A folder for what a measurement needs on disk.

use std::path::{Path, PathBuf};

/// A folder that is removed at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder among the system's temporary ones.
    pub(crate) fn new() -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("chancery-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Puts a file into it.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<PathBuf, String> {
        let path = self.0.join(name);
        std::fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}
