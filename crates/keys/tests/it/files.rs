// SPDX-License-Identifier: MIT OR Apache-2.0
//! Key files: their modes, their bounds, and what is left when writing fails.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use keys::file::{FileError, Overwrite, Remark, read_private_key, write_private_key, write_public};
use keys::{KeyError, KeyKind, Passphrase, PrivateKey};
use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;
use zeroize::Zeroizing;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(directory: &Path) -> Vec<String> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_key_is_written_for_its_owner_alone_and_read_back_without_a_remark() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("key.pem");
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    write_private_key(&path, &key.to_pkcs8_pem(), Overwrite::Refuse).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(directory.path()), ["key.pem"]);
    let file = read_private_key(&path).unwrap();
    assert!(!file.is_encrypted());
    assert_eq!(file.remarks(), []);
    assert_eq!(file.open(None).unwrap().public_key_info(), key.public_key_info());
    assert!(!format!("{file:?}").contains("BEGIN"));
}

#[test]
fn a_key_that_others_may_read_is_remarked_upon() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("key.pem");
    let key = PrivateKey::generate(KeyKind::Ed25519).unwrap();
    write_private_key(&path, &key.to_pkcs8_pem(), Overwrite::Refuse).unwrap();
    for open in [0o644, 0o640, 0o620, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
        let file = read_private_key(&path).unwrap();
        assert_eq!(file.remarks(), [Remark::OpenToOthers { mode: open }]);
        let shown = file.remarks()[0].to_string();
        assert!(shown.contains(&format!("mode {open:04o}")), "{shown}");
        assert!(file.open(None).is_ok());
    }
}

#[test]
fn an_encrypted_key_says_so_before_it_is_opened() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("key.pem");
    let key = PrivateKey::generate(KeyKind::P256).unwrap();
    let passphrase = Passphrase::from(Zeroizing::new("secret".to_owned()));
    write_private_key(&path, &key.to_encrypted_pkcs8_pem(&passphrase).unwrap(), Overwrite::Refuse).unwrap();
    let file = read_private_key(&path).unwrap();
    assert!(file.is_encrypted());
    assert!(file.open(Some(&passphrase)).is_ok());
    let Err(FileError::Key { source, .. }) = file.open(None) else { panic!("opened without a passphrase") };
    assert_eq!(source, KeyError::PassphraseNeeded);
}

#[test]
fn an_existing_file_is_left_alone_unless_it_is_to_be_replaced() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("file");
    fs::write(&path, "old").unwrap();
    let refused = write_private_key(&path, "new", Overwrite::Refuse).unwrap_err();
    assert_eq!(refused.to_string(), format!("{} exists already", path.display()));
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    write_public(&path, b"new", Overwrite::Replace).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(mode(&path), 0o644);
    write_private_key(&path, "secret", Overwrite::Replace).unwrap();
    assert_eq!(mode(&path), 0o600);
    // A link that leads nowhere is there too.
    let link = directory.path().join("link");
    symlink("nowhere", &link).unwrap();
    assert!(matches!(write_public(&link, b"new", Overwrite::Refuse), Err(FileError::Exists { .. })));
    assert_eq!(names(directory.path()).len(), 2);
}

#[test]
fn of_many_that_write_one_new_file_one_wins_and_none_leaves_a_trace() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("file");
    let won = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|index: u8| {
                let path = &path;
                scope.spawn(move || write_public(path, &[b'a' + index; 10_000], Overwrite::Refuse).is_ok())
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).filter(|won| *won).count()
    });
    assert_eq!(won, 1);
    assert_eq!(names(directory.path()), ["file"]);
    let content = fs::read(&path).unwrap();
    assert!(content.len() == 10_000 && content.iter().all(|byte| *byte == content[0]));
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let directory = TempDir::new().unwrap();
    let folder = directory.path().join("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("inside"), "").unwrap();
    assert!(matches!(write_public(&folder, b"x", Overwrite::Replace), Err(FileError::Io { .. })));
    assert!(matches!(write_public(&folder, b"x", Overwrite::Refuse), Err(FileError::Exists { .. })));
    assert_eq!(names(directory.path()), ["folder"]);
    let missing = directory.path().join("missing/file");
    let error = write_private_key(&missing, "x", Overwrite::Refuse).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot write {}", missing.display()));
    assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::NotFound);
    assert!(write_public(Path::new("/"), b"x", Overwrite::Replace).is_err());
    assert!(write_public(Path::new(".."), b"x", Overwrite::Replace).is_err());
}

/// The test runs itself in a process that may write no byte to any file, as on a full disk.
#[test]
fn a_full_disk_leaves_nothing_behind() {
    const DIRECTORY: &str = "CHANCERY_TEST_FULL_DISK";
    if let Some(directory) = std::env::var_os(DIRECTORY) {
        let path = Path::new(&directory).join("key.pem");
        let error = write_private_key(&path, "secret", Overwrite::Replace).unwrap_err();
        assert_eq!(std::io::Error::from(error).kind(), std::io::ErrorKind::FileTooLarge);
        return;
    }
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("key.pem");
    write_private_key(&path, "old", Overwrite::Refuse).unwrap();
    let child = Command::new("sh")
        .args([
            "-c",
            r#"trap '' XFSZ; ulimit -f 0; exec "$0" --exact files::a_full_disk_leaves_nothing_behind"#,
        ])
        .arg(std::env::current_exe().unwrap())
        .env(DIRECTORY, directory.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
    assert_eq!(names(directory.path()), ["key.pem"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn what_is_no_file_of_a_sound_length_is_not_read() {
    let directory = TempDir::new().unwrap();
    let at = |name: &str| directory.path().join(name);
    fs::write(at("long"), vec![b'x'; 64 * 1024 + 1]).unwrap();
    assert!(matches!(read_private_key(&at("long")), Err(FileError::TooLong { limit: 65_536, .. })));
    fs::write(at("full"), vec![b'x'; 64 * 1024]).unwrap();
    assert!(read_private_key(&at("full")).unwrap().open(None).is_err());
    mkfifoat(CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
    assert!(matches!(read_private_key(&at("pipe")), Err(FileError::NotRegular { .. })));
    assert!(matches!(read_private_key(directory.path()), Err(FileError::NotRegular { .. })));
    let error = read_private_key(&at("missing")).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot open {}", at("missing").display()));
    symlink(at("full"), at("link")).unwrap();
    assert!(read_private_key(&at("link")).is_ok());
}
