//! A listening server and its clients.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Stdio};

use serde_json::json;

use crate::support::lsp::Lsp;
use crate::support::process::Home;

/// A running server; it is killed with this value.
pub struct Listener {
    pub child: Child,
    /// As it says itself.
    pub address: String,
    _stderr: BufReader<ChildStderr>,
}

impl Listener {
    /// Starts it and waits until it listens.
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("foretype listens on ");
        let address = address.unwrap_or_else(|| panic!("it says: {line}")).to_owned();
        Self { child, address, _stderr: stderr }
    }

    /// On a Unix socket in the home.
    pub fn unix(home: &Home) -> Self {
        Self::start(home, &["--listen", socket(home).to_str().unwrap()])
    }

    /// An initialised client of the Unix socket.
    pub fn client(&self) -> Lsp {
        let mut lsp = unix_client(&self.address);
        lsp.initialize(json!({}));
        lsp
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn socket(home: &Home) -> PathBuf {
    home.path().join("socket")
}

pub fn unix_client(path: &str) -> Lsp {
    let stream = UnixStream::connect(path).unwrap();
    Lsp::new(stream.try_clone().unwrap(), Half(stream))
}

pub fn tcp_client(address: &str) -> Lsp {
    let stream = TcpStream::connect(address).unwrap();
    Lsp::new(stream.try_clone().unwrap(), Half(stream))
}

/// The writing half of a socket: dropped, it ends what is written.
struct Half<S: Ends>(S);

trait Ends: Read + Write {
    fn end(&self);
}

impl Ends for UnixStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

impl Ends for TcpStream {
    fn end(&self) {
        let _ = self.shutdown(Shutdown::Write);
    }
}

impl<S: Ends> Write for Half<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<S: Ends> Drop for Half<S> {
    fn drop(&mut self) {
        self.0.end();
    }
}
