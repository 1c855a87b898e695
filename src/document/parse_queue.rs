//! The syntax thread: parses documents one slice at a time, in turn, and frees old trees.
//!
//! One thread for the process: parsing is background work, and the other core belongs to typing.
//! It ends when nothing has been asked of it for a while, so that its memory goes back to the
//! system, and starts again with the next job.

use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tree_sitter::{ParseOptions, Parser, Tree};

use super::language::Grammar;
use super::syntax::{Inner, Start};

/// How long one document is parsed before the next has its turn.
const SLICE: Duration = Duration::from_millis(5);
/// How long the thread waits for work before it ends. Its end gives memory back, but only what has
/// been free for longer than the allocator's patience, a second: so a little more than that.
const LINGER: Duration = Duration::from_millis(1_500);

/// A parse under way.
pub(super) struct Job {
    document: Arc<Inner>,
    run: Option<Run>,
}

struct Run {
    parser: Parser,
    start: Start,
}

impl Job {
    pub(super) const fn new(document: Arc<Inner>) -> Self {
        Self { document, run: None }
    }
}

enum Task {
    Parse(Job),
    Discard(Box<dyn Any + Send>),
}

#[derive(Default)]
struct Queue {
    tasks: VecDeque<Task>,
    running: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue { tasks: VecDeque::new(), running: false });
static WAKE: Condvar = Condvar::new();

/// Queues a parse.
pub(super) fn submit(job: Job) {
    push(Task::Parse(job));
}

/// Frees a tree on the syntax thread.
pub(super) fn discard(tree: Tree) {
    push(Task::Discard(Box::new(tree)));
}

/// Frees anything large on the syntax thread.
pub fn discard_later(value: impl Any + Send) {
    push(Task::Discard(Box::new(value)));
}

fn push(task: Task) {
    let mut queue = QUEUE.lock();
    queue.tasks.push_back(task);
    if queue.running {
        WAKE.notify_one();
        return;
    }
    let spawned = std::thread::Builder::new().name("syntax".into()).spawn(run);
    // Where no thread can be had the work stays queued, and the next job tries again.
    queue.running = spawned.is_ok();
}

fn run() {
    loop {
        let task = {
            let mut queue = QUEUE.lock();
            while queue.tasks.is_empty() {
                if WAKE.wait_for(&mut queue, LINGER).timed_out() && queue.tasks.is_empty() {
                    queue.running = false;
                    return;
                }
            }
            queue.tasks.pop_front()
        };
        match task {
            Some(Task::Parse(job)) => {
                if let Some(again) = slice(job) {
                    QUEUE.lock().tasks.push_back(Task::Parse(again));
                }
            }
            Some(Task::Discard(value)) => drop(value),
            None => {}
        }
    }
}

/// Parses for one slice; gives the job back if it is not finished.
fn slice(mut job: Job) -> Option<Job> {
    let mut run = match job.run.take() {
        Some(run) if !job.document.is_closed() => run,
        Some(_) => {
            job.document.finish(None);
            return None;
        }
        None => {
            let mut parser = Parser::new();
            let ready = parser.set_language(&language(job.document.grammar)).is_ok();
            match job.document.begin().filter(|_| ready) {
                Some(start) => Run { parser, start },
                None => {
                    job.document.finish(None);
                    return None;
                }
            }
        }
    };
    match parse_slice(&mut run) {
        Some(tree) => {
            let again = job.document.finish(Some(tree));
            again.then(|| Job::new(Arc::clone(&job.document)))
        }
        None => {
            job.run = Some(run);
            Some(job)
        }
    }
}

fn parse_slice(run: &mut Run) -> Option<Tree> {
    let began = Instant::now();
    let mut progress = |_: &tree_sitter::ParseState| {
        if began.elapsed() >= SLICE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let text = run.start.text.clone();
    run.parser.parse_with_options(
        &mut |at, _| text.chunk_at(at),
        run.start.tree.as_ref(),
        Some(ParseOptions::new().progress_callback(&mut progress)),
    )
}

/// A whole parse on the calling thread, for small texts and tests.
#[must_use]
pub fn parse_now(grammar: Grammar, text: &super::text::Text) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&language(grammar)).ok()?;
    parser.parse_with_options(&mut |at, _| text.chunk_at(at), None, None)
}

/// The grammar's parse table.
#[must_use]
pub fn language(grammar: Grammar) -> tree_sitter::Language {
    match grammar {
        Grammar::Rust => tree_sitter_rust::LANGUAGE.into(),
        Grammar::Python => tree_sitter_python::LANGUAGE.into(),
        Grammar::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
        Grammar::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        Grammar::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        Grammar::Go => tree_sitter_go::LANGUAGE.into(),
        Grammar::Java => tree_sitter_java::LANGUAGE.into(),
        Grammar::C => tree_sitter_c::LANGUAGE.into(),
        Grammar::Cpp => tree_sitter_cpp::LANGUAGE.into(),
    }
}
