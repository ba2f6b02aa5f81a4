-- The monthly safety index (平安指数): four groups, fourteen indicators, weights that sum to 1. What an indicator weighs and
-- how its value is scored stands in versions that are added and never changed; values are entered or come from the month's
-- rates. A published month is frozen; what is entered after that needs a reason and stands beside it.

create table index_definition (
    version    integer primary key check (version > 0),
    from_month date not null check (extract(day from from_month) = 1), -- of a month's versions the highest holds
    created_by text not null,
    created_at timestamptz not null
);

create table index_item (
    version  integer not null references index_definition (version),
    position integer not null check (position between 1 and 14),
    code     text not null check (code ~ '^[a-zA-Z]{1,40}$'),
    part     text not null check (part in ('order', 'traffic', 'fire', 'feeling')),
    name_zh  text not null check (name_zh ~ '\S'),
    name_en  text not null check (name_en ~ '\S'),
    unit     text not null,
    weight   numeric(5, 4) not null check (weight > 0 and weight < 1),
    target   numeric(12, 2) not null, -- scores 100
    floor    numeric(12, 2) not null, -- scores 0; above the target where less is better
    measure  text,                    -- a rate of the monthly report, times 100; null: entered
    primary key (version, code),
    unique (version, position),
    check (target <> floor)
);

create function index_is_whole() returns trigger language plpgsql as $$
begin
    if (select count(*) <> 14 or sum(weight) is distinct from 1 or count(distinct part) <> 4 from index_item where version = new.version) then
        raise exception 'The fourteen weights of the safety index must sum to 1.' using errcode = 'check_violation', constraint = 'index_weights';
    end if;
    return null;
end $$;
create constraint trigger index_weights after insert on index_item deferrable initially deferred for each row execute function index_is_whole();
create constraint trigger index_weights after insert on index_definition deferrable initially deferred for each row execute function index_is_whole();

create table index_publication (
    scope           text collate "C" not null references division (code),
    month           date not null check (extract(day from month) = 1),
    version         integer not null references index_definition (version),
    document        text not null, -- exactly the bytes of which the digest speaks
    previous_digest text not null, -- of the month published before; empty for the first
    digest          text not null, -- SHA-256 in hex over the previous digest and the document
    published_at    timestamptz not null,
    published_by    text not null,
    primary key (scope, month),
    unique (scope, previous_digest)
);

-- Nothing is overwritten: the highest n holds, the others are the log.
create table index_value (
    scope      text collate "C" not null references division (code),
    month      date not null check (extract(day from month) = 1),
    item       text not null,
    n          integer not null check (n > 0),
    value      numeric(12, 2) not null,
    restates   boolean not null default false, -- after the publication
    reason     text,
    entered_by text not null,
    entered_at timestamptz not null,
    primary key (scope, month, item, n)
);

create function index_value_restates() returns trigger language plpgsql as $$
begin
    new.restates := exists (select 1 from index_publication where scope = new.scope and month = new.month);
    if new.restates and coalesce(new.reason, '') !~ '\S' then
        raise exception 'A correction of a published month needs its reason.' using errcode = 'check_violation', constraint = 'index_value_reason';
    end if;
    return new;
end $$;
create trigger index_value_restates before insert on index_value for each row execute function index_value_restates();

create function refuse_index_change() returns trigger language plpgsql as $$
begin
    raise exception 'The safety index is added to, never changed.' using errcode = 'insufficient_privilege';
end $$;
create trigger index_publication_frozen before update or delete on index_publication for each row execute function refuse_index_change();
create trigger index_publication_not_emptied before truncate on index_publication for each statement execute function refuse_index_change();
create trigger index_value_kept before update or delete on index_value for each row execute function refuse_index_change();
create trigger index_value_not_emptied before truncate on index_value for each statement execute function refuse_index_change();
create trigger index_item_kept before update or delete on index_item for each row execute function refuse_index_change();
create trigger index_definition_kept before update or delete on index_definition for each row execute function refuse_index_change();

insert into index_definition (version, from_month, created_by, created_at) values (1, '2000-01-01', 'system', '2026-11-23 00:00:00Z');
insert into index_item (version, position, code, part, name_zh, name_en, unit, weight, target, floor, measure) values
    (1, 1, 'criminalCases', 'order', '刑事警情同比', 'Criminal incidents, year on year', '%', 0.10, -10, 30, null),
    (1, 2, 'theftAndFraud', 'order', '盗抢骗案件同比', 'Theft, robbery and fraud, year on year', '%', 0.08, -10, 30, null),
    (1, 3, 'violentCases', 'order', '严重暴力案件同比', 'Serious violence, year on year', '%', 0.08, -10, 30, null),
    (1, 4, 'publicOrderCases', 'order', '治安案件同比', 'Offences against public order, year on year', '%', 0.06, -10, 30, null),
    (1, 5, 'trafficAccidents', 'traffic', '道路交通事故同比', 'Road accidents, year on year', '%', 0.08, -10, 30, null),
    (1, 6, 'trafficDeaths', 'traffic', '交通事故亡人同比', 'Road deaths, year on year', '%', 0.10, -10, 30, null),
    (1, 7, 'trafficOffences', 'traffic', '严重交通违法查处率', 'Serious traffic offences dealt with', '%', 0.04, 100, 60, null),
    (1, 8, 'fires', 'fire', '火灾起数同比', 'Fires, year on year', '%', 0.08, -10, 30, null),
    (1, 9, 'fireCasualties', 'fire', '火灾伤亡人数', 'Casualties of fires', '', 0.08, 0, 10, null),
    (1, 10, 'fireHazards', 'fire', '火灾隐患整改率', 'Fire hazards put right', '%', 0.05, 100, 60, null),
    (1, 11, 'senseOfSafety', 'feeling', '群众安全感', 'Sense of safety', '%', 0.10, 100, 80, null),
    (1, 12, 'petitions', 'feeling', '信访总量同比', 'Petitions, year on year', '%', 0.05, -10, 30, null),
    (1, 13, 'disputesSettled', 'feeling', '矛盾纠纷调解成功率', 'Disputes settled', '%', 0.05, 100, 60, 'successRate'),
    (1, 14, 'partiesSatisfied', 'feeling', '调解当事人满意率', 'Satisfied parties', '%', 0.05, 100, 60, 'satisfaction');

grant select, insert on index_definition, index_item, index_value, index_publication to mediation_app;
revoke update, delete, truncate on index_definition, index_item, index_value, index_publication from mediation_app;
