//! A hover whose explanation is known, from the cursor to the text that the editor shows.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use foretype::config::{Layers, ModelSettings};
use foretype::document::Document;
use foretype::document::language::Language;
use foretype::document::offset::{ByteOffset, Encoding};
use foretype::hover::explanations::Explanations;
use foretype::hover::question::Question;
use foretype::hover::shown::{More, shown};
use foretype::hover::symbol::Symbol;
use foretype::store::Store;
use foretype::workspace::Snapshot;

use crate::fixtures::{fresh, lines};

struct Bench {
    snapshot: Snapshot,
    model: Arc<ModelSettings>,
    language: Language,
    explanations: Explanations,
}

impl Bench {
    fn question(&self, symbol: &Symbol) -> Question {
        Question::new(symbol, self.language, "English", &self.model, None).unwrap()
    }

    fn hover(&self, at: ByteOffset) -> Option<String> {
        let symbol = Symbol::at(&self.snapshot, at, &[])?;
        let known = self.explanations.known(&self.question(&symbol).key)?;
        let more = More::Whole { text: known.to_string(), page: None };
        shown(&symbol, self.language, &more, true)
    }
}

/// At every seventh line of 10,000, on a name there.
pub fn from_cache(c: &mut Criterion) {
    let document = Document::open("file:///a.rs", "rust", 1, &lines(10_000));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(fresh(&document));
    let document = document.snapshot();
    let names: Vec<ByteOffset> = (0..10_000)
        .step_by(7)
        .filter_map(|line| {
            let line = line + line % 5;
            let code = document.text.line(line);
            let at = code.rfind(char::is_alphabetic)?;
            Some(ByteOffset(document.text.line_start(line).0 + at))
        })
        .collect();
    let written = serde_json::json!({ "models": { "m": { "provider": "llama-cpp" } } });
    let mut layers = Layers::default();
    layers.set_initialization(Some(&written));
    let model = layers.resolve().settings.models.get("m").cloned().unwrap();
    let snapshot = Snapshot {
        document,
        earlier_cells: Vec::new(),
        file: None,
        root: None,
        encoding: Encoding::Utf8,
    };
    let explanations = Explanations::new(Arc::new(Store::new(None)));
    let language = Language::from_id("rust").unwrap();
    let bench = Bench { snapshot, model, language, explanations };
    let known: Vec<ByteOffset> = names
        .into_iter()
        .filter(|at| {
            let symbol = Symbol::at(&bench.snapshot, *at, &[]);
            let key = symbol.map(|symbol| bench.question(&symbol).key);
            if let Some(key) = key {
                bench.explanations.keep(key, &"It says what it is. ".repeat(20));
            }
            key.is_some()
        })
        .collect();
    assert!(known.len() > 500, "places with a name: {}", known.len());
    let mut next = known.iter().cycle();
    c.bench_function("hover from cache", |b| {
        b.iter(|| black_box(bench.hover(*next.next().unwrap())).unwrap());
    });
    let mut took: Vec<Duration> = known
        .iter()
        .map(|at| {
            let began = Instant::now();
            black_box(bench.hover(*at)).unwrap();
            began.elapsed()
        })
        .collect();
    took.sort();
    let p99 = took.get(took.len() * 99 / 100).unwrap();
    eprintln!("hover from cache: p99 {p99:?} of {} places", took.len());
}
