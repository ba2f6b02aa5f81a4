-- The floor of the service: the role that it works as, the directory, accounts, the journal of each case with its
-- stored fold and projections, idempotency, jobs. The role mediation_app may append to the journal and never change
-- it; triggers refuse the owner as well.

do $$
begin
    if not exists (select from pg_roles where rolname = 'mediation_app') then
        create role mediation_app nologin;
    end if;
exception when duplicate_object or unique_violation then
    null; -- another database of the same cluster made it in this moment: roles belong to the cluster
end $$;

do $$
begin
    execute format('grant mediation_app to %I', current_user);
end $$;

create table division (
    code   text collate "C" primary key,
    name   text not null,
    kind   text not null check (kind in ('province', 'prefecture', 'county', 'zone', 'township', 'village')),
    parent text collate "C" references division (code)
);
create index division_by_parent on division (parent);

create table body (
    code       text collate "C" primary key,
    name       text not null,
    kind       text not null check (kind in ('committee', 'industryCommittee', 'centre', 'station', 'justiceOffice',
                                             'justiceBureau', 'court', 'police', 'department', 'studio')),
    level      text not null check (level in ('village', 'township', 'county', 'city', 'province')),
    division   text collate "C" not null references division (code),
    mediates   boolean not null,
    categories text[] not null default '{}', -- what an industry body is for; empty: everything
    active     boolean not null default true
);
create index body_by_division on body (division, kind);

create table app_user (
    name           text primary key check (name = lower(name) and length(name) between 1 and 64),
    display_name   text not null,
    role           text not null check (role in ('clerk', 'mediator', 'head', 'supervisor', 'court', 'liaison', 'grid', 'auditor', 'admin')),
    body           text collate "C" not null references body (code),
    division       text collate "C" not null references division (code),
    password_hash  text not null,
    security_stamp text not null,
    active         boolean not null default true
);
create index app_user_by_body on app_user (body, role);

create table mediator (
    user_name     text primary key references app_user (name),
    body          text collate "C" not null references body (code),
    term_from     date,
    term_until    date,
    specialities  text[] not null default '{}',
    identity_hash bytea, -- compared with the parties' before an assignment
    phone_hash    bytea
);
create index mediator_by_body on mediator (body);

create table api_token (
    id         uuid primary key,
    user_name  text not null references app_user (name),
    label      text not null,
    hash       bytea not null unique, -- SHA-256 of 32 random bytes; the token itself is shown once
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_token_by_user on api_token (user_name);

create table calendar_day (
    day        date primary key,
    is_holiday boolean not null, -- false: a make-up workday
    name       text not null
);

create sequence case_no_seq cache 32;

-- The journal. json, not jsonb: exactly the hashed bytes are kept.
create table case_event (
    case_id      uuid not null,
    seq          integer not null check (seq > 0),
    kind         text not null,
    at           timestamptz not null,
    happened_on  date not null,
    actor        text not null,
    on_behalf_of text,
    body         json not null,
    prev_hash    bytea not null,
    hash         bytea not null,
    primary key (case_id, seq)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'The journal is append-only.' using errcode = 'insufficient_privilege';
end $$;
create trigger case_event_append_only before update or delete on case_event for each row execute function refuse_change();
create trigger case_event_not_emptied before truncate on case_event for each statement execute function refuse_change();

-- The stored fold of each case, with the columns that lists need.
create table cases (
    id            uuid primary key,
    case_no       text collate "C" not null unique,
    version       integer not null,
    head_hash     bytea not null,
    state         json not null,
    status        text not null,
    stage         text not null,
    outcome       text,
    is_open       boolean not null,
    risk          smallint not null,       -- 0 green, 1 yellow, 2 red
    timeliness    smallint not null,       -- 0 onTime, 1 dueSoon, 2 overdue
    track         text not null,
    channel       text not null,
    initiation    text not null,
    category      text not null,
    division      text collate "C" not null,
    centre        text collate "C" not null,
    desk          text collate "C" not null,
    body          text collate "C",
    offered_to    text collate "C",
    transfer_to   text collate "C",
    joined        text[] not null default '{}',
    mediator      text,
    court         text collate "C",
    court_case_no text,
    court_round   integer not null default 1,
    court_content bytea,                   -- SHA-256 of the referral's normal form: the same again is a repeat
    amount        numeric(16, 2),
    major         boolean not null,
    opened_at     timestamptz not null,
    opened_on     date not null,
    closed_on     date,
    due_at        timestamptz not null, -- infinity when no clock runs: such cases sort last
    updated_at    timestamptz not null
);
create unique index cases_court_case_no on cases (court_case_no, court_round) where court_case_no is not null;
-- The four open lists whose speed is promised, each by due and id.
create index cases_open_mine on cases (mediator, due_at, id) where is_open;
create index cases_open_body on cases (body, due_at, id) where is_open;
create index cases_open_division on cases (division, due_at, id) where is_open;
create index cases_open_court on cases (court, due_at, id) where is_open;
-- Other orders, and the court's feed.
create index cases_opened on cases (opened_at desc, id);
create index cases_updated on cases (updated_at desc, id);
create index cases_court_updated on cases (court, updated_at, id) where court is not null;

create table case_party (
    case_id         uuid not null references cases (id),
    id              text not null,
    side            text not null,
    kind            text not null,
    name            text not null,
    identity_cipher bytea, -- AES-GCM
    identity_hash   bytea, -- keyed: exact search and repeat visits
    credit_code     text,
    phone_cipher    bytea,
    phone_hash      bytea,
    address         text,
    minor           boolean not null,
    representatives bytea, -- AES-GCM over their JSON
    key             bytea not null, -- of the HMAC in the journal; gone with the person's data
    primary key (case_id, id)
);
create index case_party_by_identity on case_party (identity_hash) where identity_hash is not null;
create index case_party_by_phone on case_party (phone_hash) where phone_hash is not null;

create table case_text (
    id      uuid primary key,
    case_id uuid not null,
    kind    text not null,
    body    text not null,
    key     bytea not null
);
create index case_text_by_case on case_text (case_id);

-- Bigrams of party names and numbers: two characters are enough, and a plain B-tree serves them.
create table case_gram (
    gram    text collate "C" not null,
    case_id uuid not null,
    primary key (gram, case_id)
);

create table clock (
    case_id    uuid not null references cases (id),
    key        text not null,
    name       text not null,
    state      text not null,
    timeliness smallint not null,
    started_on date not null,
    due_on     date not null,
    due_at     timestamptz not null,
    next_at    timestamptz,
    steps_done integer not null,
    ended_on   date,
    primary key (case_id, key)
);
create index clock_next on clock (next_at) where next_at is not null; -- the sweep's question

-- Each step of a clock's ladder happens once, whatever crashes or runs twice.
create table escalation (
    case_id    uuid not null references cases (id),
    clock      text not null,
    started_on date not null,
    step       integer not null,
    rung       text not null,
    body       text collate "C" not null,
    person     text,
    at         timestamptz not null,
    primary key (case_id, clock, started_on, step)
);

create table notice (
    id         uuid primary key,
    case_id    uuid not null references cases (id),
    seq        integer not null,
    body       text collate "C" not null,
    person     text,          -- null: the heads and clerks of the body
    kind       text not null,
    created_at timestamptz not null,
    read_at    timestamptz,
    read_by    text
);
create index notice_by_body on notice (body, created_at desc);
create index notice_by_person on notice (person, created_at desc) where person is not null;

create table idempotency (
    account      text not null,
    key          text not null,
    request_hash bytea not null,
    status       integer not null,
    etag         text,
    location     text,
    body         bytea not null,
    created_at   timestamptz not null,
    primary key (account, key)
);
create index idempotency_by_age on idempotency (created_at);

create table job_run (
    name          text not null,
    scheduled_for timestamptz not null,
    node          text not null,
    started_at    timestamptz not null,
    ended_at      timestamptz,
    succeeded     boolean,
    result        text,
    primary key (name, scheduled_for)
);

create table survey (
    id       uuid primary key,
    division text collate "C" not null references division (code),
    on_date  date not null,
    rounds   integer not null check (rounds > 0),
    found    integer not null check (found >= 0),
    actor    text not null,
    at       timestamptz not null
);
create index survey_by_division on survey (division, on_date);

create table prevented (
    id       uuid primary key,
    division text collate "C" not null references division (code),
    on_date  date not null,
    kind     text not null check (kind in ('criminal', 'massPetition', 'brawl', 'suicide')),
    persons  integer not null check (persons > 0),
    actor    text not null,
    at       timestamptz not null
);
create index prevented_by_division on prevented (division, on_date);

create table setting (
    name  text primary key,
    value text not null
);

grant usage on schema public to mediation_app;
grant select, insert, update, delete on all tables in schema public to mediation_app;
grant usage on all sequences in schema public to mediation_app;
revoke update, delete, truncate on case_event from mediation_app;
revoke delete, truncate on cases, escalation from mediation_app;
