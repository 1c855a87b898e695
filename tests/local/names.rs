use foretype::local::rename::{exchanged, parts};

#[test]
fn names_fall_into_parts() {
    for (name, wanted) in [
        ("read_size", "read size"),
        ("readSize", "read Size"),
        ("HTTPServer", "HTTP Server"),
        ("__init__", "init"),
        ("utf8Text", "utf8 Text"),
        ("MAX_LEN", "MAX LEN"),
        ("größeÄndern", "größe Ändern"),
        ("_", ""),
    ] {
        assert_eq!(parts(name).join(" "), wanted, "{name}");
    }
}

#[test]
fn parts_are_exchanged_as_the_match_shows() {
    for (word, there, here, wanted) in [
        ("read_timeout", "read", "write", Some("write_timeout")),
        ("ReadTimeout", "read_size", "write_size", Some("WriteTimeout")),
        ("READ_LIMIT", "read", "write", Some("WRITE_LIMIT")),
        ("setReadLimit", "readSize", "writeSize", Some("setWriteLimit")),
        ("_read", "read_all", "write_all", Some("_write")),
        ("read_timeout", "read", "bulk_write", Some("bulk_write_timeout")),
        ("readTimeout", "read", "bulk_write", Some("bulkWriteTimeout")),
        ("other", "read", "write", None),
        ("read", "read", "read", None),
        ("read", "read_size", "read", None),
    ] {
        assert_eq!(exchanged(word, there, here).as_deref(), wanted, "{word}: {there} → {here}");
    }
}
