-- The keys of a day come and are pruned. A table that a vacuum has shrunk to a page is read from end to end by every plan that
-- is made then, and those plans are kept while the table fills again. Its pages stay, and so does the way through the index.
alter table idempotency set (vacuum_truncate = false);
