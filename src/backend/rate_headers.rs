//! What servers say of their limits in every answer's headers: how much is left, and when there
//! will be more. OpenAI's names, which many servers have
//! (<https://platform.openai.com/docs/guides/rate-limits>), and Anthropic's
//! (<https://docs.anthropic.com/en/api/rate-limits>).

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// A longer pause is not believed.
const LONGEST: Duration = Duration::from_secs(3_600);
/// What is counted, the headers of what is left and of when it is full again.
const COUNTED: [(&str, &str, &str); 6] = [
    ("requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("requests", "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
    ("tokens", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
    (
        "input tokens",
        "anthropic-ratelimit-input-tokens-remaining",
        "anthropic-ratelimit-input-tokens-reset",
    ),
    (
        "output tokens",
        "anthropic-ratelimit-output-tokens-remaining",
        "anthropic-ratelimit-output-tokens-reset",
    ),
];

/// What is used up, and how long until there is more; the longest, where it is several.
#[must_use]
pub fn used_up(headers: &HeaderMap, now: SystemTime) -> Option<(&'static str, Duration)> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let pauses = COUNTED.iter().filter_map(|(what, remaining, reset)| {
        let left: f64 = text(remaining)?.parse().ok()?;
        let pause = (left <= 0.0).then(|| until(text(reset)?, now)).flatten()?;
        Some((*what, pause.min(LONGEST)))
    });
    pauses.max_by_key(|(_, pause)| *pause)
}

/// A time from now: a duration (`6m0s`, `20ms`, `1.5`), or a moment (RFC 3339).
fn until(text: &str, now: SystemTime) -> Option<Duration> {
    if text.contains('T') {
        return rfc3339(text).map(|at| at.duration_since(now).unwrap_or_default());
    }
    duration(text)
}

/// As Go prints durations, which OpenAI and its like use; a bare number is seconds.
fn duration(text: &str) -> Option<Duration> {
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let digits =
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
        let (number, unit) = rest.split_at_checked(digits)?;
        let ends = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        let (unit, after) = unit.split_at_checked(ends)?;
        let factor = match unit {
            "h" => 3_600.0,
            "m" => 60.0,
            "s" | "" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * factor;
        rest = after;
    }
    (!text.is_empty()).then(|| Duration::try_from_secs_f64(seconds).ok()).flatten()
}

/// A moment in UTC or with an offset, fractions of seconds left out (RFC 3339, 5.6).
fn rfc3339(text: &str) -> Option<SystemTime> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let date = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let clock = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    let zone = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let offset = hours.parse::<i64>().ok()? * 3_600 + minutes.parse::<i64>().ok()? * 60;
            if *sign == b'+' { offset } else { -offset }
        }
        _ => return None,
    };
    let seconds = days(date)? * 86_400 + clock - offset;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar. Years begin in March, so that the
/// leap day is the last one.
fn days((year, month, day): (i64, i64, i64)) -> Option<i64> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year / 4 - year / 100 + year / 400;
    // 1970-01-01 is day 719,468 of this count; months of 31 and 30 days alternate, five to 153 days.
    Some(year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// 2026-11-20T12:00:00Z.
    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000)
    }

    fn read(headers: &[(&'static str, &str)]) -> Option<(&'static str, Duration)> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (reqwest::header::HeaderName::from_static(name), value.parse().unwrap())
            })
            .collect();
        used_up(&headers, noon())
    }

    #[test]
    fn what_is_used_up_is_known_with_its_end() {
        let requests = "x-ratelimit-remaining-requests";
        let reset = "x-ratelimit-reset-requests";
        for (text, ms) in [
            ("1s", 1_000),
            ("6m0s", 360_000),
            ("20ms", 20),
            ("2m59.56s", 179_560),
            ("1h0m1s", 3_600_000),
            ("7.66", 7_660),
            ("9999h", 3_600_000),
        ] {
            let want = Some(("requests", Duration::from_millis(ms)));
            assert_eq!(read(&[(requests, "0"), (reset, text)]), want, "{text}");
            assert_eq!(read(&[(requests, "1"), (reset, text)]), None, "{text}");
        }
        for text in ["", "soon", "1x", "-1s", "1..2s"] {
            assert_eq!(read(&[(requests, "0"), (reset, text)]), None, "{text}");
        }
        assert_eq!(read(&[(requests, "0")]), None);
        let tokens = ("anthropic-ratelimit-output-tokens-remaining", "0");
        let reset = "anthropic-ratelimit-output-tokens-reset";
        for (text, seconds) in [
            ("2026-11-20T12:00:30Z", 30),
            ("2026-11-20T12:01:00.250Z", 60),
            ("2026-11-20T13:00:05+01:00", 5),
            ("2026-11-20T11:00:00Z", 0),
        ] {
            let want = Some(("output tokens", Duration::from_secs(seconds)));
            assert_eq!(read(&[tokens, (reset, text)]), want, "{text}");
        }
        for text in ["2026-13-20T12:00:30Z", "T", "2026-11-20T12:00:30", "2026-11-20T12:00:30é"] {
            assert_eq!(until(text, noon()), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (date, want) in [
            ((1970, 1, 1), 0),
            ((1970, 3, 1), 59),
            ((2000, 2, 29), 11_016),
            ((2000, 3, 1), 11_017),
            ((2026, 11, 20), 20_777),
            ((2100, 3, 1), 47_541),
        ] {
            assert_eq!(days(date), Some(want), "{date:?}");
        }
    }
}
