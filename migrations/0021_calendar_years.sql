-- Which years of the working calendar came out. A day in the table says nothing of that: the notice for a year may name
-- days of the December before it.

create table calendar_year (
    year        integer primary key check (year between 2000 and 2199),
    imported_by text not null,
    imported_at timestamptz not null
);
insert into calendar_year (year, imported_by, imported_at)
select distinct extract(year from day)::integer, 'system', now() from calendar_day;

grant select, insert, update on calendar_year to mediation_app;
