use super::super::admission::{LEASE, settle};
use super::*;

#[test]
fn what_a_killed_process_had_under_way_counts() {
    let mut store = memory().unwrap();
    let caps = Caps { tokens_per_day: Some(150), ..Caps::default() };
    let ask = || want(Limits::default(), caps);
    granted(admit(&mut store, &ask(), NOON).unwrap());
    let sum = |store: &Connection| -> (i64, i64, f64) {
        let sums = "SELECT total(estimated), total(prompt + output), total(cost) FROM daily";
        let row = store.query_row(sums, [], |row| {
            Ok((row.get::<_, f64>(0)? as i64, row.get::<_, f64>(1)? as i64, row.get(2)?))
        });
        row.unwrap()
    };
    // While its process answers for it, and then once, however often it is asked.
    settle(&mut store, NOON + 1_000).unwrap();
    assert_eq!(sum(&store), (0, 0, 0.0));
    for later in [LEASE, 40_000, 3_600_000] {
        let verdict = admit(&mut store, &ask(), NOON + later).unwrap();
        assert!(matches!(verdict, Verdict::Capped(_)), "{verdict:?}");
        settle(&mut store, NOON + later).unwrap();
        assert_eq!(sum(&store), (1, 100, 0.01));
    }
    // It is one of the model's rows.
    let rows = usage::days(&store, NOON, 1).unwrap();
    assert_eq!((rows.len(), rows[0].name.as_str(), rows[0].provider.as_str()), (1, "m", "openai"));
}
