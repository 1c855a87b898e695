//! The index: only the user's own file names a database, and nothing shows how it is reached.

use super::super::*;
use super::{Case, problems, user};

const FAKE: &str = concat!("not-a-", "real-password");
const EMBEDDER: &str = "[models.e]\nprovider='ollama'\nmodel='m'\n[index]\nmodel='e'\n";

#[test]
fn the_database_is_the_users_alone() {
    let shared = r#"{"index": {"shared": {"url": "postgresql://u@evil/d"}}}"#;
    let workspace = "[index.shared]\nurl='postgresql://u@evil/d'\n[index]\nmodel='x'";
    for own in ["", "[index.shared]\nurl='postgresql://u@good/d'\n"] {
        let before = user(own).settings.index;
        let resolved =
            Case { user: own, initialization: shared, client: shared, workspace }.resolve();
        assert_eq!(resolved.settings.index, before);
        let told = problems(&resolved);
        let count = |text: &str| told.iter().filter(|told| told.contains(text)).count();
        assert_eq!(count("`index.shared`: is not taken from an editor"), 2, "{told:?}");
        assert_eq!(count("a workspace cannot set"), 2, "{told:?}");
    }
}

#[test]
fn nothing_shows_how_it_is_reached() {
    let resolved = user(&format!(
        "{EMBEDDER}[index.shared]\nurl='postgresql://alice9:{FAKE}@db/d'\npassword='{FAKE}'\nca_bundle='~/ca.pem'"
    ));
    let everything =
        format!("{resolved:#?} {} {}", resolved.show(), problems(&resolved).join("\n"));
    assert!(!everything.contains(FAKE) && !everything.contains("alice9"), "{everything}");
    assert!(everything.contains("the password itself stands here"));
    if cfg!(feature = "postgres") {
        for line in ["[index.shared]", "url = \"***\"", "password = \"***\"", "timeout_ms = 2000"] {
            assert!(resolved.show().contains(line), "{line}");
        }
        let shared = resolved.settings.index.shared.unwrap();
        assert!(shared.tls.ca_bundle.is_some());
    } else {
        assert_eq!(resolved.settings.index.shared, None);
        assert!(everything.contains("built without PostgreSQL"));
    }
}

#[test]
fn what_cannot_be_used_is_told() {
    for (own, told) in [
        ("[index]\nmodel='e'", "`index.model`: there is no model `e`"),
        ("[index.shared]\npassword={env='X'}", "has no `url`"),
        ("[index.shared]\nurl={env='not a name'}", "`index.shared.url`: has an `env`"),
        ("[index.shared]\nurl='x'\nclient_key='~/k'", "has a `client_key` but no"),
        ("[index.shared]\nurl='x'\ntimeout_ms=0", "`index.shared.timeout_ms`"),
    ] {
        let without = "this program was built without PostgreSQL";
        let problems = problems(&user(own)).join("\n");
        let known = problems.contains(told);
        let here = cfg!(feature = "postgres") || !own.contains("shared");
        assert!(known || (!here && problems.contains(without)), "{own}: {problems}");
    }
    let mut layers =
        Case { user: "[index.shared]\nurl={command=['pass']}", ..Case::default() }.layers();
    layers.refuse_commands(true);
    assert_eq!(layers.resolve().settings.index.shared, None);
}

#[test]
fn a_model_that_makes_vectors_is_none_that_writes() {
    let one = user(&format!("{EMBEDDER}[models.w]\nprovider='llama-cpp'\n"));
    assert_eq!(problems(&one), [""; 0]);
    assert_eq!(one.settings.completion.model, ModelChoice::Named("w".into()));
    assert_eq!(one.settings.chat.model, ModelChoice::Named("w".into()));
    assert_eq!(one.settings.index.model.as_deref(), Some("e"));
    let none = user(EMBEDDER);
    assert_eq!(problems(&none), [""; 0]);
    assert_eq!(none.settings.completion.model, ModelChoice::Auto);
    let named = user(&format!("{EMBEDDER}[completion]\nmodel='e'\n"));
    assert_eq!(named.settings.completion.model, ModelChoice::Named("e".into()));
}
