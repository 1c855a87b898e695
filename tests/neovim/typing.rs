//! Typing: through a suggestion, past it, and faster than the model.

use crate::support::fake_backend::{Call, Outcome, Reply};
use crate::support::process::{self, wait};
use crate::support::random::Random;
use crate::support::screen::Shown;

use super::accept::quiet;
use super::nvim::Neovim;
use super::setting::{AT_ONCE, GHOST, Place, Setting, each};

#[test]
fn through_it_keeps_it_and_asks_nobody() {
    each(|setting| {
        setting.backend.answer("price * count");
        let nvim = setting.start(Place::Screen);
        nvim.open("total.py", "total = $0\n");
        nvim.until_ghost("price * count");
        let asked = setting.backend.requests().len();
        let mut rest = "price * count";
        while rest.len() > 3 {
            let (key, after) = rest.split_at(1);
            nvim.type_seen(key);
            rest = after;
            assert_eq!(nvim.ghost_text(), rest);
            assert_eq!(nvim.ghost_on_screen(), rest);
        }
        // A key that does not fit is the next thing that the model hears of.
        setting.backend.answer(Reply::text("").gated());
        nvim.type_seen("#");
        assert_eq!(nvim.ghost_text(), "");
        assert_eq!(nvim.ghost_on_screen(), "");
        let wanted = "total = price * co#";
        wait(setting.backend.until("the next request", |b| b.requests().len() > asked));
        let prompts: Vec<String> =
            setting.backend.requests()[asked..].iter().map(|r| r.prompt().prefix).collect();
        assert!(prompts.iter().all(|prefix| prefix.ends_with(wanted)), "{prompts:?}");
        quiet(&nvim);
    });
}

/// A walk: keys that fit, keys that do not, keys taken back, answers late, wrong and right. After
/// each step whatever the screen shows must be the rest of an answer to the text that stands there.
#[test]
fn faster_than_the_model_never_shows_what_is_stale() {
    each(|setting| {
        for seed in 0..2 {
            Walk::new(&setting, seed).run(60);
        }
    });
}

struct Walk<'a> {
    setting: &'a Setting,
    nvim: Neovim,
    random: Random,
    text: String,
    calls: Vec<Call>,
    /// What the model was given, and what it said.
    answers: Vec<(String, String)>,
    seen: usize,
}

impl<'a> Walk<'a> {
    fn new(setting: &'a Setting, seed: u64) -> Self {
        setting.backend.answer(Reply::text("").gated());
        let nvim = setting.start(Place::Screen);
        let text = format!("walk{seed} = ");
        nvim.open(&format!("walk{seed}.py"), &format!("{text}$0\n"));
        let random = Random::new(seed);
        Self { setting, nvim, random, text, calls: vec![], answers: vec![], seen: 0 }
    }

    fn run(mut self, steps: usize) {
        for step in 0..steps {
            let kind = self.random.below(10);
            match kind {
                0..=2 if self.answer() => {}
                3 if self.text.len() > 12 => self.back(1),
                // It stays on one row of the screen.
                _ if self.text.len() > 50 => self.back(20),
                _ => self.key(),
            }
            let shown = self.settled();
            let ghost = self.checked(step, &shown);
            self.seen += usize::from(!ghost.is_empty());
        }
        self.at_rest();
        eprintln!("{} of {steps} steps showed a suggestion", self.seen);
        quiet(&self.nvim);
        // Whoever still waits is let go.
        self.calls.clear();
        self.nvim.escape();
        self.setting.backend.script([]);
    }

    /// The walk's end: once the model has kept up, its answer is there.
    fn at_rest(&mut self) {
        self.nvim.type_seen("q");
        self.text.push('q');
        let wanted = self.text.clone();
        let (backend, nvim) = (self.setting.backend.clone(), &self.nvim);
        let mut calls = std::mem::take(&mut self.calls);
        nvim.until_true("a request for what stands there", || {
            while backend.calls_waiting() > 0 {
                calls.push(wait(backend.next_call()));
            }
            calls.retain(|call| call.outcome() == Outcome::Running);
            // What was asked for before is of no use any more.
            let place = calls.iter().position(|call| call.prompt().prefix.ends_with(&wanted));
            let answer = if place.is_some() { "uit()" } else { "#" };
            let call = place.or(calls.len().checked_sub(1)).map(|place| calls.remove(place));
            call.is_some_and(|call| wait(call.respond(Reply::text(answer)))) && place.is_some()
        });
        nvim.until_ghost("uit()");
    }

    /// Types one key, or a few at once: those that fit what is shown, or others.
    fn key(&mut self) {
        let count = 1 + self.random.below(3);
        let fits = self.random.below(3) > 0;
        let ghost = self.nvim.ghost_on_screen();
        let keys: String = if fits && !ghost.is_empty() {
            ghost.chars().take(count).collect()
        } else {
            (0..count).map(|_| self.random.pick(&["a", "b", "(", ".", "x", "1"])).collect()
        };
        self.nvim.type_text(&keys);
        self.text.push_str(&keys);
    }

    /// Takes keys back.
    fn back(&mut self, count: usize) {
        self.nvim.press(&vec!["<BS>"; count].join(" "));
        self.text.truncate(self.text.len() - count);
    }

    /// Lets the model answer the newest request that still runs; sometimes what no longer fits.
    fn answer(&mut self) -> bool {
        while self.setting.backend.calls_waiting() > 0 {
            self.calls.push(wait(self.setting.backend.next_call()));
        }
        self.calls.retain(|call| call.outcome() == Outcome::Running);
        let Some(call) = self.calls.pop() else { return false };
        let asked = call.prompt().prefix;
        let Some(at) = asked.rfind("walk") else { return false };
        let given = asked[at..].to_owned();
        let number = self.answers.len();
        let fitting = self.text.strip_prefix(&given).unwrap_or_default();
        let text = match self.random.below(4) {
            0 => format!("wrong{number}"),
            _ => format!("{fitting}ab.x{number}(end{number})"),
        };
        self.answers.push((given, text.clone()));
        wait(call.respond(Reply::text(&text)))
    }

    /// The screen once it shows all that was typed.
    fn settled(&self) -> Shown {
        let screen = self.nvim.screen.as_ref().unwrap();
        screen.until(&format!("`{}` on the screen", self.text), |shown| {
            shown.cursor == (self.text.len(), 0) && shown.row(0).starts_with(self.text.trim_end())
        });
        screen.shown()
    }

    /// What is drawn as ghost text; fails if it is not the rest of an answer.
    fn checked(&self, step: usize, shown: &Shown) -> String {
        let drawn: Vec<(usize, String)> = shown.coloured(GHOST);
        let ghost: String = drawn.iter().map(|(_, text)| text.as_str()).collect();
        let rest = |(given, said): &(String, String)| {
            let whole = format!("{given}{said}");
            whole.strip_prefix(&self.text).map(str::to_owned)
        };
        // Closers that an answer lacks are shown behind it.
        let said = ghost.trim_end_matches(')');
        let fits = ghost.is_empty()
            || self.answers.iter().filter_map(rest).any(|rest| rest.starts_with(said));
        assert!(fits, "step {step}: `{ghost}` is stale\n{shown}");
        let row = shown.row(0);
        assert_eq!(row, format!("{}{ghost}", self.text).trim_end(), "step {step}");
        ghost
    }
}

/// Brackets that close by themselves: what was closed is not suggested, nor inserted, again.
#[test]
fn with_brackets_that_close_by_themselves() {
    each(|setting| {
        setting.backend.script([Reply::text("print(value)")]);
        setting.backend.answer("value)");
        let nvim = setting.start(Place::Screen);
        nvim.command("inoremap ( ()<Left>");
        nvim.open("close.py", "$0\n");
        nvim.until_ghost("print(value)");
        nvim.type_seen("print");
        nvim.until_ghost("(value)");
        nvim.type_text("(");
        nvim.until_ghost("value");
        nvim.until_text("print($0)");
        nvim.press("<Tab>");
        nvim.until_true("the whole call", || nvim.lines() == ["print(value)"]);
        quiet(&nvim);
    });
}

/// `completion.instant`: the workspace's word at once, the model's in its place without a key.
#[test]
fn a_slower_model_takes_the_place_of_what_was_said_at_once() {
    each(|setting| {
        let instant = process::model(&setting.backend.url()) + AT_ONCE + "instant = true\n";
        setting.home.configure(&instant);
        setting.backend.answer(Reply::text("Settings.from_the_model()").gated());
        let nvim = setting.start(Place::Embedded);
        let line = |name: &str| {
            format!(
                "def {name}(environment):\n    settings = Settings.from_environment(environment, name)\n    return settings\n\n\n"
            )
        };
        let above = ["first", "second", "third"].map(line).concat();
        nvim.open("begun.py", &format!("{above}def begun(environment):\n    settings = $0\n"));
        nvim.until_ghost("Settings.from_environment(environment, name)");
        let call = wait(setting.backend.next_call());
        assert!(wait(call.release()));
        nvim.until_ghost("Settings.from_the_model()");
        quiet(&nvim);
    });
}
