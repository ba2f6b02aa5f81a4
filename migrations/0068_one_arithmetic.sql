-- The sums of the figures stand here once, for whoever keeps, folds or reads them (docs/adr/0009): which scopes hold a
-- place, under which key a dimension shows it there, and what an entry adds to a line. tally_of tells all lines of an
-- entry, tally_within those of one scope by one dimension: it reads a court's month without making the other sixty.

-- Every scope that holds a place, once.
create function tally_scopes(division text, body text, court text)
    returns table (scope text) language sql immutable parallel safe rows 6
as $$
    select left(division, n.length) from unnest('{2,4,6,9,12}'::integer[]) n (length) where n.length <= length(division)
    union all select body where body is not null
    union all select court where court is not null and court is distinct from body;
$$;

-- Under which key the scope shows the place by a dimension; null where it does not hold it. Of a division its part that
-- holds the place, or itself; of a body or court the place's own division. Empty: none yet.
create function tally_key(scope text, dimension text,
    division text, body text, category text, channel text, initiation text, court text, track text, level text)
    returns text language sql immutable parallel safe
return case when starts_with(division, scope) or scope in (body, court) then case dimension
    when 'none' then ''
    when 'division' then case when starts_with(division, scope)
        then left(division, case length(scope) when 2 then 4 when 4 then 6 when 6 then 9 else 12 end) else division end
    when 'category' then category
    when 'channel' then channel
    when 'initiation' then initiation
    when 'body' then coalesce(body, '')
    when 'court' then coalesce(court, '')
    when 'track' then track
    when 'level' then coalesce(level, '')
    end end;

-- What an entry adds to the line of one scope and dimension, and by how much it changes what is pending there. A move leaves
-- the line that counts the case no longer and enters the one that did not count it before; within one line it adds nothing.
-- Everything else is counted where the case is.
create function tally_within(d tally_delta, scope text, dimension text)
    returns table (key text, measure text, amount numeric, stock numeric) language sql immutable parallel safe rows 2
as $$
    select a.key, a.measure, k.amount, tally_sign(a.measure) * k.amount
    from (
        select (d).measure, (d).amount, (d).from_division is not null as moved,
            case when (d).from_division is not null then tally_key(scope, dimension, (d).from_division, (d).from_body,
                (d).from_category, (d).channel, (d).initiation, (d).court, (d).track, (d).from_level) end as was,
            tally_key(scope, dimension, (d).division, (d).body, (d).category, (d).channel, (d).initiation, (d).court, (d).track, (d).level) as now
        offset 0 -- told once, not in each line below. What is below must not name d: inlined, PostgreSQL 15 loses it
    ) k
    cross join lateral (
        select k.now, case when k.moved then 'transferredIn' else k.measure end where k.now is not null and (not k.moved or k.was is distinct from k.now)
        union all
        select k.was, 'transferredOut' where k.was is not null and k.was is distinct from k.now
    ) a (key, measure);
$$;

-- What an entry adds to all lines; what changes the pending adds to the stock too.
create or replace function tally_of(d tally_delta)
    returns table (scope text, dimension text, key text, measure text, amount numeric) language sql immutable parallel safe
as $$
    select s.scope, m.dimension, f.key, r.measure, r.amount
    from (
        select n.scope from tally_scopes((d).division, (d).body, (d).court) n
        union
        select o.scope from tally_scopes((d).from_division, (d).from_body, (d).court) o where (d).from_division is not null
    ) s
    cross join unnest('{none,division,category,channel,initiation,body,court,track,level}'::text[]) m (dimension)
    cross join lateral tally_within(d, s.scope, m.dimension) f
    cross join lateral (select f.measure, f.amount union all select 'stock', f.stock where f.stock <> 0) r (measure, amount);
$$;

-- Asked by nobody but the former tally_of.
drop function tally_coordinate(text, text, text, text, text, text, text, text);
