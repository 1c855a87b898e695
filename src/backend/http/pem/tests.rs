use std::path::PathBuf;

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;
use crate::backend::http::{Kind, Manner, make};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn pair() -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["a.example".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

fn client(tls: Tls) -> Result<reqwest::Client, String> {
    let connect_timeout = std::time::Duration::from_secs(1);
    let manner = Manner { kind: Kind::Remote, connect_timeout, pooled: true, tls };
    make(&manner).map_err(|error| error.to_string())
}

#[test]
fn good_files_make_a_client() {
    let folder = Folder::new();
    let (certificate, key) = pair();
    let both = folder.file("both.pem", format!("{key}{certificate}"));
    let apart = folder.file("certificate.pem", format!("subject=CN=a\r\n{certificate}\n\n"));
    let key = folder.file("key.pem", key);
    let bundle = folder.file("ca.pem", format!("# two\n{certificate}{}", pair().0));
    for (certificate, key) in [(both, None), (apart, Some(key))] {
        let tls = Tls {
            ca_bundle: Some(bundle.clone()),
            client_certificate: Some(certificate),
            client_key: key,
        };
        assert!(client(tls.clone()).is_ok(), "{:?}", client(tls));
    }
}

#[test]
fn a_bad_file_is_named_with_cause_and_remedy() {
    let folder = Folder::new();
    let (certificate, key) = pair();
    let good = folder.file("good.pem", &certificate);
    let own_key = folder.file("key.pem", &key);
    let none = folder.0.path().join("none.pem");
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIB\n-----END RSA PRIVATE KEY-----\n";
    let garbage = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let bundle = |file: PathBuf| Tls { ca_bundle: Some(file), ..Tls::default() };
    let shown = |file: PathBuf, key: Option<PathBuf>| Tls {
        client_certificate: Some(file),
        client_key: key,
        ..Tls::default()
    };
    for (tls, part) in [
        (bundle(none.clone()), "`ca_bundle`: FOLDER/none.pem is not there; correct the path"),
        (bundle(folder.0.path().into()), "is no file; name one PEM file"),
        (
            bundle(folder.file("empty", "")),
            "is not PEM; give a file with `-----BEGIN …-----` in it",
        ),
        (bundle(folder.file("der", [0x30, 0x82, 1, 2])), "it looks like DER"),
        (bundle(own_key.clone()), "has no certificate in it"),
        (bundle(folder.file("garbage.pem", garbage)), "is damaged"),
        (shown(good.clone(), None), "has no private key in it; name its file as `client_key`"),
        (shown(good.clone(), Some(none)), "`client_key`: FOLDER/none.pem is not there"),
        (shown(own_key.clone(), None), "has no certificate in it"),
        (
            shown(good.clone(), Some(folder.file("encrypted.pem", encrypted))),
            "has a private key with a password; write it without one by `openssl pkey",
        ),
        (
            shown(folder.file("old.pem", format!("{certificate}{old}")), None),
            "`client_certificate`: FOLDER/old.pem has a private key with a password",
        ),
        (
            shown(good.clone(), Some(folder.file("other.pem", pair().1))),
            "`client_certificate`: FOLDER/good.pem and the private key do not belong together",
        ),
        (shown(folder.file("x.p12", [0x30, 0x82, 1, 2]), None), "PKCS #12"),
    ] {
        let error = client(tls.clone()).expect_err(part);
        let folder = folder.0.path().display().to_string();
        let error = error.replace(&folder, "FOLDER").replace('\\', "/");
        assert!(error.contains(part), "{tls:?}: {error}");
        assert!(!error.contains("MIIB"), "{error}");
    }
}
