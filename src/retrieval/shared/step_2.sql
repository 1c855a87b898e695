-- Contents that somebody is embedding.
CREATE TABLE foretype.claims (
    repository text NOT NULL,
    model integer NOT NULL,
    hash bytea NOT NULL,
    holder bigint NOT NULL,         -- holds the advisory lock of this number while it lives
    until timestamptz NOT NULL,     -- no longer, whatever the lock says
    PRIMARY KEY (repository, model, hash)
);
