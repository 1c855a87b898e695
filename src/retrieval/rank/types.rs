//! The types in play near the cursor: named there, held by a variable used there, given by a
//! function called there, and the parents of those.

use super::Query;
use crate::retrieval::index::Index;
use crate::retrieval::names::{Name, NumberMap};

/// Where a name has more definitions than this, its types say nothing.
const MOST_DEFINITIONS: usize = 6;

/// At most that many types are followed.
const MOST_TYPES: usize = 80;

/// How much a type is in play, from 0 to 1.
#[derive(Debug, Default)]
pub(super) struct Types {
    weights: NumberMap<u32, f32>,
    /// In the order in which they were found.
    pub order: Vec<Name>,
    /// The enclosing type's parents, grandparents and so on.
    pub ancestors: Vec<Name>,
}

impl Types {
    pub(super) fn of(query: &Query<'_>) -> Self {
        let mut types = Self::default();
        types.ancestors(query);
        for ancestor in types.ancestors.clone() {
            types.add(query.index, ancestor, 0.8);
        }
        for name in &query.near.order {
            let weight = query.near.of(*name).weight;
            types.add(query.index, *name, weight);
            if weight > 0.05 {
                types.given(query, *name, 0.8 * weight);
            }
        }
        for (variable, from) in &query.near.bound {
            let weight = 0.95 * query.near.of(*variable).weight;
            types.add(query.index, *from, weight);
            types.given(query, *from, 0.9 * weight);
        }
        for (at, _) in &query.imported.symbols {
            if let Some((_, symbol)) = query.index.symbol(*at)
                && symbol.kind.is_type()
            {
                types.add(query.index, symbol.name, 0.1);
            }
        }
        // The fields of what is being written.
        for symbol in query.cursor.file.symbols.iter().filter(|s| s.owner == query.enclosing) {
            if symbol.owner.is_some() {
                for of in query.cursor.file.types(symbol) {
                    types.add(query.index, *of, 0.2);
                }
            }
        }
        types.parents(query);
        types
    }

    /// How much a type is in play.
    pub(super) fn weight(&self, name: Name) -> f32 {
        self.weights.get(&name.0).copied().unwrap_or(0.0)
    }

    fn add(&mut self, index: &Index, name: Name, weight: f32) {
        if weight <= 0.0 || !name.is_some() {
            return;
        }
        match self.weights.get_mut(&name.0) {
            Some(known) => *known = known.max(weight),
            None => {
                let members = !index.members(name).is_empty() || !index.parents(name).is_empty();
                if members && self.order.len() < MOST_TYPES {
                    self.order.push(name);
                    self.weights.insert(name.0, weight);
                }
            }
        }
    }

    /// What a function or a field gives.
    fn given(&mut self, query: &Query<'_>, name: Name, weight: f32) {
        let file = query.cursor.file;
        let own = file.symbols.iter().filter(|symbol| symbol.name == name);
        for of in own.flat_map(|symbol| file.types(symbol)) {
            self.add(query.index, *of, weight);
        }
        let elsewhere = query.index.definitions(name);
        if elsewhere.len() <= MOST_DEFINITIONS {
            for at in elsewhere.iter().filter(|at| Some(at.file) != query.own) {
                if let Some((file, symbol)) = query.index.symbol(*at)
                    && file.source.family() == query.cursor.file.source.family()
                {
                    for of in file.types(symbol) {
                        self.add(query.index, *of, weight);
                    }
                }
            }
        }
    }

    fn ancestors(&mut self, query: &Query<'_>) {
        let mut level = vec![query.enclosing];
        for _ in 0..4 {
            let mut next = Vec::new();
            for of in level.into_iter().filter(|of| of.is_some()) {
                let own = query.cursor.file.parents.iter().filter(|(owner, _)| *owner == of);
                let own = own.map(|(_, parent)| *parent);
                for parent in own.chain(query.index.parents(of).iter().copied()) {
                    if !self.ancestors.contains(&parent) && self.ancestors.len() < 24 {
                        self.ancestors.push(parent);
                        next.push(parent);
                    }
                }
            }
            level = next;
        }
    }

    fn parents(&mut self, query: &Query<'_>) {
        let mut from = 0;
        for _ in 0..3 {
            let upto = self.order.len();
            for place in from..upto {
                let Some(of) = self.order.get(place).copied() else { continue };
                let weight = 0.7 * self.weight(of);
                let own = query.cursor.file.parents.iter().filter(|(owner, _)| *owner == of);
                let parents: Vec<Name> = own.map(|(_, parent)| *parent).collect();
                for parent in parents.iter().chain(query.index.parents(of)) {
                    self.add(query.index, *parent, weight);
                }
            }
            from = upto;
        }
    }
}
