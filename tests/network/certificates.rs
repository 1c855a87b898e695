//! TLS: whom we trust, and who trusts us.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use rustls::ServerConfig;

use super::authority::{Authority, Pair};
use super::front::Front;
use crate::support::fake_backend::FakeBackend;
use crate::support::process::{Home, Ran, backend, model, run};

const CODE: &str = "fn main() {\n    let a = ;\n}\n";

struct Setting {
    home: Home,
    _backend: FakeBackend,
    front: Front,
    protocols: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Setting {
    fn new(config: ServerConfig) -> Self {
        let (home, backend) = (Home::new(), backend());
        backend.answer("alpha(beta)");
        home.file("main.rs", CODE);
        let protocols: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let front = Front::tls(config, backend.port(), Arc::clone(&protocols));
        Self { home, _backend: backend, front, protocols }
    }

    fn file(&self, name: &str, pem: &str) -> PathBuf {
        let path = self.home.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path
    }

    /// `foretype complete` with these keys more, and this bundle as the system's.
    fn complete(&self, keys: &[(&str, &PathBuf)], system: Option<&PathBuf>) -> Ran {
        let keys: String =
            keys.iter().map(|(key, file)| format!("{key} = '{}'\n", file.display())).collect();
        let url = format!("https://localhost:{}", self.front.port);
        self.home.configure(&model(&url).replacen("\n\n", &format!("\n{keys}\n"), 1));
        let mut command = self.home.command(&["complete", "main.rs:2:13"]);
        command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
        if let Some(system) = system {
            command.env("SSL_CERT_FILE", system);
        }
        run(command)
    }
}

#[track_caller]
fn works(ran: &Ran) {
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"), "{}", ran.stderr);
}

#[track_caller]
fn fails(ran: &Ran, part: &str) {
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
}

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let authority = Authority::new();
    let setting = Setting::new(authority.sign(&["localhost"]).server(None));
    let bundle = setting.file("ca.pem", &authority.pem());
    works(&setting.complete(&[("ca_bundle", &bundle)], None));
    let told = "cannot reach fake at localhost";
    let ran = setting.complete(&[], None);
    fails(&ran, told);
    fails(&ran, "set `ca_bundle` to the PEM file of the CA");
}

#[test]
#[cfg(target_os = "linux")]
fn the_system_s_authorities_stay_trusted_beside_a_bundle() {
    let (system, own) = (Authority::new(), Authority::new());
    let setting = Setting::new(system.sign(&["localhost"]).server(None));
    let system = setting.file("system.pem", &system.pem());
    let own = setting.file("own.pem", &own.pem());
    works(&setting.complete(&[("ca_bundle", &own)], Some(&system)));
    fails(&setting.complete(&[("ca_bundle", &own)], None), "set `ca_bundle`");
}

#[test]
fn a_server_that_wants_a_client_certificate_gets_it() {
    let authority = Authority::new();
    let setting = Setting::new(authority.sign(&["localhost"]).server(Some(&authority)));
    let bundle = setting.file("ca.pem", &authority.pem());
    let Pair { certificate, key } = authority.sign(&["somebody"]);
    let both = setting.file("both.pem", &format!("{certificate}{key}"));
    let certificate = setting.file("certificate.pem", &certificate);
    let key = setting.file("key.pem", &key);
    let ca = ("ca_bundle", &bundle);
    works(&setting.complete(&[ca, ("client_certificate", &both)], None));
    let apart = [ca, ("client_certificate", &certificate), ("client_key", &key)];
    works(&setting.complete(&apart, None));
    fails(
        &setting.complete(&[ca], None),
        "it wants a client certificate; set `client_certificate`",
    );
    let Pair { certificate, key } = Authority::new().sign(&["somebody"]);
    let strange = setting.file("strange.pem", &format!("{certificate}{key}"));
    let ran = setting.complete(&[ca, ("client_certificate", &strange)], None);
    fails(&ran, "it does not take the client certificate");
}

#[test]
fn what_is_wrong_with_a_server_s_certificate_is_told() {
    let authority = Authority::new();
    for (pair, part) in [
        (authority.sign_expired("localhost"), "has expired"),
        (authority.sign(&["other.example"]), "is for another host"),
    ] {
        let setting = Setting::new(pair.server(None));
        let bundle = setting.file("ca.pem", &authority.pem());
        fails(&setting.complete(&[("ca_bundle", &bundle)], None), part);
    }
}

/// A bad file is that model's failure, and nobody else's.
#[test]
fn a_bad_file_does_not_keep_the_program_from_starting() {
    let setting = Setting::new(Authority::new().sign(&["localhost"]).server(None));
    let bad = setting.file("bad.pem", "no certificate");
    fails(&setting.complete(&[("ca_bundle", &bad)], None), "bad.pem is not PEM");
    let other = backend();
    other.answer("gamma");
    let two = format!(
        "[models.bad]\nprovider = 'openai-compatible'\nurl = 'https://localhost:1'\n\
         model = 'm'\nca_bundle = '{}'\n{}model = 'fake'\n",
        bad.display(),
        model(&other.url())
    );
    setting.home.configure(&two);
    let ran = setting.home.run(&["complete", "main.rs:2:13"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "gamma\n"), "{}", ran.stderr);
}

#[test]
fn http_2_is_spoken_where_the_server_can() {
    let authority = Authority::new();
    let mut config = authority.sign(&["localhost"]).server(None);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let setting = Setting::new(config);
    let bundle = setting.file("ca.pem", &authority.pem());
    // What stands behind speaks HTTP/1.1 only: what they agreed on is what counts.
    let _ = setting.complete(&[("ca_bundle", &bundle)], None);
    let protocols = setting.protocols.lock().unwrap().clone();
    assert!(!protocols.is_empty() && protocols.iter().all(|it| it == b"h2"), "{protocols:?}");
}
