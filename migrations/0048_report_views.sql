-- A saved view may be an address of the reports too. Names of the two kinds do not stand in each other's way, and only the
-- work list begins with one.

alter table saved_view drop constraint saved_view_pkey;
alter table saved_view drop constraint saved_view_address_check;
alter table saved_view add column of_reports boolean generated always as (address like '/reports/%') stored;
alter table saved_view add check ((address like '/?%' or address like '/reports/monthly?%' or address like '/reports/analysis?%') and length(address) <= 1000);
alter table saved_view add check (not (is_default and of_reports));
alter table saved_view add primary key (user_name, of_reports, name);
