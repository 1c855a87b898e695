//! A redirect is not followed: key and prompt go nowhere else.

use crate::support::fake_backend::Reply;
use crate::support::process::{Home, KEY, backend, model};

#[test]
fn nothing_goes_where_a_redirect_leads() {
    let (near, far) = (backend(), backend());
    let home = Home::new();
    home.file("main.rs", "fn main() {\n    let a = ;\n}\n");
    for status in [301, 302, 307, 308] {
        near.answer(
            Reply::status(status).header("Location", &format!("{}/v1/completions", far.url())),
        );
        let key = format!("\napi_key = '{KEY}'\n\n");
        home.configure(&model(&near.url()).replacen("\n\n", &key, 1));
        let ran = home.run(&["complete", "main.rs:2:13"]);
        assert_ne!(ran.code, 0, "{status}");
        let told = format!("redirects to another address ({status})");
        assert!(ran.stderr.contains(&told), "{status}: {}", ran.stderr);
        assert!(ran.stderr.contains("set `url` to the final one"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(KEY));
    }
    assert_eq!((far.connections(), far.requests().len()), (0, 0));
    assert!(near.connections() > 0);
}
