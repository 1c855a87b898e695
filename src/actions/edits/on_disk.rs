//! The file of a document that is to be changed, on the disk.

use std::path::{Path, PathBuf};

use crate::actions::outcome::ActionError;

/// Larger files (bytes) are not read to see their encoding.
const LARGEST: u64 = 10 * 1024 * 1024;

/// The file of a document that is to be changed, if there is one.
pub(in crate::actions) struct OnDisk(Option<PathBuf>);

impl OnDisk {
    /// Looks before anyone is asked: what cannot be saved is no use.
    ///
    /// # Errors
    /// [`ActionError::ReadOnly`], [`ActionError::NotUtf8`].
    pub(in crate::actions) async fn look(file: Option<&Path>) -> Result<Self, ActionError> {
        let Some(file) = file else { return Ok(Self(None)) };
        // A document that was never saved has none.
        let Ok(known) = tokio::fs::metadata(file).await else { return Ok(Self(None)) };
        let path = file.to_owned();
        let refused = tokio::task::spawn_blocking(move || is_refused(&path)).await;
        if known.permissions().readonly() || refused.unwrap_or(false) {
            return Err(ActionError::ReadOnly(name(file)));
        }
        if !is_utf8(file.to_owned(), known.len()).await {
            return Err(ActionError::NotUtf8(name(file)));
        }
        Ok(Self(Some(file.to_owned())))
    }

    /// # Errors
    /// [`ActionError::Deleted`].
    pub(in crate::actions) async fn is_still_there(&self) -> Result<(), ActionError> {
        match &self.0 {
            Some(file) if !tokio::fs::try_exists(file).await.unwrap_or(true) => {
                Err(ActionError::Deleted(name(file)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a file is text as foretype and most tools read it. Of a huge one, or of one that is no file,
/// nothing is said.
async fn is_utf8(file: PathBuf, size: u64) -> bool {
    let read = move || {
        let whole = std::fs::metadata(&file).is_ok_and(|found| found.is_file()) && size <= LARGEST;
        !whole || std::fs::read(&file).map_or(true, |bytes| std::str::from_utf8(&bytes).is_ok())
    };
    tokio::task::spawn_blocking(read).await.unwrap_or(true)
}

/// Whether the system would not let us write a file: neither the mode nor the folder tells of access
/// lists and of disks that are read-only. The file is not opened, which would rouse those who watch it.
#[cfg(unix)]
fn is_refused(file: &Path) -> bool {
    use rustix::io::Errno;

    let asked = rustix::fs::access(file, rustix::fs::Access::WRITE_OK);
    matches!(asked, Err(Errno::ACCESS | Errno::PERM | Errno::ROFS))
}

#[cfg(not(unix))]
fn is_refused(_: &Path) -> bool {
    false
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
