-- Who looked for a person by a number, and when (查询留痕). What was typed is kept as its keyed hash alone: an auditor sees
-- that one number was asked for again and again, and not whose it is.

create table person_lookup (
    id        uuid primary key,
    at        timestamptz not null,
    user_name text not null references app_user (name),
    division  text not null, -- of who asked: those above read it
    place     text not null check (place in ('search', 'intake', 'program')),
    by        text not null check (by in ('identityNumber', 'phone')),
    hash      bytea not null,
    found     integer not null check (found >= 0)
);
create index person_lookup_newest on person_lookup (at desc, id desc);

-- What was done stays: no update, no delete.
grant select, insert on person_lookup to mediation_app;
