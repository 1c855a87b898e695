//! Files that are their owner's alone. On Windows the state folder is below the user's own, which nobody
//! else may read.

use std::io::{Error, Write};
use std::path::Path;

/// Makes a folder, and those above it, and closes it to others.
pub(super) fn folder(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // One from an earlier day, or one that its user made.
        let mut mode = std::fs::metadata(folder)?.permissions();
        if mode.mode() & 0o077 != 0 {
            mode.set_mode(0o700);
            std::fs::set_permissions(folder, mode)?;
        }
    }
    Ok(())
}

/// Writes a file in its place: not emptied before, for an editor that looks at this moment would show
/// nothing. What is no file of the folder's own, as a link or a pipe, gives way to a new one.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Error> {
    let own = |file: &Path| std::fs::symlink_metadata(file).is_ok_and(|found| is_own(&found));
    if !own(file) {
        let _ = std::fs::remove_file(file);
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        // Whatever comes to stand there in this moment.
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        options.mode(0o600).custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    }
    let mut open = options.open(file)?;
    let found = open.metadata()?;
    if !is_own(&found) {
        return Err(Error::other("something else was put in its place"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            open.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
    }
    open.write_all(text.as_bytes())?;
    open.set_len(u64::try_from(text.len()).unwrap_or(u64::MAX))
}

/// Whether it is a file under one name alone.
fn is_own(found: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        found.is_file() && found.nlink() == 1
    }
    #[cfg(not(unix))]
    {
        found.is_file()
    }
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn pages_are_their_owners_alone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("state/answers");
        super::folder(&folder).unwrap();
        assert_eq!((mode(&folder), mode(folder.parent().unwrap())), (0o700, 0o700));
        let page = folder.join("a.md");
        write(&page, "a long text").unwrap();
        assert_eq!(mode(&page), 0o600);
        // What was open to others is closed.
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::set_permissions(&page, std::fs::Permissions::from_mode(0o644)).unwrap();
        super::folder(&folder).unwrap();
        write(&page, "short").unwrap();
        assert_eq!((mode(&folder), mode(&page)), (0o700, 0o600));
        assert_eq!(std::fs::read_to_string(&page).unwrap(), "short");
    }

    #[test]
    fn nothing_is_written_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let (other, page) = (home.path().join("other"), home.path().join("a.md"));
        for kind in ["link", "hard link", "link to nothing", "pipe"] {
            std::fs::write(&other, "mine").unwrap();
            let _ = std::fs::remove_file(&page);
            match kind {
                "link" => std::os::unix::fs::symlink(&other, &page).unwrap(),
                "hard link" => std::fs::hard_link(&other, &page).unwrap(),
                "pipe" => {
                    let made = std::process::Command::new("mkfifo").arg(&page).status().unwrap();
                    assert!(made.success());
                }
                _ => std::os::unix::fs::symlink(home.path().join("new"), &page).unwrap(),
            }
            write(&page, "a page").unwrap();
            assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine", "{kind}");
            assert!(!home.path().join("new").exists(), "{kind}");
            assert!(std::fs::symlink_metadata(&page).unwrap().is_file(), "{kind}");
            assert_eq!(std::fs::read_to_string(&page).unwrap(), "a page", "{kind}");
            std::fs::remove_file(&other).unwrap();
        }
    }
}
