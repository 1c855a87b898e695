//! What the records of a run say of each model, and of each pair of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figures::{Estimate, bootstrap, mean, percentile};
use super::record::Record;

/// A run, summed up.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// Each model, in the order asked for.
    pub models: Vec<ModelSummary>,
    /// Each pair of them, over the cases that both were asked.
    pub pairs: Vec<Pair>,
}

/// One model.
#[derive(Debug, Serialize)]
pub struct ModelSummary {
    /// Its configured name.
    pub model: String,
    /// All cases.
    pub all: Figures,
    /// By language id.
    pub languages: BTreeMap<String, Figures>,
}

/// The figures of some cases. Shares are of 100.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    /// How many there are.
    pub cases: usize,
    /// Where something went wrong.
    pub failed: usize,
    /// Cases with a suggestion.
    pub answered: Option<Estimate>,
    /// Cases whose suggestion is what stood there.
    pub exact: Option<Estimate>,
    /// Mean edit similarity of the suggestions (0 to 1).
    pub similarity: Option<Estimate>,
    /// Mean of right leading characters, over all cases.
    pub leading: Option<Estimate>,
    /// Characters that right leading words save, of 100 hidden ones.
    pub saved: Option<Estimate>,
    /// Suggestions whose first word is wrong, of 100 suggestions.
    pub wrong: Option<Estimate>,
    /// Mean change of syntax errors by a suggestion.
    pub errors: Option<Estimate>,
    /// Time to the first text.
    pub first_token: Times,
    /// Time to the whole answer.
    pub total: Times,
    /// Mean tokens of a prompt.
    pub prompt_tokens: Option<f64>,
    /// Mean tokens of an answer.
    pub output_tokens: Option<f64>,
    /// Prompt tokens from the server's cache, of 100; where it says.
    pub cached: Option<f64>,
    /// USD in all; where there is a price.
    pub cost: Option<f64>,
}

/// Percentiles, ms.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Times {
    /// Median.
    pub p50: Option<f64>,
    /// Ninetieth.
    pub p90: Option<f64>,
    /// Ninety-ninth.
    pub p99: Option<f64>,
}

/// What the second model has more than the first, case by case.
#[derive(Debug, Serialize)]
pub struct Pair {
    /// The first.
    pub first: String,
    /// The second.
    pub second: String,
    /// Cases that both were asked.
    pub cases: usize,
    /// Of 100 hidden characters.
    pub saved: Option<Estimate>,
    /// Of 100 cases.
    pub exact: Option<Estimate>,
}

/// Sums up. `seed` is for the intervals.
#[must_use]
pub fn summary(records: &[Record], models: &[String], seed: u64) -> Summary {
    let of = |model: &String| -> Vec<&Record> {
        records.iter().filter(|record| record.model == *model).collect()
    };
    let summed = models.iter().map(|model| {
        let all = of(model);
        let ids: BTreeSet<&str> = all.iter().map(|record| record.language.as_str()).collect();
        let language = |id: &&str| {
            let some: Vec<&Record> =
                all.iter().filter(|record| record.language == *id).copied().collect();
            ((*id).to_owned(), figures(&some, seed))
        };
        ModelSummary {
            model: model.clone(),
            all: figures(&all, seed),
            languages: ids.iter().map(language).collect(),
        }
    });
    let mut pairs = Vec::new();
    for (at, first) in models.iter().enumerate() {
        for second in models.iter().skip(at + 1) {
            pairs.push(pair((first, &of(first)), (second, &of(second)), seed));
        }
    }
    Summary { models: summed.collect(), pairs }
}

fn figures(records: &[&Record], seed: u64) -> Figures {
    // What failed is no answer, and it is counted besides.
    let ratio = |part: &dyn Fn(&Record) -> f64, whole: &dyn Fn(&Record) -> f64| {
        bootstrap(records.len(), seed, |cases| {
            let chosen = || cases.iter().filter_map(|case| records.get(*case));
            let (part, whole): (f64, f64) =
                (chosen().map(|it| part(it)).sum(), chosen().map(|it| whole(it)).sum());
            (whole > 0.0).then(|| part / whole)
        })
    };
    let one = |_: &Record| 1.0;
    let is = |yes: bool| f64::from(u8::from(yes));
    let answered = |it: &Record| is(it.answered);
    let judged = |it: &Record| is(it.errors.is_some());
    #[allow(clippy::cast_precision_loss)]
    let mean_of = |value: &dyn Fn(&Record) -> u64| {
        mean(records.iter().filter(|it| it.failed.is_none()).map(|it| value(it) as f64))
    };
    let counted = || records.iter().filter(|it| it.cached_tokens.is_some());
    let (cached, sent): (u64, u64) = (
        counted().filter_map(|it| it.cached_tokens).sum(),
        counted().map(|it| it.prompt_tokens).sum(),
    );
    let costs: Vec<f64> = records.iter().filter_map(|it| it.cost).collect();
    #[allow(clippy::cast_precision_loss)]
    Figures {
        cases: records.len(),
        failed: records.iter().filter(|it| it.failed.is_some()).count(),
        answered: ratio(&|it| 100.0 * answered(it), &one),
        exact: ratio(&|it| 100.0 * is(it.exact), &one),
        similarity: ratio(&|it| answered(it) * it.similarity, &answered),
        leading: ratio(&|it| it.leading as f64, &one),
        saved: ratio(&|it| 100.0 * it.saved as f64, &|it| it.hidden as f64),
        wrong: ratio(&|it| 100.0 * is(it.answered && it.saved == 0), &answered),
        errors: ratio(&|it| it.errors.unwrap_or(0) as f64, &judged),
        first_token: times(records.iter().filter_map(|it| it.first_token_ms)),
        total: times(records.iter().filter(|it| it.first_token_ms.is_some()).map(|it| it.total_ms)),
        prompt_tokens: mean_of(&|it| it.prompt_tokens),
        output_tokens: mean_of(&|it| it.output_tokens),
        cached: (sent > 0).then(|| 100.0 * cached as f64 / sent as f64),
        cost: (!costs.is_empty()).then(|| costs.iter().sum()),
    }
}

fn times(values: impl Iterator<Item = f64>) -> Times {
    let mut values: Vec<f64> = values.collect();
    let mut at = |share| percentile(&mut values, share);
    Times { p50: at(0.5), p90: at(0.9), p99: at(0.99) }
}

fn pair(first: (&str, &[&Record]), second: (&str, &[&Record]), seed: u64) -> Pair {
    let known: BTreeMap<&str, &Record> =
        second.1.iter().map(|record| (record.case.as_str(), *record)).collect();
    let both: Vec<(&Record, &Record)> =
        first.1.iter().filter_map(|one| Some((*one, *known.get(one.case.as_str())?))).collect();
    let difference = |value: &dyn Fn(&Record) -> f64, whole: &dyn Fn(&Record) -> f64| {
        bootstrap(both.len(), seed, |cases| {
            let chosen = || cases.iter().filter_map(|case| both.get(*case));
            let whole: f64 = chosen().map(|(one, _)| whole(one)).sum();
            let more: f64 = chosen().map(|(one, other)| value(other) - value(one)).sum();
            (whole > 0.0).then(|| 100.0 * more / whole)
        })
    };
    #[allow(clippy::cast_precision_loss)]
    Pair {
        first: first.0.to_owned(),
        second: second.0.to_owned(),
        cases: both.len(),
        saved: difference(&|it| it.saved as f64, &|it| it.hidden as f64),
        exact: difference(&|it| f64::from(u8::from(it.exact)), &|_| 1.0),
    }
}
