-- A figure is believed when its cases can be read: each entry names the case that it counts. Entries from before this file
-- name none, and what they count is said to be without a list until `reports --rebuild` has run once.

alter table tally_delta add column case_id uuid;
alter table tally_entry add column case_id uuid;
