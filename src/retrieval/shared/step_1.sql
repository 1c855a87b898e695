-- What makes vectors. Those of a model stand in a table of their own, `vectors_ID`.
CREATE TABLE foretype.models (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    dimension integer NOT NULL
);
CREATE TABLE foretype.branches (
    repository text NOT NULL,
    branch text NOT NULL,
    chunks bigint NOT NULL,
    pushed_at timestamptz NOT NULL,
    pushed_by text NOT NULL,
    PRIMARY KEY (repository, branch)
);
CREATE TABLE foretype.chunks (
    repository text NOT NULL,
    branch text NOT NULL,
    hash bytea NOT NULL,            -- SHA-256 of the text, which is nowhere
    path text NOT NULL,
    first_line integer NOT NULL,    -- from 1
    last_line integer NOT NULL,
    PRIMARY KEY (repository, branch, hash, path, first_line)
);
