//! Listeners on a thread of their own: TLS in front of a plain server.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// A listener; dropping it ends it.
pub struct Front {
    pub port: u16,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Front {
    /// Serves each connection by a task of its own.
    pub fn start<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, mut stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                loop {
                    tokio::select! {
                        accepted = listener.accept() => {
                            tokio::spawn(serve(accepted.unwrap().0));
                        }
                        _ = &mut stopped => return,
                    }
                }
            });
        });
        Self { port, stop: Some(stop), thread: Some(thread) }
    }

    /// TLS in front of the plain server on a port. What it agreed on in each handshake is noted.
    pub fn tls(config: ServerConfig, behind: u16, protocols: Arc<Mutex<Vec<Vec<u8>>>>) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Self::start(move |stream| {
            let (acceptor, protocols) = (acceptor.clone(), Arc::clone(&protocols));
            async move {
                let Ok(mut tls) = acceptor.accept(stream).await else { return };
                let protocol = tls.get_ref().1.alpn_protocol().unwrap_or_default().to_vec();
                protocols.lock().unwrap().push(protocol);
                let mut plain = TcpStream::connect(address(behind)).await.unwrap();
                let _ = copy_bidirectional(&mut tls, &mut plain).await;
            }
        })
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
        let _ = self.thread.take().unwrap().join();
    }
}

pub fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
