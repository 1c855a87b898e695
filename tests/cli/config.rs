//! `foretype config schema | init | show | reference`.

use serde_json::Value;

use crate::support::process::{Home, KEY, model};

#[test]
fn the_schema_is_json() {
    let ran = Home::new().run(&["config", "schema"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let schema: Value = serde_json::from_str(&ran.stdout).unwrap();
    for key in ["models", "completion", "chat", "discovery", "log"] {
        assert!(schema["properties"].get(key).is_some(), "{key}");
    }
}

#[test]
fn the_reference_is_a_page() {
    let ran = Home::new().run(&["config", "reference"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with('#') && ran.stdout.contains("`completion.debounce_ms`"));
}

#[test]
fn init_writes_a_file_that_is_understood_and_never_overwrites() {
    let home = Home::new();
    let ran = home.run(&["config", "init"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains(home.config().to_str().unwrap()) && ran.stdout.contains("doctor"));
    let written = std::fs::read_to_string(home.config()).unwrap();
    assert_eq!(home.run(&["config", "show"]).code, 0, "it has no problem");

    home.configure("enabled = true\n");
    let ran = home.run(&["config", "init"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("is there already"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(home.config()).unwrap(), "enabled = true\n");
    // A file for keys is for its owner alone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::remove_file(home.config()).unwrap();
        assert_eq!(home.run(&["config", "init"]).code, 0);
        assert_eq!(std::fs::read_to_string(home.config()).unwrap(), written);
        let mode = std::fs::metadata(home.config()).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn init_does_not_follow_a_dangling_link() {
    #[cfg(unix)]
    {
        let home = Home::new();
        let elsewhere = home.project().join("elsewhere");
        std::os::unix::fs::symlink(&elsewhere, home.config()).unwrap();
        let ran = home.run(&["config", "init"]);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        assert!(!elsewhere.exists());
    }
}

#[test]
fn show_tells_origins_and_masks_keys() {
    let home = Home::new();
    let keys = format!("\napi_key = \"{KEY}\"\nheaders = {{ \"X-Key\" = \"{KEY}\" }}\n\n");
    home.configure(&model("http://127.0.0.1:1").replace("\n\n", &keys));
    let ran = home.run(&["config", "show"]);
    let config = home.config();
    let place = format!("speculate = false  # {}:9:1", config.display());
    for part in [
        place.as_str(),
        "model = \"fake\"  # default",
        "api_key = \"***\"",
        "\"X-Key\" = \"***\"",
        "max_lines = 40  # default",
    ] {
        assert!(ran.stdout.contains(part), "{part} in {}", ran.stdout);
    }
    assert!(!ran.stdout.contains(KEY) && !ran.stderr.contains(KEY));
    // A key that stands in the file is pointed out.
    assert!(ran.stderr.contains("the key itself stands here"), "{}", ran.stderr);
    assert_eq!(ran.code, 0, "a warning is no failure");
}

#[test]
fn show_fails_where_something_is_wrong_and_names_the_place() {
    let home = Home::new();
    for (text, place) in [
        ("[completion]\nmax_lines = \"many\"\n", ":2:"),
        ("[completion\n", ":1:"),
        ("nonsense = 1\n", ":1:1"),
        ("[completion]\nmodel = \"nope\"\n", ":2:"),
    ] {
        home.configure(text);
        let ran = home.run(&["config", "show"]);
        assert_eq!(ran.code, 1, "{text:?}");
        assert!(ran.stderr.contains(&format!("config.toml{place}")), "{text:?}: {}", ran.stderr);
        assert!(ran.stdout.contains("[completion]"), "{text:?}");
    }
}

#[test]
fn show_counts_the_projects_own_file() {
    let home = Home::new();
    home.file(".foretype.toml", "[completion]\nenabled = false\n");
    let ran = home.run(&["config", "show"]);
    assert!(ran.stdout.contains("enabled = false  # "), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(".foretype.toml:2:1"), "{}", ran.stdout);
}
