-- Packs of the dispatch meeting go out by mail beside notices and digests.
-- A message is about a notice, a day's digest or a pack.
alter table delivery add column pack_scope text collate "C", add column pack_month date,
    drop constraint delivery_check,
    add constraint delivery_about check (num_nonnulls(notice, digest_on, pack_month) = 1 and (pack_scope is null) = (pack_month is null));
create unique index delivery_pack_once on delivery (user_name, pack_scope, pack_month) where pack_month is not null;
