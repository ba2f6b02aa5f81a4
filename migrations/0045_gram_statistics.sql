-- How common two characters are decides whether a search begins with them or with the reader's own cases. A hundred frequencies,
-- as PostgreSQL keeps by itself, take a common given name for a rare one: a hundred times the pages.
alter table case_gram alter column gram set statistics 1000;
analyze case_gram;
