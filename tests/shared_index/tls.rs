//! TLS, with the certificates of the settings. The test's PostgreSQL has none: what stands before it
//! takes PostgreSQL's wish for TLS (its documentation, "Message Flow", 54.2.11) and speaks it.

use std::net::SocketAddr;
use std::sync::Arc;

use foretype::config::{SharedSettings, Tls};
use foretype::retrieval::shared::{Shared, SharedError, Wish};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::setting::*;
use crate::support::postgres::Postgres;

/// A CA's certificate in a file, and what a server for `localhost` with one of its makes.
fn authority(folder: &std::path::Path) -> (std::path::PathBuf, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let own = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&own, &issuer).unwrap();
    let file = folder.join("ca.pem");
    std::fs::write(&file, certificate.pem()).unwrap();
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (file, TlsAcceptor::from(Arc::new(config)))
}

/// Stands before the server, and answers where.
async fn front(to: String, acceptor: TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (to, acceptor) = (to.clone(), acceptor.clone());
            tokio::spawn(async move {
                let mut wish = [0; 8];
                client.read_exact(&mut wish).await.unwrap();
                assert_eq!(wish, [0, 0, 0, 8, 4, 210, 22, 47], "it wishes for TLS");
                client.write_all(b"S").await.unwrap();
                // A client that does not trust us leaves.
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let mut server = TcpStream::connect(to).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn the_certificate_is_checked_wholly() {
    let Some(server) = Postgres::shared() else { return };
    let database = server.database().await;
    migrate(&database).await;
    let folder = tempfile::tempdir().unwrap();
    let (ca, acceptor) = authority(folder.path());
    let address = front(database.address(), acceptor).await;
    let url = |host: &str, more: &str| {
        let before = database.url("foretype_reader");
        before.replace(&database.address(), &format!("{host}:{}", address.port())) + more
    };
    let open = async |url: String, ca: Option<&std::path::Path>| {
        let tls = Tls { ca_bundle: ca.map(Into::into), ..Tls::default() };
        let settings = SharedSettings { tls, ..settings(&url) };
        Shared::connect(&settings, false, Wish::Read, scope("main"), MODEL).await
    };
    for more in ["", "?sslmode=require", "?sslmode=verify-full"] {
        let store = open(url("localhost", more), Some(&ca)).await.unwrap();
        assert_eq!(search(&store, "a", 1).await, []);
        let unknown = open(url("localhost", more), None).await.err().unwrap();
        let SharedError::Tls(_, why) = unknown else { panic!("{unknown:?}") };
        assert!(why.contains("`ca_bundle`"), "{why}");
        let other_host = open(url("127.0.0.1", more), Some(&ca)).await.err().unwrap();
        let SharedError::Tls(_, why) = other_host else { panic!("{other_host:?}") };
        assert!(why.contains("another host"), "{why}");
    }
    // The server itself has no TLS.
    let plain = database.url("foretype_reader") + "?sslmode=require";
    let error = open(plain, Some(&ca)).await.err().unwrap();
    assert!(matches!(&error, SharedError::Tls(_, why) if why.contains("has no TLS")), "{error:?}");
    let missing =
        open(url("localhost", ""), Some(&folder.path().join("none"))).await.err().unwrap();
    assert!(matches!(missing, SharedError::Certificates(_)), "{missing:?}");
}
