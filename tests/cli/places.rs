//! `foretype paths` and `foretype purge`.

use std::path::Path;

use crate::support::process::{Home, run};

fn write(path: &Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "x").unwrap();
}

#[test]
fn paths_are_told() {
    let home = Home::new();
    let ran = home.run(&["paths"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ran.stdout);
    for (line, (name, path)) in lines.iter().zip([
        ("configuration", home.config()),
        ("log", home.log_folder().join("foretype.log")),
        ("state", home.path().join("state")),
        ("cache", home.path().join("cache")),
    ]) {
        assert!(line.starts_with(name), "{line}");
        assert!(
            line.contains(path.to_str().unwrap()) && line.ends_with("(not there yet)"),
            "{line}"
        );
    }
    home.configure("");
    let ran = home.run(&["paths"]);
    assert!(!ran.stdout.lines().next().unwrap().contains("not there"));
    let mut command = home.command(&["paths"]);
    command.env("FORETYPE_CONFIG", "relative.toml");
    let ran = run(command);
    assert!(ran.stdout.contains("FORETYPE_CONFIG is ignored"), "{}", ran.stdout);
}

#[test]
fn purge_deletes_logs_state_and_caches_and_never_the_configuration() {
    let home = Home::new();
    assert_eq!(home.run(&["purge", "--yes"]).stdout, "nothing to delete\n");
    home.configure("enabled = true\n");
    let (log, cache) =
        (home.log_folder().join("foretype.log"), home.path().join("cache").join("x"));
    write(&log);
    write(&cache);

    let ran = home.run(&["purge"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("would delete") && ran.stdout.contains("--yes"), "{}", ran.stdout);
    assert!(log.exists() && cache.exists());

    let ran = home.run(&["purge", "--yes"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout.lines().count(), 2, "each folder is named once: {}", ran.stdout);
    assert!(!log.exists() && !cache.exists());
    assert!(home.config().exists() && home.project().exists());
}

#[test]
fn a_configuration_inside_what_is_purged_stays() {
    // By its path, and by a link to it.
    for linked in [false, true] {
        let home = Home::new();
        let config = home.path().join("state").join("mine").join("config.toml");
        write(&config);
        write(&home.log_folder().join("foretype.log"));
        let mut named = config.clone();
        if linked {
            #[cfg(unix)]
            {
                named = home.project().join("config.toml");
                std::os::unix::fs::symlink(&config, &named).unwrap();
            }
        }
        let mut command = home.command(&["purge", "--yes"]);
        command.env("FORETYPE_CONFIG", &named);
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(config.exists(), "linked: {linked}");
        assert!(!home.log_folder().exists());
    }
}
