// SPDX-License-Identifier: MIT OR Apache-2.0
//! Reading the files of a trust store.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::error::Error;

/// The largest bundle that is read; Mozilla's whole list is 220 KiB.
const LARGEST: u64 = 16 << 20;

/// A whole file, when it is no larger than a trust store can be.
pub(crate) fn read_bounded(path: &Path) -> Result<Vec<u8>, Error> {
    let unreadable = |source| Error::Read { path: path.to_path_buf(), source };
    let mut content = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut content)).map_err(unreadable)?;
    if content.len() as u64 > LARGEST {
        return Err(Error::TooLarge { path: path.to_path_buf(), limit: LARGEST });
    }
    Ok(content)
}
