//! Chunks of code by the words in them: BM25 (S. Robertson and H. Zaragoza, "The Probabilistic Relevance
//! Framework: BM25 and Beyond", 2009) over the chunks that files fall into along what they define.
//!
//! Inverted lists of our own, in memory: a change is found at once, without a commit, and the whole is
//! read anew from the files faster than one would check what has changed. Four bytes stand for a word of
//! a chunk; no code is kept.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::names::for_each_part;

/// Chunks that are kept; of more files nothing is.
pub const MOST_CHUNKS: usize = 1 << 18;
/// Words of a query that count.
const QUERY: usize = 64;
/// A word in more chunks than this share says nothing and costs most.
const COMMON: f32 = 0.4;
/// How little a word counts that stands there often, and how much long chunks count for less.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Of a chunk's number and how often a word stands there: the bits of the latter.
const COUNT_BITS: u32 = 6;
const MOST_COUNTED: u32 = (1 << COUNT_BITS) - 1;

/// All chunks of a workspace.
#[derive(Default)]
pub struct Words {
    terms: HashMap<Box<str>, u32>,
    /// For each term, its chunks: the number, and how often it stands there.
    postings: Vec<Vec<u32>>,
    /// `None` for those that are gone.
    chunks: Vec<Option<Entry>>,
    /// The chunks of each file, by its path.
    files: HashMap<Arc<str>, Vec<u32>>,
    live: usize,
    /// Words of all live chunks.
    length: u64,
}

struct Entry {
    path: Arc<str>,
    lines: Range<u32>,
    /// Words of it.
    length: u32,
}

/// A chunk that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its file, below the workspace folder.
    pub path: Arc<str>,
    /// Its lines, from 0.
    pub lines: Range<u32>,
    /// How good it is; of one search they can be compared.
    pub score: f32,
}

impl Words {
    /// How many chunks there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.live
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Puts a file's chunks in, in place of what its path had: the lines (from 0) of each, and its text.
    /// `false` where there is no room.
    pub fn replace<'t>(
        &mut self,
        path: &Arc<str>,
        chunks: impl ExactSizeIterator<Item = (Range<u32>, &'t str)>,
    ) -> bool {
        self.remove(path);
        if self.live + chunks.len() > MOST_CHUNKS {
            return false;
        }
        let mut numbers = Vec::with_capacity(chunks.len());
        for (lines, text) in chunks {
            let Ok(number) = u32::try_from(self.chunks.len()) else { return false };
            let mut counts: HashMap<u32, u32> = HashMap::new();
            let mut length = 0_u32;
            for_each_word(text, |word| {
                length += 1;
                *counts.entry(self.term(word)).or_default() += 1;
            });
            for (term, count) in counts {
                if let Some(list) = self.postings.get_mut(term as usize) {
                    list.push(number << COUNT_BITS | count.min(MOST_COUNTED));
                }
            }
            self.chunks.push(Some(Entry { path: Arc::clone(path), lines, length }));
            self.live += 1;
            self.length += u64::from(length);
            numbers.push(number);
        }
        if !numbers.is_empty() {
            self.files.insert(Arc::clone(path), numbers);
        }
        true
    }

    fn term(&mut self, word: &str) -> u32 {
        if let Some(term) = self.terms.get(word) {
            return *term;
        }
        let term = u32::try_from(self.postings.len()).unwrap_or(u32::MAX);
        self.terms.insert(word.into(), term);
        self.postings.push(Vec::new());
        term
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) {
        for number in self.files.remove(path).unwrap_or_default() {
            if let Some(entry) = self.chunks.get_mut(number as usize).and_then(Option::take) {
                self.live -= 1;
                self.length -= u64::from(entry.length);
            }
        }
        let gone = self.chunks.len() - self.live;
        if gone > 1_024 && gone > self.live / 2 || self.chunks.len() >= 2 * MOST_CHUNKS {
            self.sweep();
        }
    }

    /// Gives what is gone its memory back.
    fn sweep(&mut self) {
        let mut numbers: Vec<Option<u32>> = Vec::with_capacity(self.chunks.len());
        let mut next = 0;
        for chunk in &self.chunks {
            numbers.push(chunk.as_ref().map(|_| next));
            next += u32::from(chunk.is_some());
        }
        let moved = |number: u32| numbers.get(number as usize).copied().flatten();
        for list in &mut self.postings {
            list.retain_mut(|posting| {
                let to = moved(*posting >> COUNT_BITS);
                *posting = to.unwrap_or(0) << COUNT_BITS | *posting & MOST_COUNTED;
                to.is_some()
            });
            list.shrink_to_fit();
        }
        for list in self.files.values_mut() {
            for number in list {
                *number = moved(*number).unwrap_or(u32::MAX);
            }
        }
        self.chunks.retain(Option::is_some);
        let postings = &self.postings;
        // Words of nothing keep their place, as the lists are found by it, but not their text.
        self.terms.retain(|_, term| postings.get(*term as usize).is_some_and(|it| !it.is_empty()));
    }

    /// The chunks with most of a query's words, the rarer the better; the best first, then by place.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn search(&self, query: &str, most: usize) -> Vec<Found> {
        let mut terms: Vec<u32> = Vec::new();
        for_each_word(query, |word| {
            if let Some(term) = self.terms.get(word)
                && terms.len() < QUERY
                && !terms.contains(term)
            {
                terms.push(*term);
            }
        });
        let all = self.live as f32;
        let average = (self.length as f32 / all.max(1.0)).max(1.0);
        let mut scores = vec![0.0_f32; self.chunks.len()];
        let mut touched: Vec<u32> = Vec::new();
        for term in terms {
            let Some(list) = self.postings.get(term as usize) else { continue };
            let there = |posting: &&u32| {
                self.chunks.get((**posting >> COUNT_BITS) as usize).is_some_and(Option::is_some)
            };
            let count = list.iter().filter(there).count() as f32;
            // Of a handful of chunks no word is in too many.
            if count > COMMON * all && all > 50.0 {
                continue;
            }
            let rarity = (1.0 + (all - count + 0.5) / (count + 0.5)).ln();
            for posting in list {
                let number = posting >> COUNT_BITS;
                let Some(Some(entry)) = self.chunks.get(number as usize) else { continue };
                let times = (posting & MOST_COUNTED) as f32;
                let long = 1.0 - B + B * entry.length as f32 / average;
                if let Some(score) = scores.get_mut(number as usize) {
                    if *score == 0.0 {
                        touched.push(number);
                    }
                    *score += rarity * times * (K1 + 1.0) / (times + K1 * long);
                }
            }
        }
        let score = |number: &u32| scores.get(*number as usize).copied().unwrap_or(0.0);
        let entry = |number: &u32| self.chunks.get(*number as usize).and_then(Option::as_ref);
        let order = |a: &u32, b: &u32| {
            let place = |at: &u32| entry(at).map(|entry| (&entry.path, entry.lines.start));
            score(b).total_cmp(&score(a)).then_with(|| place(a).cmp(&place(b)))
        };
        if touched.len() > most && most > 0 {
            touched.select_nth_unstable_by(most - 1, order);
        }
        touched.truncate(most);
        touched.sort_unstable_by(order);
        let found = |number: &u32| {
            let Entry { path, lines, .. } = entry(number)?;
            Some(Found { path: Arc::clone(path), lines: lines.clone(), score: score(number) })
        };
        touched.iter().filter_map(found).collect()
    }
}

/// Calls `each` with the words of a text: the parts of its identifiers, and those of several parts as a
/// whole.
fn for_each_word(text: &str, mut each: impl FnMut(&str)) {
    let mut whole = String::new();
    for identifier in text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')) {
        if identifier.is_empty() || identifier.len() > 80 {
            continue;
        }
        let mut parts = 0;
        for_each_part(identifier, |part| {
            parts += 1;
            each(part);
        });
        if parts > 1 {
            whole.clear();
            whole.extend(identifier.chars().filter(|c| *c != '_').flat_map(char::to_lowercase));
            each(&whole);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn put(words: &mut Words, path: &str, text: &str) -> bool {
        let lines = u32::try_from(text.lines().count()).unwrap();
        words.replace(&path.into(), [(0..lines, text)].into_iter())
    }

    fn of(files: &[(&str, &str)]) -> Words {
        let mut words = Words::default();
        for (path, text) in files {
            assert!(put(&mut words, path, text));
        }
        words
    }

    fn found(words: &Words, query: &str) -> Vec<String> {
        let hits = words.search(query, 3);
        assert!(hits.windows(2).all(|two| two[0].score >= two[1].score));
        hits.iter().map(|hit| format!("{}:{}", hit.path, hit.lines.start + 1)).collect()
    }

    const FILES: [(&str, &str); 4] = [
        ("cart.rs", "fn add_item(cart: &mut Cart, item: Item) {\n    cart.items.push(item);\n}\n"),
        ("http.rs", "async fn retry_request(client: &Client) {\n    client.send().await;\n}\n"),
        ("user.py", "def load_user(session, name):\n    return session.query(name)\n"),
        ("item.py", "class Item:\n    price = 0\n"),
    ];

    #[test]
    fn words_are_found_in_whatever_case_and_the_whole_name_counts_most() {
        let words = of(&FILES);
        for (query, want) in [
            ("addItem", vec!["cart.rs:1", "item.py:1"]),
            ("RETRY", vec!["http.rs:1"]),
            ("items", vec!["cart.rs:1", "item.py:1"]),
            ("how is a user loaded by name?", vec!["user.py:1"]),
            ("nothing of that", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(&words, query), want, "{query}");
        }
        assert!(words.search("item", 0).is_empty());
        assert_eq!(words.search("item cart", 1).len(), 1);
    }

    #[test]
    fn a_change_is_found_at_once_and_what_is_gone_is_not() {
        let mut words = of(&FILES);
        assert!(put(&mut words, "cart.rs", "fn take_back() {}\n"));
        assert_eq!(found(&words, "take back"), ["cart.rs:1"]);
        assert_eq!(found(&words, "add_item"), ["item.py:1"]);
        words.remove("item.py");
        assert!(found(&words, "item").is_empty());
        assert_eq!((words.len(), words.is_empty()), (3, false));
    }

    #[test]
    fn what_is_swept_out_changes_no_answer() {
        let mut words = of(&FILES);
        for round in 0..3_000 {
            let text = format!("fn round_{round}() {{ gone_word(); }}\n");
            assert!(put(&mut words, "often.rs", &text));
        }
        assert!(words.chunks.len() < 2_000, "{}", words.chunks.len());
        let fresh = {
            let mut files = FILES.to_vec();
            files.push(("often.rs", "fn round_2999() { gone_word(); }\n"));
            of(&files)
        };
        for query in ["item cart", "gone word", "round", "client send user"] {
            assert_eq!(words.search(query, 5), fresh.search(query, 5), "{query}");
        }
    }
}
