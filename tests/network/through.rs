//! Proxies: what is far goes through the system's, what is on this machine never does.

use super::authority::Authority;
use super::front::Front;
use super::proxy::Proxy;
use crate::support::fake_backend::FakeBackend;
use crate::support::process::{Home, Ran, backend, model, run};

const CODE: &str = "fn main() {\n    let a = ;\n}\n";

/// `foretype complete` with a proxy in the environment.
fn complete(home: &Home, proxy: &str, none: &str) -> Ran {
    home.file("main.rs", CODE);
    let mut command = home.command(&["complete", "main.rs:2:13"]);
    for name in ["http_proxy", "https_proxy", "HTTPS_PROXY"] {
        command.env(name, proxy);
    }
    command.env_remove("all_proxy").env_remove("ALL_PROXY");
    command.env("no_proxy", none).env("NO_PROXY", none);
    run(command)
}

fn answering() -> FakeBackend {
    let backend = backend();
    backend.answer("alpha(beta)");
    backend
}

fn with_model(url: &str) -> Home {
    let home = Home::new();
    home.configure(&model(url));
    home
}

#[test]
fn a_far_server_is_reached_through_the_proxy() {
    let backend = answering();
    let proxy = Proxy::start(backend.port());
    let ran = complete(&with_model("http://model.example:8000"), &proxy.url(), "");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"), "{}", ran.stderr);
    let asked = proxy.asked();
    let whole = |line: &&String| line.contains(" http://model.example:8000/v1/");
    assert!(!asked.is_empty() && asked.iter().all(|line| whole(&line)), "{asked:?}");
}

#[test]
fn with_tls_the_proxy_sees_the_host_alone() {
    let (authority, backend) = (Authority::new(), answering());
    let server = authority.sign(&["model.example"]).server(None);
    let front = Front::tls(server, backend.port(), Default::default());
    let proxy = Proxy::start(front.port);
    let home = Home::new();
    let bundle = home.path().join("ca.pem");
    std::fs::write(&bundle, authority.pem()).unwrap();
    let bundle = format!("\nca_bundle = '{}'\n\n", bundle.display());
    home.configure(&model("https://model.example").replacen("\n\n", &bundle, 1));
    let ran = complete(&home, &proxy.url(), "");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"), "{}", ran.stderr);
    let asked = proxy.asked();
    assert!(!asked.is_empty() && asked.iter().all(|line| line == "CONNECT model.example:443"));
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let backend = answering();
    let proxy = Proxy::start(backend.port());
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}", backend.port());
        let ran = complete(&with_model(&url), &proxy.url(), "");
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "alpha(beta)\n"), "{}", ran.stderr);
    }
    assert_eq!(proxy.asked(), [""; 0]);
}

#[test]
fn no_proxy_is_obeyed() {
    let backend = answering();
    let proxy = Proxy::start(backend.port());
    // `.invalid` is nowhere (RFC 6761), so that going there directly fails.
    let home = with_model("http://model.invalid:8000");
    let ran = complete(&home, &proxy.url(), "model.invalid");
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("cannot reach fake at model.invalid:8000"), "{}", ran.stderr);
    assert_eq!(proxy.asked(), [""; 0]);
    let ran = complete(&home, &proxy.url(), "other.invalid");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}
