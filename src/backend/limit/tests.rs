//! On a clock that stands still until everyone waits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

use super::*;
use crate::backend::Priority::{Fresh, Invoked, Prefetch};

/// A strict window in memory, which also remembers when it let a request through.
struct Memory {
    clock: Instant,
    sent: Mutex<VecDeque<(i64, Duration)>>,
    last: AtomicI64,
}

impl Memory {
    fn times(&self) -> Vec<Duration> {
        self.sent.lock().iter().map(|(_, at)| *at).collect()
    }
}

impl Ledger for Memory {
    fn admit(&self, want: Want) -> BoxFuture<'_, Verdict> {
        async move {
            // As if a disk were asked.
            tokio::task::yield_now().await;
            let now = self.clock.elapsed();
            let most = want.limits.requests_per_minute.unwrap() as usize;
            let mut sent = self.sent.lock();
            if let Some((_, at)) = sent.iter().rev().nth(most - 1)
                && *at + want.window > now
            {
                return Verdict::Wait(*at + want.window - now, "requests_per_minute");
            }
            let id = self.last.fetch_add(1, Ordering::Relaxed);
            sent.push_back((id, now));
            Verdict::Granted(id)
        }
        .boxed()
    }

    fn release(&self, admission: i64) {
        self.sent.lock().retain(|(id, _)| *id != admission);
    }

    fn close(&self, _: i64) {}
}

fn limiter(requests_per_minute: u32) -> (Arc<Limiter>, Arc<Memory>) {
    let ledger =
        Arc::new(Memory { clock: Instant::now(), sent: Mutex::default(), last: AtomicI64::new(1) });
    let subject = Subject {
        name: "m".into(),
        model: "qwen".into(),
        provider: "openai",
        scope: String::new(),
    };
    let limiter = Limiter {
        name: "m at host".into(),
        subject: Arc::new(subject),
        limits: Limits { requests_per_minute: Some(requests_per_minute), ..Limits::default() },
        caps: Caps::default(),
        window: WINDOW,
        ledger: Arc::clone(&ledger) as _,
        queue: Mutex::default(),
        changed: Notify::new(),
    };
    (Arc::new(limiter), ledger)
}

fn wish(priority: Priority) -> Wish {
    let patience = Duration::from_secs(90);
    Wish { purpose: Purpose::Completion, priority, tokens: 10, cost: 0.0, patience, within: false }
}

/// Sends at once, so that nothing is taken back.
async fn sent(limiter: &Arc<Limiter>, priority: Priority) -> Result<(), BackendError> {
    limiter.admit(wish(priority)).await.map(|mut permit| assert!(permit.spend().is_some()))
}

/// Ten minutes of typing with a request every 200 ms, and every 7 s the user asks by hand.
#[tokio::test(start_paused = true)]
async fn a_storm_of_typing_keeps_the_limit_and_the_user_is_served() {
    let (limiter, ledger) = limiter(60);
    let began = Instant::now();
    let (mut refused, mut by_hand) = (0, Vec::new());
    for key in 0..3_000_u32 {
        if key % 35 == 34 {
            let asked = Instant::now();
            let limiter = Arc::clone(&limiter);
            by_hand.push(tokio::spawn(async move {
                sent(&limiter, Invoked).await.expect("the user is served");
                asked.elapsed()
            }));
        }
        match sent(&limiter, Fresh).await {
            Ok(()) => {}
            Err(BackendError::Limited(name, wait, key)) => {
                assert_eq!(
                    (name.as_str(), key.as_str()),
                    ("m at host", "models.m.limits.requests_per_minute")
                );
                assert!(wait > Duration::ZERO);
                refused += 1;
            }
            Err(other) => panic!("{other}"),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(began.elapsed() >= Duration::from_secs(600));
    let times = ledger.times();
    for window in times.windows(61) {
        assert!(window[60] - window[0] > Duration::from_secs(60), "{window:?}");
    }
    assert!(refused > 2_000, "{refused}");
    assert!(times.len() > 500, "what the limit allows is used: {}", times.len());
    for waited in by_hand {
        let waited = waited.await.unwrap();
        // A tenth of the limit is kept for the user.
        assert!(waited < Duration::from_secs(20), "{waited:?}");
    }
}

/// The order in which they are let through, where one place is free at a time.
#[tokio::test(start_paused = true)]
async fn the_user_goes_first_then_the_newest_then_what_is_fetched_ahead() {
    let (limiter, _) = limiter(1);
    sent(&limiter, Invoked).await.unwrap();
    // All of them wait longer than they are wanted for, but for this queue they are patient.
    let (told, mut order) = mpsc::unbounded_channel();
    let asks = [
        ("prefetch", Prefetch, Purpose::Completion),
        ("old", Fresh, Purpose::Completion),
        ("first question", Invoked, Purpose::Chat),
        ("new", Fresh, Purpose::Completion),
        ("second question", Invoked, Purpose::Chat),
        ("by hand", Invoked, Purpose::Completion),
        ("prefetch too", Prefetch, Purpose::Completion),
    ];
    for (name, priority, purpose) in asks {
        let (limiter, told) = (Arc::clone(&limiter), told.clone());
        tokio::spawn(async move {
            let place = Place::take(&limiter, Wish { purpose, ..wish(priority) });
            loop {
                let changed = limiter.changed.notified();
                if let Some(_turn) = place.turn() {
                    told.send(name).unwrap();
                    return;
                }
                changed.await;
            }
        });
    }
    drop(told);
    // Nobody has been polled yet: all are in the queue before the first one looks.
    let turn = limiter.queue.lock().enter(Invoked, Purpose::Completion);
    assert!(limiter.queue.lock().turn(turn), "nobody asks before us");
    for _ in 0..asks.len() * 2 {
        tokio::task::yield_now().await;
    }
    assert!(order.try_recv().is_err(), "one asks at a time");
    limiter.queue.lock().leave(turn);
    limiter.queue.lock().over();
    limiter.changed.notify_waiters();
    let mut seen = Vec::new();
    while let Some(name) = order.recv().await {
        seen.push(name);
    }
    assert_eq!(
        seen,
        ["by hand", "first question", "second question", "new", "old", "prefetch too", "prefetch"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_in_the_queue_has_spent_nothing() {
    let (limiter, ledger) = limiter(2);
    sent(&limiter, Invoked).await.unwrap();
    sent(&limiter, Invoked).await.unwrap();
    let stale: Vec<_> = (0..50)
        .map(|_| {
            let limiter = Arc::clone(&limiter);
            tokio::spawn(async move { sent(&limiter, Invoked).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(30)).await;
    for stale in &stale {
        stale.abort();
    }
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert_eq!(ledger.times().len(), 2, "nothing stale was sent when the window had slid on");
    let before = Instant::now();
    sent(&limiter, Invoked).await.unwrap();
    assert!(before.elapsed() < Duration::from_millis(1));
    // Admitted, but never sent.
    drop(limiter.admit(wish(Invoked)).await.unwrap());
    assert_eq!(ledger.times().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_automatic_request_that_would_wait_is_told_so_at_once() {
    let (limiter, _) = limiter(1);
    sent(&limiter, Invoked).await.unwrap();
    for _ in 0..3 {
        let asked = Instant::now();
        let refused = sent(&limiter, Fresh).await.unwrap_err();
        assert!(asked.elapsed() < Duration::from_millis(1), "{:?}", asked.elapsed());
        assert!(refused.to_string().contains("models.m.limits.requests_per_minute"), "{refused}");
    }
    // Shortly before there is room, it waits.
    tokio::time::sleep(WINDOW - Duration::from_millis(200)).await;
    sent(&limiter, Fresh).await.unwrap();
    // The user's own waits, but not longer than they would.
    let hasty = Wish { patience: Duration::from_secs(5), ..wish(Invoked) };
    assert!(limiter.admit(hasty).await.is_err());
    sent(&limiter, Invoked).await.unwrap();
}

#[test]
fn a_tenth_is_kept_for_the_user() {
    for (limit, fresh, prefetch) in [(1, 1, 1), (2, 2, 1), (9, 9, 5), (10, 9, 5), (60, 54, 30)] {
        let limits = Limits {
            requests_per_minute: Some(limit),
            tokens_per_minute: Some(limit),
            concurrent: Some(limit),
        };
        for (priority, want) in [(Invoked, limit), (Fresh, fresh), (Prefetch, prefetch)] {
            let share = share(limits, priority);
            assert_eq!(share.requests_per_minute, Some(want));
            assert_eq!(share.tokens_per_minute, Some(want));
            assert_eq!(share.concurrent, Some(limit));
        }
    }
}
