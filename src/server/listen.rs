//! Serving several editors: a Unix socket that only its owner can open, or TCP on loopback with a
//! token that is checked before the first frame. Each connection has a session of its own over the
//! shared services; malformed input, its end or `exit` end that connection alone.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use subtle::ConstantTimeEq;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::framing::Framing;
use super::transport;
use crate::services::Services;

/// A client must have sent its token by then.
const TOKEN_TIME: Duration = Duration::from_secs(5);
/// Between a connection that could not be accepted and the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Longest token line, bytes.
const TOKEN_LINE: usize = 512;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A Unix socket.
    Unix(PathBuf),
    /// TCP on loopback.
    Tcp(SocketAddr),
}

impl std::str::FromStr for Address {
    type Err = String;

    /// `unix:PATH`, a path, `tcp:HOST:PORT`, `HOST:PORT` or a port.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Self::Unix(path.into()));
        }
        let rest = text.strip_prefix("tcp:").unwrap_or(text);
        let rest = rest.replacen("localhost:", "127.0.0.1:", 1);
        let address = match rest.parse::<u16>() {
            Ok(port) => Some(SocketAddr::from(([127, 0, 0, 1], port))),
            Err(_) => rest.parse::<SocketAddr>().ok(),
        };
        match address {
            Some(address) if address.ip().is_loopback() => Ok(Self::Tcp(address)),
            Some(address) => Err(format!(
                "{address} is not a loopback address; foretype listens on 127.0.0.1 or [::1] only (use an SSH tunnel from elsewhere)"
            )),
            None if text.starts_with("tcp:") || like_a_port(text) => Err(format!(
                "`{text}` is neither HOST:PORT nor a socket's path (for a file of that name: `unix:{text}`)"
            )),
            None => Ok(Self::Unix(text.into())),
        }
    }
}

/// A number, or a name and a number: meant for a port.
fn like_a_port(text: &str) -> bool {
    let port = text.rsplit(':').next().unwrap_or(text);
    !text.contains(['/', '\\']) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

/// Listens until the process is told to end (SIGTERM, Ctrl-C).
///
/// # Errors
/// If the address cannot be had or the token file is not private.
pub async fn run(services: Arc<Services>, address: &Address, token: Option<&Path>) -> Result<()> {
    match address {
        Address::Unix(path) => unix(services, path).await,
        Address::Tcp(address) => tokio::select! {
            listened = tcp(services, *address, token) => listened,
            () = told_to_end() => Ok(()),
        },
    }
}

async fn told_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// One connection that could not be accepted is no reason to end the others.
async fn accepted<T>(result: std::io::Result<T>) -> Option<T> {
    match result {
        Ok(connection) => Some(connection),
        Err(error) => {
            tracing::warn!("a connection could not be accepted: {error}");
            // Where descriptors have run out, the next try fails at once as well.
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

#[cfg(unix)]
async fn unix(services: Arc<Services>, path: &Path) -> Result<()> {
    use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
    if tokio::net::UnixStream::connect(path).await.is_ok() {
        bail!("{}: another server listens there; choose another path or end it", path.display());
    }
    // What a server left behind is replaced, and nothing else.
    if std::fs::symlink_metadata(path).is_ok_and(|found| !found.file_type().is_socket()) {
        bail!("{}: is there and is no socket; choose another path", path.display());
    }
    // Made where nobody else can reach it, given its mode, then moved into place: at no moment can
    // another user open it.
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let private = parent.join(format!(".foretype-{}", std::process::id()));
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(&private)
        .with_context(|| format!("{}: no socket can be made there", parent.display()))?;
    let made = (|| {
        let inner = private.join("socket");
        let listener = tokio::net::UnixListener::bind(&inner)?;
        std::fs::set_permissions(&inner, std::fs::Permissions::from_mode(0o600))?;
        std::fs::rename(&inner, path)?;
        Ok::<_, std::io::Error>(listener)
    })();
    let _ = std::fs::remove_dir_all(&private);
    let listener = made.with_context(|| format!("{}: cannot listen there", path.display()))?;
    tracing::info!(path = %path.display(), "listening");
    eprintln!("foretype listens on {}", path.display());
    let serving = async {
        loop {
            let Some((stream, _)) = accepted(listener.accept().await).await else { continue };
            let (reader, writer) = stream.into_split();
            tokio::spawn(connection(Arc::clone(&services), reader, writer));
        }
    };
    tokio::select! {
        () = serving => {}
        () = told_to_end() => {}
    }
    let _ = std::fs::remove_file(path);
    Ok(())
}

#[cfg(not(unix))]
async fn unix(_: Arc<Services>, path: &Path) -> Result<()> {
    bail!("{}: Unix sockets are not supported here; use tcp:127.0.0.1:PORT", path.display())
}

async fn tcp(services: Arc<Services>, address: SocketAddr, token: Option<&Path>) -> Result<()> {
    let Some(file) = token else {
        bail!(
            "listening on TCP needs --token-file FILE: every program on this machine can connect to {address}"
        );
    };
    let token: Arc<str> = token_from(file)?.into();
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("{address}: cannot listen there"))?;
    let bound = listener.local_addr().unwrap_or(address);
    tracing::info!(address = %bound, "listening");
    // The port may have been chosen by the system.
    eprintln!("foretype listens on {bound}");
    loop {
        let Some((stream, peer)) = accepted(listener.accept().await).await else { continue };
        let _ = stream.set_nodelay(true);
        let (services, token) = (Arc::clone(&services), Arc::clone(&token));
        tokio::spawn(async move {
            let (mut reader, writer) = stream.into_split();
            let checked = tokio::time::timeout(TOKEN_TIME, check(&mut reader, &token)).await;
            if checked == Ok(true) {
                connection(services, reader, writer).await;
            } else {
                tracing::warn!(%peer, "a connection without the right token was closed");
            }
        });
    }
}

/// The token in a private file; made there if there is none.
fn token_from(file: &Path) -> Result<String> {
    if !file.exists() {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(file, &token)
            .with_context(|| format!("{}: cannot write the token", file.display()))?;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file)
            .with_context(|| file.display().to_string())?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            bail!("{}: others can read the token; run `chmod 600` on it", file.display());
        }
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{}: cannot read the token", file.display()))?;
    let token = text.trim().to_owned();
    if token.len() < 16 {
        bail!(
            "{}: the token is shorter than 16 characters; delete the file to have one made",
            file.display()
        );
    }
    Ok(token)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)?.write_all(text.as_bytes())
}

/// Reads the first line byte by byte (a frame may follow at once) and compares it in constant time.
async fn check(reader: &mut (impl AsyncRead + Unpin), token: &str) -> bool {
    let mut line = Vec::new();
    while line.len() < TOKEN_LINE {
        match reader.read_u8().await {
            Ok(b'\n') => {
                let given = line.strip_suffix(b"\r").unwrap_or(&line);
                return bool::from(given.ct_eq(token.as_bytes()));
            }
            Ok(byte) => line.push(byte),
            Err(_) => return false,
        }
    }
    false
}

async fn connection(
    services: Arc<Services>,
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin + Send + 'static,
) {
    let (outbox, queue) = transport::outbox();
    let (service, socket) = super::connection(services, outbox.clone());
    let ended =
        transport::serve(reader, writer, service, socket, Framing::Strict, (outbox, queue)).await;
    tracing::info!(?ended, "a connection ended");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let tcp = |text: &str| text.parse().ok().map(Address::Tcp);
        for (text, want) in [
            ("unix:/run/f.sock", Some(Address::Unix("/run/f.sock".into()))),
            ("/run/f.sock", Some(Address::Unix("/run/f.sock".into()))),
            ("9257", tcp("127.0.0.1:9257")),
            ("tcp:127.0.0.1:9257", tcp("127.0.0.1:9257")),
            ("localhost:9257", tcp("127.0.0.1:9257")),
            ("[::1]:9257", tcp("[::1]:9257")),
            ("0.0.0.0:9257", None),
            ("192.168.1.2:9257", None),
            ("tcp:nowhere", None),
            ("80000", None),
            ("example.org:80", None),
        ] {
            assert_eq!(text.parse::<Address>().ok(), want, "{text}");
        }
    }
}
