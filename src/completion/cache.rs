//! Finished suggestions by what they were made from, least recently used first out.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::trigger::Extent;
use crate::document::DocumentSnapshot;
use crate::document::offset::{ByteOffset, ByteRange};
use crate::document::uri::DocumentUri;

/// Bytes before and after the cursor that a suggestion depends on.
const PREFIX_WINDOW: usize = 4 * 1024;
const SUFFIX_WINDOW: usize = 1024;
/// Bytes of suggestions kept in all.
const CAPACITY: u64 = 2 * 1024 * 1024;
/// Bytes that one costs beside its text: the key, and what the cache notes of it (measured).
const ENTRY: usize = 400;
/// A suggestion is not offered again after this long.
const KEEP: Duration = Duration::from_secs(10 * 60);

/// What a suggestion was made from. Retrieved snippets are left out on purpose: they change with
/// every keystroke elsewhere and would make every lookup a miss.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key {
    uri: DocumentUri,
    text: [u64; 2],
    language: &'static str,
    completer: Arc<str>,
    extent: Extent,
    candidates: u8,
    max_lines: u32,
}

impl Key {
    /// The key of a cursor in a snapshot. `completer` names endpoint, model and template.
    #[must_use]
    pub fn new(
        document: &DocumentSnapshot,
        at: ByteOffset,
        completer: Arc<str>,
        extent: Extent,
        candidates: u8,
    ) -> Self {
        let text = &document.text;
        let start = ByteOffset(at.0.saturating_sub(PREFIX_WINDOW));
        let end = ByteOffset(at.0.saturating_add(SUFFIX_WINDOW));
        let mut hasher = DefaultHasher::new();
        for range in [ByteRange::new(start, at), ByteRange::new(at, end)] {
            text.slice(range).hash(&mut hasher);
        }
        // Two values from one state: 64 bits alone would be few for showing a wrong suggestion.
        let digest = |seed: u8| {
            let mut hasher = hasher.clone();
            hasher.write_u8(seed);
            hasher.finish()
        };
        Self {
            uri: document.uri.clone(),
            text: [digest(0), digest(1)],
            language: document.language.id(),
            completer,
            extent,
            candidates,
            max_lines: u32::MAX,
        }
    }

    /// With the bound on a suggestion's lines.
    #[must_use]
    pub const fn bounded(mut self, max_lines: u32) -> Self {
        self.max_lines = max_lines;
        self
    }

    /// The same place, completed by another.
    #[must_use]
    pub fn by(self, completer: Arc<str>) -> Self {
        Self { completer, ..self }
    }
}

/// The process's cache.
pub struct SuggestionCache {
    cache: Cache<Key, Arc<Vec<String>>>,
}

impl Default for SuggestionCache {
    fn default() -> Self {
        let weigh = |_: &Key, texts: &Arc<Vec<String>>| {
            let bytes = texts.iter().map(|text| text.capacity() + 24).sum::<usize>() + ENTRY;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        let cache = Cache::builder()
            .max_capacity(CAPACITY)
            .weigher(weigh)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(KEEP)
            .build();
        Self { cache }
    }
}

impl SuggestionCache {
    /// The suggestions made from exactly this, best first.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Arc<Vec<String>>> {
        self.cache.get(key)
    }

    /// Keeps finished suggestions; empty ones are kept too, so that nothing is asked twice in vain.
    pub fn put(&self, key: Key, texts: Vec<String>) {
        self.cache.insert(key, Arc::new(texts));
    }
}
