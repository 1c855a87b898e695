-- How many neighbours the graph's search keeps in sight: what 0.9 of the exact ones take, and more.
SET hnsw.ef_search = 100;
-- Where a filter leaves too few of them, the search goes on.
SET hnsw.iterative_scan = strict_order;
