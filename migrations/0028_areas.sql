-- Areas: what is counted of them beside the cases (accidents and criminal cases of a month), and the watch list (重点地区)
-- with its days, reasons and who decided. An area stands on the list once at a time, which the exclusion constraint keeps.

-- Nothing is overwritten: the highest n holds, the others are the log.
create table area_count (
    division   text collate "C" not null references division (code),
    month      date not null check (extract(day from month) = 1),
    n          integer not null check (n > 0),
    accidents  integer not null check (accidents >= 0),
    crimes     integer not null check (crimes >= 0),
    entered_by text not null,
    entered_at timestamptz not null,
    primary key (division, month, n)
);

create table area_listing (
    division      text collate "C" not null references division (code),
    listed_on     date not null,
    list_reason   text not null check (list_reason ~ '\S'),
    listed_by     text not null,
    listed_at     timestamptz not null,
    delisted_on   date check (delisted_on >= listed_on),
    delist_reason text check (delist_reason ~ '\S'),
    delisted_by   text,
    delisted_at   timestamptz,
    primary key (division, listed_on),
    check (num_nulls(delisted_on, delist_reason, delisted_by, delisted_at) in (0, 4)),
    -- Both days belong to it.
    constraint area_listing_overlap exclude using gist (text_span(division, division, '[]') with &&, daterange(listed_on, delisted_on, '[]') with &&)
);

create function area_listing_ends_once() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.delisted_on is not null
        or (new.division, new.listed_on, new.list_reason, new.listed_by, new.listed_at) is distinct from (old.division, old.listed_on, old.list_reason, old.listed_by, old.listed_at) then
        raise exception 'A listing is ended once and never changed.' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger area_listing_ends_once before update or delete on area_listing for each row execute function area_listing_ends_once();

grant select, insert on area_count, area_listing to mediation_app;
grant update (delisted_on, delist_reason, delisted_by, delisted_at) on area_listing to mediation_app;
revoke delete, truncate on area_count, area_listing from mediation_app;
revoke update on area_count from mediation_app;
