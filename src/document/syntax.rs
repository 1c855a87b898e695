//! The syntax tree of a document: edited at once with every change, reparsed on the syntax thread,
//! coalesced. A reader gets the newest tree there is, at worst the edited stale one, and never waits.

use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use tree_sitter::{InputEdit, Point, Tree};

use super::language::Grammar;
use super::offset::{ByteOffset, ByteRange};
use super::parse_queue::{self, Job};
use super::text::Text;

/// Larger trees are not kept: tables of data have far more nodes to a byte than code, a gigabyte in
/// 5 MB.
const MAX_NODES: usize = 3_000_000;

/// A document's syntax, shared between the document and the syntax thread.
#[derive(Clone)]
pub struct Syntax {
    inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) grammar: Grammar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Tree with every change so far applied to its positions.
    tree: Option<Arc<SharedTree>>,
    /// Whether `tree` was parsed from the current text.
    fresh: bool,
    /// Text that the next parse reads.
    text: Text,
    /// The text has, or had, a CR that is a line break by itself. Parsers end rows at LF only.
    lone_cr: bool,
    /// Changes since the running parse took its text.
    since_parse: Vec<InputEdit>,
    parsing: bool,
    closed: bool,
    /// Called once, when the tree next becomes fresh (tests and tools wait on it).
    when_fresh: Vec<tokio::sync::oneshot::Sender<()>>,
}

/// A tree whose memory is given back on the syntax thread: freeing 100,000 lines takes long
/// enough to be felt on the message path.
pub struct SharedTree(Option<Tree>);

impl SharedTree {
    /// The tree itself.
    #[must_use]
    pub fn tree(&self) -> Option<&Tree> {
        self.0.as_ref()
    }
}

impl Drop for SharedTree {
    fn drop(&mut self) {
        if let Some(tree) = self.0.take() {
            parse_queue::discard(tree);
        }
    }
}

/// The tree as of a snapshot.
#[derive(Clone)]
pub struct SyntaxTree {
    tree: Arc<SharedTree>,
    fresh: bool,
}

impl SyntaxTree {
    /// The tree; its positions are those of the snapshot's text, its structure may be older.
    #[must_use]
    pub fn tree(&self) -> Option<&Tree> {
        self.tree.tree()
    }

    /// Whether it was parsed from exactly the snapshot's text.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }
}

impl Syntax {
    /// Begins the first parse in the background.
    #[must_use]
    pub fn open(grammar: Grammar, text: Text) -> Self {
        let lone_cr = text.has_lone_cr(ByteRange::new(ByteOffset(0), text.end()));
        let state = State { text, lone_cr, ..State::default() };
        let syntax = Self { inner: Arc::new(Inner { grammar, state: Mutex::new(state) }) };
        syntax.schedule(&mut syntax.inner.state.lock());
        syntax
    }

    /// Moves the tree along with a change (`before` → `after`, `range` replaced by `inserted`
    /// bytes) and asks for a reparse.
    pub fn edit(&self, before: &Text, after: &Text, range: ByteRange, inserted: usize) {
        let new_end = ByteOffset(range.start.0 + inserted);
        let mut state = self.inner.state.lock();
        if state.closed {
            return;
        }
        // The edit may have parted a CR from its LF.
        let touched = ByteOffset(range.start.0.saturating_sub(1));
        state.lone_cr |= after.has_lone_cr(ByteRange::new(touched, new_end));
        let point = |text: &Text, at| point(text, at, state.lone_cr);
        let edit = InputEdit {
            start_byte: range.start.0,
            old_end_byte: range.end.0,
            new_end_byte: new_end.0,
            start_position: point(before, range.start),
            old_end_position: point(before, range.end),
            new_end_position: point(after, new_end),
        };
        state.text = after.clone();
        state.fresh = false;
        if let Some(shared) = &mut state.tree {
            // In place while no snapshot holds it, else on a copy: nodes are shared either way.
            match Arc::get_mut(shared).and_then(|shared| shared.0.as_mut()) {
                Some(tree) => tree.edit(&edit),
                None => {
                    let copy = shared.tree().cloned().map(|mut tree| {
                        tree.edit(&edit);
                        tree
                    });
                    *shared = Arc::new(SharedTree(copy));
                }
            }
        }
        if state.parsing {
            state.since_parse.push(edit);
        }
        self.schedule(&mut state);
    }

    /// The newest tree, if a first one is there.
    #[must_use]
    pub fn tree(&self) -> Option<SyntaxTree> {
        let state = self.inner.state.lock();
        state.tree.clone().map(|tree| SyntaxTree { tree, fresh: state.fresh })
    }

    /// Forgets everything; a running parse stops at its next slice.
    pub fn close(&self) {
        let mut state = self.inner.state.lock();
        let old = std::mem::take(&mut *state);
        state.closed = true;
        drop(state);
        parse_queue::discard_later(old.text);
    }

    /// Resolves when the tree next matches the text (at once if it does), with an error where the
    /// document is closed.
    pub fn when_fresh(&self) -> tokio::sync::oneshot::Receiver<()> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let mut state = self.inner.state.lock();
        if state.fresh {
            let _ = sender.send(());
        } else if !state.closed {
            state.when_fresh.push(sender);
        }
        receiver
    }

    fn schedule(&self, state: &mut State) {
        if !state.parsing && !state.closed {
            state.parsing = true;
            parse_queue::submit(Job::new(Arc::clone(&self.inner)));
        }
    }
}

/// What a parse starts from: the old tree and the text.
pub(super) struct Start {
    pub(super) tree: Option<Tree>,
    pub(super) text: Text,
}

impl Inner {
    /// Takes the text for a parse; nothing where the document has been closed.
    pub(super) fn begin(&self) -> Option<Start> {
        let mut state = self.state.lock();
        state.since_parse.clear();
        let tree = state.tree.as_ref().and_then(|shared| shared.tree()).cloned();
        (!state.closed).then(|| Start { tree, text: state.text.clone() })
    }

    /// Whether a running parse has become pointless.
    pub(super) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Stores a parse's tree, moved along with what changed meanwhile; answers whether another
    /// parse is needed at once.
    pub(super) fn finish(&self, tree: Option<Tree>) -> bool {
        let tree = tree.filter(|tree| tree.root_node().descendant_count() <= MAX_NODES);
        let mut state = self.state.lock();
        let Some(mut tree) = tree else {
            *state = State { closed: true, ..State::default() };
            return false;
        };
        let mut fresh = true;
        while !state.since_parse.is_empty() {
            let edits = std::mem::take(&mut state.since_parse);
            fresh = false;
            // A deep tree takes its time: not while a key waits for the lock.
            MutexGuard::unlocked(&mut state, || edits.iter().for_each(|edit| tree.edit(edit)));
        }
        if state.closed {
            return false;
        }
        state.tree = Some(Arc::new(SharedTree(Some(tree))));
        state.fresh = fresh;
        state.parsing = !state.fresh;
        if state.fresh {
            for waiting in state.when_fresh.drain(..) {
                let _ = waiting.send(());
            }
        }
        state.parsing
    }
}

fn point(text: &Text, at: ByteOffset, by_lf: bool) -> Point {
    if by_lf {
        let (row, column) = text.row_by_lf(at);
        return Point { row, column };
    }
    let row = text.line_of(at);
    Point { row, column: at.0.saturating_sub(text.line_start(row).0) }
}
