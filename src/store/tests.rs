use std::path::Path;

use rusqlite::Connection;

use super::admission::{Capped, WINDOW, admit};
use super::file::memory;
use super::*;
use crate::config::settings::{Caps, Limits, Purpose};

mod busy;
mod killed;

/// 2026-11-20 12:00:00 UTC, ms.
const NOON: i64 = 1_795_176_000_000;

fn subject() -> Arc<Subject> {
    Arc::new(Subject {
        name: "m".into(),
        model: "qwen".into(),
        provider: "openai",
        scope: "m http://127.0.0.1:1 qwen".into(),
    })
}

fn want(limits: Limits, caps: Caps) -> Want {
    let purpose = Purpose::Completion;
    Want { subject: subject(), purpose, limits, caps, tokens: 100, cost: 0.01, window: WINDOW }
}

fn per_minute(requests: u32) -> Limits {
    Limits { requests_per_minute: Some(requests), ..Limits::default() }
}

fn used(at_ms: i64, tokens: Tokens, admission: Option<i64>) -> Request {
    Request {
        at_ms,
        subject: subject(),
        purpose: Purpose::Completion,
        tokens,
        estimated: false,
        cost: Some(0.25),
        first_ms: Some(120),
        total_ms: 480,
        outcome: Outcome::Finished,
        admission,
    }
}

fn write(connection: &Connection, request: &Request) {
    super::request::write(connection, request).unwrap();
}

fn granted(verdict: Verdict) -> i64 {
    match verdict {
        Verdict::Granted(id) => id,
        other => panic!("not granted: {other:?}"),
    }
}

/// In no window of a minute are more requests let through than the limit, whenever they come; and
/// what was told to wait is let through when that time is over.
#[test]
fn the_window_is_strict() {
    for limit in [1, 2, 7, 60] {
        let mut store = memory().unwrap();
        let (mut now, mut seed, mut sent) = (NOON, 42_u64, Vec::new());
        for _ in 0..600 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += i64::try_from(seed >> 33).unwrap() % 1_500;
            match admit(&mut store, &want(per_minute(limit), Caps::default()), now).unwrap() {
                Verdict::Granted(_) => sent.push(now),
                Verdict::Wait(wait, key) => {
                    assert_eq!(key, "requests_per_minute");
                    let wait = i64::try_from(wait.as_millis()).unwrap();
                    assert!(wait > 0);
                    let early = want(per_minute(limit), Caps::default());
                    let early = admit(&mut store, &early, now + wait - 1).unwrap();
                    assert!(matches!(early, Verdict::Wait(..)), "{early:?}");
                    if seed % 7 == 0 {
                        now += wait;
                        let want = want(per_minute(limit), Caps::default());
                        granted(admit(&mut store, &want, now).unwrap());
                        sent.push(now);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        let limit = usize::try_from(limit).unwrap();
        assert!(sent.len() > limit * 4, "{} sent", sent.len());
        for window in sent.windows(limit + 1) {
            assert!(window[limit] - window[0] > 60_000, "{window:?}");
        }
    }
}

#[test]
fn tokens_are_reserved_and_then_corrected() {
    let mut store = memory().unwrap();
    let limits = Limits { tokens_per_minute: Some(250), ..Limits::default() };
    let ask = |tokens| Want { tokens, ..want(limits, Caps::default()) };
    let first = granted(admit(&mut store, &ask(100), NOON).unwrap());
    granted(admit(&mut store, &ask(100), NOON + 1_000).unwrap());
    let verdict = admit(&mut store, &ask(100), NOON + 2_000).unwrap();
    let until_the_first_is_out = WINDOW - Duration::from_secs(2);
    assert_eq!(verdict, Verdict::Wait(until_the_first_is_out, "tokens_per_minute"));
    // It used less than it might have.
    write(&store, &used(NOON, Tokens { prompt: 30, cached: 10, output: 5 }, Some(first)));
    granted(admit(&mut store, &ask(100), NOON + 2_000).unwrap());
    let alone = admit(&mut store, &ask(251), NOON + 3_000).unwrap();
    assert_eq!(alone, Verdict::Never("tokens_per_minute"));
}

#[test]
fn what_is_under_way_holds_its_place_until_it_ends_or_its_process_does() {
    let mut store = memory().unwrap();
    let limits = Limits { concurrent: Some(1), ..Limits::default() };
    let ask = || want(limits, Caps::default());
    let first = granted(admit(&mut store, &ask(), NOON).unwrap());
    let verdict = admit(&mut store, &ask(), NOON + 10_000).unwrap();
    assert!(matches!(verdict, Verdict::Wait(_, "concurrent")), "{verdict:?}");
    write(&store, &used(NOON, Tokens::default(), Some(first)));
    granted(admit(&mut store, &ask(), NOON + 10_000).unwrap());
    // Killed: nobody renews its lease.
    granted(admit(&mut store, &ask(), NOON + 10_000 + super::admission::LEASE).unwrap());
}

#[test]
fn caps_hold_until_their_day_or_month_is_over() {
    let day = 86_400_000;
    let tokens = Tokens { prompt: 900, cached: 0, output: 50 };
    for (caps, key, until, again) in [
        (
            Caps { cost_per_day: Some(0.255), ..Caps::default() },
            "cost_per_day",
            "2026-11-21",
            NOON + day,
        ),
        (
            Caps { tokens_per_day: Some(1_000), ..Caps::default() },
            "tokens_per_day",
            "2026-11-21",
            NOON + day,
        ),
        (
            Caps { cost_per_month: Some(0.255), ..Caps::default() },
            "cost_per_month",
            "2026-12-01",
            NOON + 11 * day,
        ),
        (
            Caps { tokens_per_month: Some(1_000), ..Caps::default() },
            "tokens_per_month",
            "2026-12-01",
            NOON + 11 * day,
        ),
    ] {
        let mut store = memory().unwrap();
        let ask = || want(Limits::default(), caps);
        let first = granted(admit(&mut store, &ask(), NOON).unwrap());
        write(&store, &used(NOON, tokens, Some(first)));
        match admit(&mut store, &ask(), NOON + 1).unwrap() {
            Verdict::Capped(Capped { key: at, until: ends, .. }) => {
                assert_eq!((at, ends.as_str()), (key, until));
            }
            other => panic!("{key}: {other:?}"),
        }
        granted(admit(&mut store, &ask(), again).unwrap());
    }
}

/// What is under way counts for caps, or several at once would go over them.
#[test]
fn a_cap_counts_what_is_under_way() {
    let mut store = memory().unwrap();
    let caps = Caps { tokens_per_day: Some(250), ..Caps::default() };
    granted(admit(&mut store, &want(Limits::default(), caps), NOON).unwrap());
    granted(admit(&mut store, &want(Limits::default(), caps), NOON).unwrap());
    let third = admit(&mut store, &want(Limits::default(), caps), NOON).unwrap();
    assert!(matches!(third, Verdict::Capped(_)), "{third:?}");
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let mut store = memory().unwrap();
    let ask = || want(per_minute(1), Caps::default());
    granted(admit(&mut store, &ask(), NOON + 86_400_000).unwrap());
    granted(admit(&mut store, &ask(), NOON).unwrap());
}

#[test]
fn usage_is_summed_by_day_model_and_purpose() {
    let store = memory().unwrap();
    let tokens = Tokens { prompt: 100, cached: 40, output: 20 };
    for (at, outcome) in [
        (NOON - 86_400_000, Outcome::Finished),
        (NOON, Outcome::Finished),
        (NOON + 1, Outcome::Failed),
    ] {
        write(&store, &Request { outcome, ..used(at, tokens, None) });
    }
    write(&store, &Request { cost: None, purpose: Purpose::Chat, ..used(NOON, tokens, None) });
    let days = usage::days(&store, NOON, 7).unwrap();
    let rows: Vec<_> = days
        .iter()
        .map(|row| (row.day.as_str(), row.purpose.as_str(), row.requests, row.failed, row.cost))
        .collect();
    assert_eq!(
        rows,
        [
            ("2026-11-19", "completion", 1, 0, Some(0.25)),
            ("2026-11-20", "chat", 1, 0, None),
            ("2026-11-20", "completion", 2, 1, Some(0.5)),
        ]
    );
    assert_eq!(usage::days(&store, NOON, 1).unwrap().len(), 2);
    let today = usage::today(&store, NOON).unwrap();
    assert_eq!(today, usage::Today { requests: 3, tokens: 360, cost: 0.5 });
}

fn now_used(admission: Option<i64>) -> Request {
    used(now_ms(), Tokens { prompt: 100, cached: 0, output: 20 }, admission)
}

/// Two stores on one file are what two editors have.
#[tokio::test]
async fn two_editors_share_a_limit_and_a_cap() {
    let folder = tempfile::tempdir().unwrap();
    let stores = [folder.path(), folder.path()].map(|at| Store::new(Some(at.to_path_buf())));
    let mut sent = 0;
    for turn in 0..40 {
        if let Verdict::Granted(_) =
            stores[turn % 2].admit(want(per_minute(9), Caps::default())).await
        {
            sent += 1;
        }
    }
    assert_eq!(sent, 9);
    let caps = Caps { tokens_per_day: Some(500), ..Caps::default() };
    let mut sent = 0;
    let folder = tempfile::tempdir().unwrap();
    let stores = [folder.path(), folder.path()].map(|at| Store::new(Some(at.to_path_buf())));
    for turn in 0..40 {
        let ask = Want { tokens: 120, ..want(Limits::default(), caps) };
        if let Verdict::Granted(id) = stores[turn % 2].admit(ask).await {
            sent += 1;
            stores[turn % 2].record(now_used(Some(id)));
        }
    }
    assert_eq!(sent, 4);
    stores[0].flush().await;
    let days = stores[1].usage(1).await;
    assert_eq!(days.iter().map(|row| row.requests).sum::<u64>(), 4);
}

/// Everything at once, on the threads of two stores: still no more than the limit.
#[tokio::test]
async fn a_storm_from_two_editors_stays_within_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let stores: Vec<_> =
        (0..2).map(|_| Arc::new(Store::new(Some(folder.path().to_path_buf())))).collect();
    let asked: Vec<_> = (0..120)
        .map(|turn| {
            let store = Arc::clone(&stores[turn % 2]);
            tokio::spawn(async move {
                loop {
                    let verdict = store.admit(want(per_minute(60), Caps::default())).await;
                    if verdict != Verdict::Wait(Duration::from_millis(50), "the local store") {
                        return matches!(verdict, Verdict::Granted(_));
                    }
                }
            })
        })
        .collect();
    let mut sent = 0;
    for one in asked {
        sent += usize::from(one.await.unwrap());
    }
    assert_eq!(sent, 60);
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_counted() {
    let store = Store::new(None);
    for _ in 0..20 {
        let asked = store.admit(want(per_minute(1), Caps::default()));
        // Polled once, then dropped: superseded.
        assert!(futures::FutureExt::now_or_never(asked).is_none());
    }
    assert!(matches!(store.admit(want(per_minute(1), Caps::default())).await, Verdict::Granted(_)));
    let second = store.admit(want(per_minute(1), Caps::default())).await;
    assert!(matches!(second, Verdict::Wait(..)), "{second:?}");
}

async fn works(folder: &Path) -> Option<String> {
    let store = Store::new(Some(folder.to_path_buf()));
    store.record(now_used(None));
    let mut today = store.watch_today();
    store.flush().await;
    let seen = today.wait_for(|today| today.is_some_and(|today| today.requests > 0)).await;
    assert_eq!(seen.unwrap().unwrap().tokens % 120, 0);
    store.problem()
}

#[tokio::test]
async fn a_file_that_cannot_be_used_costs_its_contents_and_nothing_else() {
    // Nothing there yet, and then a good file.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(FILE);
    assert_eq!(works(folder.path()).await, None);
    assert_eq!(works(folder.path()).await, None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // All of it in the one file, whether its last user has left by now or not.
    Connection::open(&file)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    // Torn: the beginning, a page in the middle, all of it.
    let whole = std::fs::read(&file).unwrap();
    for (from, to) in [(0, 100), (4_096, 8_192), (0, whole.len())] {
        let folder = tempfile::tempdir().unwrap();
        let mut torn = whole.clone();
        torn[from..to].fill(0xa5);
        std::fs::write(folder.path().join(FILE), &torn).unwrap();
        let problem = works(folder.path()).await.unwrap();
        assert!(problem.contains("torn"), "{problem}");
        let names = std::fs::read_dir(folder.path()).unwrap();
        let aside = names.filter_map(Result::ok).any(|entry| {
            entry.file_name().to_string_lossy().contains(".torn-")
                && std::fs::read(entry.path()).unwrap() == torn
        });
        assert!(aside, "the torn file is kept");
        assert_eq!(works(folder.path()).await, None);
    }
    // Another program's, and a later version's: left as they are.
    for (change, word) in [
        ("PRAGMA application_id = 7; CREATE TABLE theirs (a)", "another program"),
        ("PRAGMA application_id = 1718579813; PRAGMA user_version = 99", "newer version"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let theirs = folder.path().join(FILE);
        Connection::open(&theirs).unwrap().execute_batch(change).unwrap();
        let problem = works(folder.path()).await.unwrap();
        assert!(problem.contains(word), "{problem}");
        let tables: i64 = Connection::open(&theirs)
            .unwrap()
            .query_row("SELECT count(*) FROM sqlite_master WHERE name = 'requests'", [], |r| {
                r.get(0)
            })
            .unwrap();
        assert_eq!(tables, 0);
    }
    // A folder that cannot be one.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let problem = works(&folder.path().join("file").join("state")).await.unwrap();
    assert!(problem.contains("kept in memory"), "{problem}");
}

/// Limits and caps go on in memory where the disk fills up under way.
#[tokio::test]
async fn a_cap_outlives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(Some(folder.path().to_path_buf()));
    store.record(now_used(None));
    store.flush().await;
    // From here on writes fail, as on a full disk; reads do not.
    let other = Connection::open(folder.path().join(FILE)).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON admissions
             BEGIN SELECT raise(FAIL, 'database or disk is full'); END",
        )
        .unwrap();
    let caps = Caps { tokens_per_day: Some(250), ..Caps::default() };
    let first = store.admit(want(Limits::default(), caps)).await;
    assert!(matches!(first, Verdict::Granted(_)), "{first:?}");
    let problem = store.problem().unwrap();
    assert!(problem.contains("kept in memory"), "{problem}");
    let second = store.admit(want(Limits::default(), caps)).await;
    assert!(matches!(second, Verdict::Capped(_)), "120 used, 100 under way: {second:?}");
}
