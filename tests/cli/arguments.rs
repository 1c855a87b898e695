//! Arguments, help and version.

use crate::support::process::Home;

#[test]
fn help_and_version_are_printed() {
    let home = Home::new();
    for (arguments, wanted) in [
        (&["--version"][..], &["foretype ", env!("CARGO_PKG_VERSION")][..]),
        (&["--help"], &["serve", "complete", "doctor", "config", "paths", "purge", "--listen"]),
        (&["help"], &["Usage: foretype"]),
        (&["complete", "--help"], &["FILE:LINE:COLUMN", "--model", "--json"]),
        (&["doctor", "--help"], &["--bundle"]),
        (&["config", "--help"], &["schema", "init", "show", "reference"]),
        (&["purge", "--help"], &["--yes"]),
        (&["serve", "--help"], &["--token-file"]),
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
        for part in wanted {
            assert!(ran.stdout.contains(part), "{arguments:?}: {part} in {}", ran.stdout);
        }
    }
}

#[test]
fn unknown_arguments_are_named() {
    let home = Home::new();
    for (arguments, wanted) in [
        (&["bogus"][..], "'bogus'"),
        (&["--bogus"], "'--bogus'"),
        (&["complete"], "FILE:LINE:COLUMN"),
        (&["config", "bogus"], "'bogus'"),
        (&["doctor", "--bogus"], "'--bogus'"),
        (&["purge", "extra"], "'extra'"),
        (&["--stdio", "--tcp"], "'--tcp'"),
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.contains(wanted), "{arguments:?}: {}", ran.stderr);
    }
}

/// Editors pass one of these; with nothing to read, all of them end at once.
#[test]
fn every_way_to_start_the_server_is_understood() {
    let home = Home::new();
    for arguments in [
        &[][..],
        &["--stdio"],
        &["serve"],
        &["serve", "--stdio"],
        &["--stdio", "--clientProcessId=4000000"],
        &["--stdio", "--clientProcessId", "4000000"],
    ] {
        let ran = home.run(arguments);
        let all = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
        assert_eq!(all, (0, "", ""), "{arguments:?}");
    }
}
