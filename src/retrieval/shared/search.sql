-- $1 repository, $2 branch, $3 what is looked for, $4 how many neighbours. The branch's chunks are looked
-- up for what is near, never the other way round: else every vector would be looked at.
WITH near AS MATERIALIZED (
    SELECT hash, embedding <=> $3::real[]::halfvec({dimension}) AS distance
    FROM {table}
    WHERE repository = $1
    ORDER BY embedding <=> $3::real[]::halfvec({dimension})
    LIMIT $4
)
SELECT near.distance::real, near.hash, c.path, c.first_line, c.last_line
FROM near
LEFT JOIN foretype.chunks c
    ON c.repository = $1 AND c.branch = $2 AND c.hash = near.hash
ORDER BY 1, 2, 3, 4
