//! Code of a workspace folder that may help to answer a question, by its words and by what it means.

use std::path::Path;
use std::sync::Arc;

use super::Surroundings;
use super::known::Known;
use crate::context::snippet::{Origin, Shorten, Snippet};
use crate::prompt::budget::snippet_tokens;
use crate::retrieval::hybrid::{DEEP, together};
use crate::retrieval::vectors::Hit;
use crate::workspace::root_config::RootConfig;

/// Most places that are shown.
const MOST: usize = 5;

impl Surroundings {
    /// The pieces of code that are nearest to a question, of at most so many tokens in all; `near` is what
    /// means the like. Reads files: it blocks.
    #[must_use]
    pub fn about(
        self: &Arc<Self>,
        root: &Path,
        config: &Arc<RootConfig>,
        question: &str,
        near: &[Hit],
        tokens: usize,
    ) -> Known {
        let Some(index) = self.folders.index(root) else { return Known::default() };
        let words = self.alike(root, config, &index.snapshot(), &[], question);
        let disk = self.disk(root, config);
        let (mut snippets, mut left) = (Vec::new(), tokens);
        for found in together(&words, near, DEEP) {
            let lines = found.lines.start as usize..found.lines.end as usize;
            let Some(text) = self.text_now(&disk, root, &found.path) else { continue };
            let text: String =
                text.split_inclusive('\n').skip(lines.start).take(lines.len()).collect();
            let size = snippet_tokens(&found.path, &text);
            if size > left || text.trim().is_empty() {
                continue;
            }
            left -= size;
            snippets.push(Snippet {
                origin: Origin::Similar,
                path: found.path,
                text,
                lines: Some(found.lines),
                score: found.score,
                shorten: Shorten::End,
                why: "is like the question".into(),
            });
            if snippets.len() == MOST {
                break;
            }
        }
        Known { snippets }
    }
}
