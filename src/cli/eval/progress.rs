//! How far a run is, on the terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::backend::error::BackendError;
use crate::backend::waits::Waiting;

/// How often a spinner turns.
const TURN: Duration = Duration::from_millis(120);

/// While nobody knows how much there is.
pub(super) fn spinner() -> ProgressBar {
    spinner_on(ProgressDrawTarget::stderr())
}

fn spinner_on(target: ProgressDrawTarget) -> ProgressBar {
    let spinner = ProgressBar::with_draw_target(None, target);
    let spinner = spinner.with_style(style("{spinner} {wide_msg}"));
    spinner.enable_steady_tick(TURN);
    spinner
}

/// Of so many places.
pub(super) fn bar(length: usize) -> ProgressBar {
    bar_on(ProgressDrawTarget::stderr(), length)
}

fn bar_on(target: ProgressDrawTarget, length: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length as u64), target);
    bar.with_style(style("{bar:40} {pos}/{len}  {eta} left  {wide_msg}"))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Says what a model waits for and how long; where there is no bar to say it, once on a line.
pub(super) fn tell(bar: &ProgressBar, model: &str, waiting: Option<Waiting<'_>>) {
    let Some(Waiting { error, left, begins }) = waiting else {
        bar.set_message(model.to_owned());
        return;
    };
    let words = format!("{model}: waits {} s: {}", left.as_secs_f64().ceil(), why(error));
    if begins && bar.is_hidden() {
        eprintln!("foretype: {words}");
    }
    bar.set_message(words);
}

/// In few words: a bar has one line.
fn why(error: &BackendError) -> String {
    match error {
        BackendError::Limited(_, _, key) => format!("`{key}` is reached"),
        BackendError::Busy(_, _, status) => format!("the server asks for a pause ({status})"),
        BackendError::Resting(reason, _) => reason.clone(),
        error => error.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use indicatif::TermLike;
    use parking_lot::Mutex;

    use super::*;

    /// All that is written.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            100
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn screen() -> (Screen, ProgressDrawTarget) {
        let screen = Screen::default();
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        (screen, target)
    }

    #[test]
    fn a_spinner_says_what_is_read() {
        let (screen, target) = screen();
        let spinner = spinner_on(target);
        spinner.set_message("reading code: 7 files");
        spinner.force_draw();
        let shown = screen.0.lock().clone();
        assert!(shown.contains("reading code: 7 files"), "{shown}");
        assert!(!shown.contains("0/0"), "{shown}");
    }

    #[test]
    fn a_bar_says_what_is_waited_for_and_how_long() {
        let (screen, target) = screen();
        let bar = bar_on(target, 9);
        let key = "models.fake.limits.requests_per_minute";
        let left = Duration::from_millis(41_300);
        let error = BackendError::Limited("fake at host".into(), left, key.into());
        tell(&bar, "fake", Some(Waiting { error: &error, left, begins: true }));
        bar.force_draw();
        let shown = std::mem::take(&mut *screen.0.lock());
        assert!(shown.contains("fake: waits 42 s") && shown.contains("0/9"), "{shown}");
        assert!(bar.message().contains(key));
        tell(&bar, "fake", None);
        assert_eq!(bar.message(), "fake");
    }
}
