use super::*;

const ROOM: usize = 1024;

fn small() -> Flat {
    let mut flat = Flat::new("model", ROOM);
    let scope = Arc::new(Scope { repository: "example.org/r".into(), branch: "main".into() });
    let mut chunks = Vec::new();
    for number in 0..3_u8 {
        let hash = ContentHash([number; 32]);
        flat.put(hash, &[1.0, f32::from(number), -0.5]).unwrap();
        for (path, first_line) in [("src/ä.rs", 1), ("b.rs", 7)] {
            let chunk = Chunk {
                scope: Arc::clone(&scope),
                path: path.into(),
                first_line: first_line + u32::from(number),
                last_line: 40,
                hash,
            };
            chunks.push(chunk);
        }
    }
    flat.put(ContentHash([9; 32]), &[0.0, 0.0, 1.0]).unwrap();
    flat.replace(chunks);
    flat
}

fn bytes(flat: &Flat) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(flat, &mut bytes).unwrap();
    bytes
}

fn decode(bytes: &[u8], model: &str) -> Result<Flat, Discarded> {
    read(bytes, bytes.len() as u64, Flat::new(model, ROOM))
}

#[test]
fn what_was_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("index").join("vectors");
    let saved = small();
    assert_eq!(load(&file, "model", None, ROOM), (Flat::new("model", ROOM), None));
    for _ in 0..2 {
        save(&saved, &file).unwrap();
        let (loaded, discarded) = load(&file, "model", Some(3), ROOM);
        assert_eq!(discarded, None);
        assert_eq!((&loaded.codes, &loaded.places), (&saved.codes, &saved.places));
        assert_eq!(loaded.nearest(&[1.0, 1.0, 0.0], 9), saved.nearest(&[1.0, 1.0, 0.0], 9));
        assert_eq!(loaded.nearest(&[1.0, 1.0, 0.0], 9).unwrap().len(), 6);
        assert!(loaded.has(&ContentHash([9; 32])));
        assert_eq!(bytes(&loaded), bytes(&saved));
    }
    assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }
    for (model, dimension, most, want) in [
        ("another", None, ROOM, Discarded::Model),
        ("model", Some(4), ROOM, Discarded::Dimension),
        ("model", None, 11, Discarded::TooLarge),
    ] {
        let (loaded, discarded) = load(&file, model, dimension, most);
        assert_eq!(discarded, Some(want));
        assert_eq!(loaded, Flat::new(model, most));
    }
    let (loaded, discarded) = load(folder.path(), "model", None, ROOM);
    assert!(loaded.is_empty() && discarded.is_some());
}

#[test]
fn a_file_torn_at_any_byte_is_thrown_away() {
    let whole = bytes(&small());
    for length in 0..whole.len() {
        assert!(decode(&whole[..length], "model").is_err(), "{length}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert_eq!(decode(&longer, "model"), Err(Discarded::Torn));
    assert!(decode(&whole, "model").is_ok());
}

#[test]
fn another_bit_anywhere_is_seen() {
    let whole = bytes(&small());
    for at in 0..whole.len() {
        for bit in [1, 0x80] {
            let mut other = whole.clone();
            other[at] ^= bit;
            assert!(decode(&other, "model").is_err(), "{at}");
        }
    }
}

#[test]
fn another_kind_of_file_is_named() {
    let mut later = bytes(&small());
    later[8] += 1;
    assert_eq!(decode(&later, "model"), Err(Discarded::Version));
    assert_eq!(decode(&b"SQLite format 3\0".repeat(9), "model"), Err(Discarded::Foreign));
    assert_eq!(decode(b"", "model"), Err(Discarded::Torn));
}

proptest::proptest! {
    /// Whatever the bytes, what is answered is an error, and no memory is taken for what they claim.
    #[test]
    fn any_bytes_behind_the_head(rest in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        let whole = bytes(&small());
        for keep in [12, 21, 25, 29] {
            let mut other = whole[..keep].to_vec();
            other.extend(&rest);
            proptest::prop_assert!(decode(&other, "model").is_err());
        }
    }
}
