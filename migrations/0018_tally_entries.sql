-- A village has a few cases a month: to keep its figures by nine dimensions costs a hundred rows a case, to add them up
-- costs nothing. Figures stay folded for the province, prefectures and counties; everything narrower (townships, villages,
-- bodies, courts) is summed from the entries themselves, which the fold now keeps. Where deltas were folded before this
-- file, run `reports --rebuild` once.

create table tally_entry (like tally_delta);
create index tally_entry_by_division on tally_entry (division, month);
create index tally_entry_by_body on tally_entry (body, month) where body is not null;
create index tally_entry_by_court on tally_entry (court, month) where court is not null;
create index tally_entry_left_division on tally_entry (from_division, month) where from_division is not null;
create index tally_entry_left_body on tally_entry (from_body, month) where from_body is not null;

create function tally_is_kept(scope text) returns boolean language sql immutable parallel safe
    return length(scope) <= 6 and scope ~ '^[0-9]+$';

create function tally_sign(measure text) returns integer language sql immutable parallel safe
    return case when measure in ('registered', 'reopened', 'transferredIn') then 1
        when measure in ('transferredOut', 'notAccepted', 'guided', 'settled', 'partial', 'failed', 'withdrawn', 'terminated', 'recalled') then -1
        else 0 end;

delete from tally where not tally_is_kept(scope);

grant select, insert on tally_entry to mediation_app;
