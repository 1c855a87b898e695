use super::*;
use crate::eval::draw::Draw;
use crate::retrieval::vectors::Scope;

const ROOM: usize = 1024 * 1024;

fn scope() -> Arc<Scope> {
    Arc::new(Scope { repository: "r".into(), branch: "b".into() })
}

fn hash(number: u32) -> ContentHash {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    ContentHash(bytes)
}

fn chunk(number: u32, path: &str) -> Chunk {
    Chunk {
        scope: scope(),
        path: path.into(),
        first_line: number + 1,
        last_line: number + 2,
        hash: hash(number),
    }
}

#[allow(clippy::cast_precision_loss)]
fn vector(draw: &mut Draw, dimension: usize) -> Vec<f32> {
    (0..dimension).map(|_| draw.below(2_001) as f32 / 1_000.0 - 1.0).collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
}

#[test]
fn the_nearest_are_those_of_the_exact_numbers() {
    let mut draw = Draw::new(7);
    let mut flat = Flat::new("m", ROOM);
    let vectors: Vec<Vec<f32>> = (0..500).map(|_| vector(&mut draw, 96)).collect();
    for (number, vector) in (0..).zip(&vectors) {
        flat.put(hash(number), vector).unwrap();
    }
    flat.replace((0..500).map(|number| chunk(number, "a")).collect());
    let (mut found, mut of) = (0, 0);
    for _ in 0..50 {
        let query = vector(&mut draw, 96);
        let mut exact: Vec<usize> = (0..500).collect();
        exact.sort_by(|a, b| cosine(&query, &vectors[*b]).total_cmp(&cosine(&query, &vectors[*a])));
        let hits = flat.nearest(&query, 10).unwrap();
        assert_eq!(hits.len(), 10);
        for hit in &hits {
            let number = hit.chunk.first_line as usize - 1;
            assert!((hit.score - cosine(&query, &vectors[number])).abs() < 0.02);
            found += usize::from(exact[..10].contains(&number));
        }
        of += 10;
        assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
    }
    assert!(found * 100 >= of * 95, "{found} of {of}");
}

#[test]
fn equally_near_ones_stand_in_the_order_of_hash_and_place() {
    let order = |numbers: &[u32]| {
        let mut flat = Flat::new("m", ROOM);
        for number in numbers {
            flat.put(hash(*number), &[1.0, 2.0]).unwrap();
        }
        let mut chunks: Vec<Chunk> = numbers.iter().map(|number| chunk(*number, "b")).collect();
        chunks.push(chunk(3, "a"));
        flat.replace(chunks);
        let hits = flat.nearest(&[2.0, 4.0], 4).unwrap();
        hits.iter().map(|hit| (hit.chunk.hash.0[3], hit.chunk.path.to_string())).collect::<Vec<_>>()
    };
    let want = [(1, "b"), (2, "b"), (3, "a"), (3, "b")].map(|(n, path)| (n, path.to_owned()));
    for numbers in [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 5, 1, 4, 2]] {
        assert_eq!(order(&numbers), want);
    }
}

#[test]
fn only_what_the_chunks_have_is_found() {
    let mut flat = Flat::new("m", ROOM);
    assert!(flat.nearest(&[1.0, 0.0], 5).unwrap().is_empty());
    flat.put(hash(1), &[1.0, 0.0]).unwrap();
    flat.put(hash(2), &[0.0, 1.0]).unwrap();
    assert!(flat.nearest(&[1.0, 0.0], 5).unwrap().is_empty());
    flat.replace(vec![chunk(1, "a"), chunk(9, "a")]);
    assert_eq!(flat.nearest(&[1.0, 0.0], 5).unwrap().len(), 1);
    // The other vector is there again with its chunk.
    flat.replace(vec![chunk(2, "a")]);
    let hits = flat.nearest(&[1.0, 0.0], 5).unwrap();
    assert_eq!((hits.len(), hits[0].score), (1, 0.0));
    assert!(flat.nearest(&[1.0, 0.0], 0).unwrap().is_empty());
}

#[test]
fn another_length_is_refused() {
    let mut flat = Flat::new("m", ROOM);
    assert!(flat.put(hash(1), &[]).is_err());
    flat.put(hash(1), &[1.0, 0.0]).unwrap();
    let error = flat.put(hash(2), &[1.0; 3]).unwrap_err();
    assert_eq!(error, StoreError::Dimension { model: "m".into(), wanted: 2, got: 3 });
    assert!(flat.nearest(&[1.0; 3], 1).is_err());
    assert_eq!(flat.len(), 1);
}

#[test]
fn memory_is_bounded_and_what_is_used_stays() {
    let mut flat = Flat::new("m", 8);
    for number in 0..4 {
        flat.put(hash(number), &[1.0, 0.0]).unwrap();
    }
    assert!(matches!(flat.put(hash(4), &[1.0, 0.0]), Err(StoreError::Full(_))));
    // Given again, it is there and needs no room.
    flat.put(hash(3), &[1.0, 0.0]).unwrap();
    flat.replace(vec![chunk(1, "a"), chunk(2, "a")]);
    assert_eq!(flat.len(), 4);
    flat.put(hash(5), &[0.0, 1.0]).unwrap();
    assert_eq!(flat.len(), 3);
    flat.put(hash(6), &[0.0, 1.0]).unwrap();
    assert!(flat.put(hash(7), &[1.0, 0.0]).is_err());
    assert!([1, 2, 5, 6].iter().all(|number| flat.has(&hash(*number))));
    flat.replace(vec![chunk(5, "a")]);
    let hits = flat.nearest(&[0.0, 1.0], 9).unwrap();
    assert_eq!((hits.len(), hits[0].chunk.hash), (1, hash(5)));
}
