-- Half precision: half the memory, with the same neighbours.
CREATE TABLE {table} (
    repository text NOT NULL,
    hash bytea NOT NULL,
    embedding halfvec({dimension}) NOT NULL,
    PRIMARY KEY (repository, hash)
);
CREATE INDEX vectors_{id}_nearest ON {table} USING hnsw (embedding halfvec_cosine_ops);
