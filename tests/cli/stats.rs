//! `foretype stats usage`, and what several processes share through the store.

#[cfg(unix)]
use std::process::Command;

use serde_json::Value;

#[cfg(unix)]
use crate::support::fake_backend::Reply;
#[cfg(unix)]
use crate::support::process::wait;
use crate::support::process::{Home, backend, model};

const CODE: &str = "fn main() {\n    let a = ;\n}\n";

fn used(home: &Home) -> Value {
    let ran = home.run(&["stats", "usage", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn what_was_asked_for_is_told_by_the_day() {
    let backend = backend();
    let home = Home::with_backend(&backend);
    home.file("main.rs", CODE);
    let ran = home.run(&["stats", "usage"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (0, "nothing was asked of any model in the last 30 days\n")
    );
    for _ in 0..2 {
        assert_eq!(home.run(&["complete", "main.rs:2:13"]).code, 0);
    }
    let used = used(&home);
    assert_eq!(used["total"]["requests"], 2, "{used}");
    let day = &used["days"][0];
    assert_eq!((&day["purpose"], &day["requests"]), (&"completion".into(), &2.into()), "{used}");
    assert!(day["prompt_tokens"].as_u64().unwrap() > 0, "{used}");
    let ran = home.run(&["stats", "usage", "--days", "1"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(lines[0].starts_with("day (UTC)") && lines[2].starts_with("total"), "{}", ran.stdout);
    for days in ["0", "36501", "4294967295"] {
        assert_ne!(home.run(&["stats", "usage", "--days", days]).code, 0, "{days}");
    }
    assert!(home.run(&["stats", "usage", "--days", "36500"]).stdout.contains("completion"));
}

/// Each `foretype complete` is a process of its own, as editors are.
#[test]
fn processes_share_one_limit_and_one_cap() {
    for (table, key, word) in [
        ("limits = { requests_per_minute = 3 }", "limits.requests_per_minute", "is at the limit"),
        ("caps = { tokens_per_day = 540 }", "caps.tokens_per_day", "has reached its cap"),
    ] {
        let backend = backend();
        let home = Home::new();
        home.configure(&model(&backend.url()).replacen(
            "\n",
            &format!("\nmax_output_tokens = 256\n{table}\n"),
            1,
        ));
        home.file("main.rs", CODE);
        // Some 10 tokens and 256 of the answer are reserved, 102 are used.
        let codes: Vec<i32> = std::thread::scope(|scope| {
            let run = || home.run(&["complete", "main.rs:2:13"]);
            let both: Vec<_> = (0..2).map(|_| scope.spawn(run)).collect();
            both.into_iter().map(|one| one.join().unwrap().code).collect()
        });
        assert_eq!(codes, [0, 0], "{key}");
        let mut sent = 2;
        let refused = loop {
            let ran = home.run(&["complete", "main.rs:2:13"]);
            if ran.code != 0 {
                break ran;
            }
            sent += 1;
            assert!(sent <= 3, "{key}");
        };
        assert!(
            refused.stderr.contains(word) && refused.stderr.contains(key),
            "{}",
            refused.stderr
        );
        assert_eq!(backend.requests().len(), sent, "{key}");
        assert_eq!(used(&home)["total"]["requests"], sent, "{key}");
    }
}

/// What Ctrl-C ends was asked for all the same.
#[cfg(unix)]
#[test]
fn what_a_signal_ends_is_counted() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let backend = backend();
        let home = Home::with_backend(&backend);
        home.file("main.rs", CODE);
        backend.answer(Reply::hang());
        let child = home.command(&["complete", "main.rs:2:13"]).spawn().unwrap();
        let _call = wait(backend.next_call());
        let told = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(told.unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(code), "{signal}");
        let used = used(&home);
        assert_eq!(used["total"]["requests"], 1, "{signal}: {used}");
        assert!(used["total"]["prompt_tokens"].as_u64().unwrap() > 0, "{signal}: {used}");
    }
}
