//! What files that resemble this one use: files that mention the same rare names.

use super::Query;
use crate::retrieval::index::FileId;
use crate::retrieval::names::{Name, NumberMap};

/// Names in more files than this say nothing about a file.
const MOST_FILES: usize = 40;

/// How many names are looked at, and how many files are kept.
const NAMES: usize = 40;
const FILES: usize = 12;

/// How much the files that resemble this one use each name.
#[derive(Debug, Default)]
pub(super) struct Similar {
    uses: NumberMap<u32, f32>,
    /// Names that the most alike use, most used first by file.
    pub order: Vec<Name>,
}

impl Similar {
    #[allow(clippy::cast_precision_loss)]
    pub(super) fn of(query: &Query<'_>) -> Self {
        let mut files: NumberMap<u32, f32> = NumberMap::default();
        let mut order: Vec<FileId> = Vec::new();
        let mut looked = 0;
        for name in &query.near.order {
            let mentions = query.index.mentions(*name);
            if mentions.len() < 2 || mentions.len() > MOST_FILES {
                continue;
            }
            looked += 1;
            if looked > NAMES {
                break;
            }
            let weight = query.near.of(*name).weight / (mentions.len() as f32).sqrt();
            for file in mentions.iter().filter(|file| Some(**file) != query.own) {
                *files.entry(file.0).or_insert_with(|| {
                    order.push(*file);
                    0.0
                }) += weight;
            }
        }
        let weight = |file: &FileId| files.get(&file.0).copied().unwrap_or(0.0);
        let path = |file: &FileId| query.index.file(*file).map(|file| &file.path);
        order.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| path(a).cmp(&path(b))));
        order.truncate(FILES);
        let total: f32 = order.iter().map(weight).sum();
        let mut similar = Self::default();
        for id in &order {
            let Some(file) = query.index.file(*id) else { continue };
            let share = weight(id) / total.max(f32::MIN_POSITIVE);
            for name in file.mentions.iter() {
                *similar.uses.entry(name.0).or_insert_with(|| {
                    similar.order.push(name);
                    0.0
                }) += share;
            }
        }
        similar
    }

    /// The share of the similar files that use a name, from 0 to 1.
    pub(super) fn share(&self, name: Name) -> f32 {
        self.uses.get(&name.0).copied().unwrap_or(0.0)
    }
}
