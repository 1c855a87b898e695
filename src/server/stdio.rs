//! Standard input and output as a connection. Pipes and sockets are read without a helper thread,
//! which saves a hop between threads in each direction.

use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};

/// The client's messages.
pub type Reader = Pin<Box<dyn AsyncRead + Send>>;
/// Our messages.
pub type Writer = Pin<Box<dyn AsyncWrite + Send>>;

/// Opens both.
#[must_use]
pub fn open() -> (Reader, Writer) {
    #[cfg(unix)]
    {
        let reader = unix::reader().unwrap_or_else(|| Box::pin(tokio::io::stdin()));
        let writer = unix::writer().unwrap_or_else(|| Box::pin(tokio::io::stdout()));
        (reader, writer)
    }
    #[cfg(not(unix))]
    (Box::pin(tokio::io::stdin()), Box::pin(tokio::io::stdout()))
}

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::fs::FileTypeExt;

    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    use super::{Reader, Writer};

    pub(super) fn reader() -> Option<Reader> {
        let fd = std::io::stdin().as_fd().try_clone_to_owned().ok()?;
        match kind(&fd)? {
            Kind::Pipe => Some(Box::pin(pipe::Receiver::from_owned_fd(fd).ok()?)),
            Kind::Socket => Some(Box::pin(socket(fd)?)),
        }
    }

    pub(super) fn writer() -> Option<Writer> {
        let fd = std::io::stdout().as_fd().try_clone_to_owned().ok()?;
        match kind(&fd)? {
            Kind::Pipe => Some(Box::pin(pipe::Sender::from_owned_fd(fd).ok()?)),
            Kind::Socket => Some(Box::pin(socket(fd)?)),
        }
    }

    enum Kind {
        Pipe,
        Socket,
    }

    fn kind(fd: &OwnedFd) -> Option<Kind> {
        let found = File::from(fd.try_clone().ok()?).metadata().ok()?.file_type();
        if found.is_fifo() {
            Some(Kind::Pipe)
        } else if found.is_socket() {
            Some(Kind::Socket)
        } else {
            None
        }
    }

    fn socket(fd: OwnedFd) -> Option<UnixStream> {
        let stream = std::os::unix::net::UnixStream::from(fd);
        stream.set_nonblocking(true).ok()?;
        UnixStream::from_std(stream).ok()
    }
}
