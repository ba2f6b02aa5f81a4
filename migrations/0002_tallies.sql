-- Monthly figures (docs/adr/0009): every change appends what it counts, a job folds this into one table by line, and a
-- report reads the folded rows and the tail that is not folded yet. The functions say which lines count a fact.

-- No key and no index: rows are only appended, read as a whole and deleted as a whole.
create table tally_delta (
    month         date not null,
    measure       text not null,
    days          integer not null,       -- of the histogram; 0 for every other measure
    amount        numeric(18, 2) not null,
    division      text collate "C" not null,
    body          text collate "C",
    category      text not null,
    channel       text not null,
    initiation    text not null,
    court         text collate "C",
    track         text not null,
    level         text,
    from_division text collate "C",       -- set for an open case that moved: what else of its place can change
    from_body     text collate "C",
    from_category text,
    from_level    text
);

create table tally (
    scope     text collate "C" not null,  -- code of a division, a body or a court
    dimension text collate "C" not null,
    month     date not null,
    key       text collate "C" not null,  -- empty: none yet
    measure   text collate "C" not null,
    days      integer not null,
    amount    numeric(18, 2) not null,
    primary key (scope, dimension, month, key, measure, days) -- serves the month of one scope by one dimension
);
-- What is pending at the beginning of a month: the sum over all earlier ones.
create index tally_stock on tally (scope, dimension, month) include (key, amount) where measure = 'stock';

create table report_month (
    month     date not null,
    scope     text collate "C" not null,  -- empty: everybody's
    state     text not null check (state in ('closed', 'submitted', 'returned', 'signed', 'published')),
    closed_at timestamptz not null,
    digest    text,
    primary key (month, scope)
);

create function tally_coordinate(
    division text, body text, category text, channel text, initiation text, court text, track text, level text)
    returns table (scope text, dimension text, key text) language sql immutable parallel safe
as $$
    select s.scope, d.dimension, d.key
    from (
        select left(division, n.length), left(division, n.child) from (values (2, 4), (4, 6), (6, 9), (9, 12), (12, 12)) n (length, child)
        where n.length <= length(division)
        union all select o.code, division from (values (body), (court)) o (code) where o.code is not null
    ) s (scope, child)
    cross join lateral (values ('none', ''), ('division', s.child), ('category', category), ('channel', channel), ('initiation', initiation),
        ('body', coalesce(body, '')), ('court', coalesce(court, '')), ('track', track), ('level', coalesce(level, ''))) d (dimension, key);
$$;

-- The rows that a delta adds. A flow adds to the stock too; a move leaves the lines of the old place that the new one
-- has not, and enters the reverse.
create function tally_of(d tally_delta)
    returns table (scope text, dimension text, key text, measure text, amount numeric) language sql immutable parallel safe
as $$
    with line (scope, dimension, key, measure, amount) as (
        select c.scope, c.dimension, c.key, (d).measure, (d).amount
        from tally_coordinate((d).division, (d).body, (d).category, (d).channel, (d).initiation, (d).court, (d).track, (d).level) c
        where (d).from_division is null
        union all
        select n.scope, n.dimension, n.key, 'transferredIn', (d).amount from (
            select c.scope, c.dimension, c.key from tally_coordinate((d).division, (d).body, (d).category, (d).channel, (d).initiation, (d).court, (d).track, (d).level) c
            except
            select c.scope, c.dimension, c.key from tally_coordinate((d).from_division, (d).from_body, (d).from_category, (d).channel, (d).initiation, (d).court, (d).track, (d).from_level) c
        ) n where (d).from_division is not null
        union all
        select o.scope, o.dimension, o.key, 'transferredOut', (d).amount from (
            select c.scope, c.dimension, c.key from tally_coordinate((d).from_division, (d).from_body, (d).from_category, (d).channel, (d).initiation, (d).court, (d).track, (d).from_level) c
            except
            select c.scope, c.dimension, c.key from tally_coordinate((d).division, (d).body, (d).category, (d).channel, (d).initiation, (d).court, (d).track, (d).level) c
        ) o where (d).from_division is not null
    )
    select l.scope, l.dimension, l.key, l.measure, l.amount from line l
    union all
    select l.scope, l.dimension, l.key, 'stock', case when l.measure in ('registered', 'reopened', 'transferredIn') then l.amount else -l.amount end
    from line l
    where l.measure in ('registered', 'reopened', 'transferredIn', 'transferredOut', 'notAccepted', 'guided', 'settled', 'partial', 'failed',
        'withdrawn', 'terminated', 'recalled');
$$;

grant select, insert, delete on tally_delta to mediation_app;
grant select, insert, update on tally to mediation_app;
grant select, insert, update on report_month to mediation_app;
