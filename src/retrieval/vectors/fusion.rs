//! Rankings of several kinds in one: reciprocal rank fusion (Cormack, Clarke & Büttcher, SIGIR 2009).
//! Only ranks count, so that a cosine and a BM25 score need not be made comparable.

use std::collections::BTreeMap;

/// The paper's constant: how little the first places count more than those behind.
const K: f64 = 60.0;

/// Fuses rankings, each with its best first: the score of a thing is the sum of 1 / (60 + rank) over
/// the rankings that have it. The best stands first; of equal ones the smaller.
#[must_use]
#[allow(clippy::cast_precision_loss)]
pub fn fuse<T: Ord + Clone>(rankings: &[&[T]]) -> Vec<(T, f64)> {
    let mut scores: BTreeMap<&T, f64> = BTreeMap::new();
    for ranking in rankings {
        let mut counted: BTreeMap<&T, ()> = BTreeMap::new();
        for (rank, thing) in (1_usize..).zip(*ranking) {
            // Named twice in one ranking, its better place counts.
            if counted.insert(thing, ()).is_none() {
                *scores.entry(thing).or_default() += 1.0 / (K + rank as f64);
            }
        }
    }
    let mut fused: Vec<(T, f64)> =
        scores.into_iter().map(|(thing, score)| (thing.clone(), score)).collect();
    // Stable: equal ones keep the order of the map.
    fused.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(rankings: &[&[u32]]) -> Vec<u32> {
        fuse(rankings).into_iter().map(|(thing, _)| thing).collect()
    }

    #[test]
    fn what_two_rankings_have_comes_first() {
        for (rankings, want) in [
            (vec![&[][..]], vec![]),
            (vec![], vec![]),
            (vec![&[3, 1, 2][..]], vec![3, 1, 2]),
            // 2 has two middle places, 1 and 3 a first one and none.
            (vec![&[1, 2], &[3, 2]], vec![2, 1, 3]),
            (vec![&[1, 2, 3], &[3, 2, 1]], vec![1, 3, 2]),
            (vec![&[5, 5, 5, 4], &[4, 5]], vec![5, 4]),
            (vec![&[2], &[1]], vec![1, 2]),
        ] {
            assert_eq!(order(&rankings), want, "{rankings:?}");
        }
        let (best, score) = fuse(&[&["a", "b"][..], &["b"]]).swap_remove(0);
        assert!((score - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-12);
        assert_eq!(best, "b");
    }
}
