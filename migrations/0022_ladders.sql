-- Ladders as data: who is told of which overdue cases, step by step upwards. A clock keeps the ladder on which it ran
-- out. Each telling happens once for each due day: a clock that is started or moved anew has a ladder of its own.

create table ladder (
    id          text collate "C" primary key check (id ~ '^[A-Za-z0-9.-]{1,80}$'),
    name_zh     text not null check (name_zh ~ '\S'),
    name_en     text not null check (name_en ~ '\S'),
    clock       text check (clock in ('intake', 'referralAnswer', 'firstSession', 'term', 'inactivity', 'whistleAnswer',
                    'letterReply', 'transferAnswer', 'returnToCourt', 'confirmation', 'performance', 'followUp', 'appeal')),
    level       text check (level in ('village', 'township', 'county', 'city', 'province')),
    category    text check (category ~ '^[0-9]{2}$'),
    risk        text check (risk in ('green', 'yellow', 'red')),
    amount_from numeric(16, 2) check (amount_from > 0),
    from_date   date not null,
    to_date     date, -- the last due day; the day before the first: withdrawn before it was ever in force
    created_by  text not null,
    created_at  timestamptz not null,
    ended_by    text,
    ended_at    timestamptz,
    constraint ladder_dates check (to_date >= from_date - 1),
    constraint ladder_overlap exclude using gist (
        text_span(
            coalesce(clock, '*') || '/' || coalesce(level, '*') || '/' || coalesce(category, '*') || '/' || coalesce(risk, '*') || '/' || coalesce(trim_scale(amount_from)::text, '*'),
            coalesce(clock, '*') || '/' || coalesce(level, '*') || '/' || coalesce(category, '*') || '/' || coalesce(risk, '*') || '/' || coalesce(trim_scale(amount_from)::text, '*'), '[]') with &&,
        daterange(from_date, to_date + 1) with &&)
);

create table ladder_step (
    ladder       text collate "C" not null references ladder (id),
    step         integer not null check (step > 0),
    unit         text not null check (unit in ('minutes', 'hours', 'workingDays')),
    after        integer not null check (after >= 0),
    rung         text not null check (rung in ('mediator', 'head', 'centre', 'above')),
    up           integer not null default 0 check ((rung = 'above') = (up > 0)),
    ask          text not null check (ask in ('answer', 'plan', 'letter', 'raise', 'mediate')),
    channels     text[] not null default '{inbox}' check ('inbox' = any(channels) and channels <@ '{inbox,mail,sms,weChat}'),
    attempts     integer not null default 0 check (attempts between 0 and 9),
    repeat_every integer not null default 0 check (repeat_every >= 0),
    repeat_times integer not null default 0 check (repeat_times >= 0 and (repeat_times = 0) = (repeat_every = 0)),
    primary key (ladder, step)
);

insert into ladder (id, name_zh, name_en, clock, level, category, risk, amount_from, from_date, created_by, created_at)
values
    ('default', '通用阶梯', 'General ladder', null, null, null, null, null, '2000-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('village', '小事不出湾村、大事不出行政村、问题不到乡镇', 'Small matters stay in the hamlet, big ones in the village, none reaches the township', 'term', 'village', null, 'green', null, '2026-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('township', '小事不出社区（村）、大事不出街道、矛盾不成讼', 'Small matters stay in the community, big ones in the street, no quarrel becomes a lawsuit', 'term', 'township', null, 'green', null, '2026-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('large', '标的五十万元以上', 'Half a million yuan and more', null, null, null, null, 500000, '2026-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('wages', '劳动争议', 'Labour disputes', null, null, '10', null, null, '2026-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('yellow', '黄色风险', 'Risk yellow', null, null, null, 'yellow', null, '2026-01-01', 'system', '2026-11-23 00:00:00Z'),
    ('red', '红色风险', 'Risk red', null, null, null, 'red', null, '2026-01-01', 'system', '2026-11-23 00:00:00Z');

insert into ladder_step (ladder, step, unit, after, rung, up, ask, channels, attempts, repeat_every, repeat_times)
values
    ('default', 1, 'workingDays', 0, 'mediator', 0, 'answer', '{inbox}', 0, 0, 0),
    ('default', 2, 'workingDays', 3, 'head', 0, 'plan', '{inbox}', 0, 0, 0),
    ('default', 3, 'workingDays', 7, 'centre', 0, 'letter', '{inbox}', 0, 0, 0),
    ('village', 1, 'workingDays', 0, 'mediator', 0, 'answer', '{inbox}', 0, 0, 0),
    ('village', 2, 'workingDays', 2, 'head', 0, 'plan', '{inbox}', 0, 0, 0),
    ('village', 3, 'workingDays', 5, 'centre', 0, 'raise', '{inbox}', 3, 3, 2),
    ('township', 1, 'workingDays', 0, 'mediator', 0, 'answer', '{inbox}', 0, 0, 0),
    ('township', 2, 'workingDays', 3, 'head', 0, 'plan', '{inbox}', 0, 0, 0),
    ('township', 3, 'workingDays', 7, 'centre', 0, 'raise', '{inbox}', 3, 5, 2),
    ('large', 1, 'hours', 0, 'mediator', 0, 'answer', '{inbox,mail}', 0, 0, 0),
    ('large', 2, 'workingDays', 2, 'head', 0, 'plan', '{inbox,mail}', 0, 0, 0),
    ('large', 3, 'workingDays', 4, 'centre', 0, 'letter', '{inbox,mail}', 0, 0, 0),
    ('wages', 1, 'workingDays', 0, 'mediator', 0, 'answer', '{inbox}', 0, 0, 0),
    ('wages', 2, 'workingDays', 1, 'head', 0, 'plan', '{inbox,mail}', 0, 0, 0),
    ('wages', 3, 'workingDays', 3, 'centre', 0, 'letter', '{inbox,mail}', 0, 0, 0),
    ('yellow', 1, 'workingDays', 0, 'mediator', 0, 'answer', '{inbox}', 0, 0, 0),
    ('yellow', 2, 'workingDays', 1, 'head', 0, 'plan', '{inbox,mail}', 0, 0, 0),
    ('yellow', 3, 'workingDays', 3, 'centre', 0, 'letter', '{inbox,mail}', 0, 2, 1),
    ('red', 1, 'minutes', 0, 'mediator', 0, 'answer', '{inbox,mail,sms}', 0, 0, 0),
    ('red', 2, 'minutes', 30, 'head', 0, 'plan', '{inbox,mail,sms}', 0, 0, 0),
    ('red', 3, 'hours', 2, 'centre', 0, 'letter', '{inbox,mail,sms}', 0, 0, 0),
    ('red', 4, 'workingDays', 1, 'above', 1, 'raise', '{inbox,mail,sms}', 0, 1, 3);

-- Ladders are ended, never changed or removed: a clock that runs on one still names it.
grant select, insert, update (to_date, ended_by, ended_at) on ladder to mediation_app;
grant select, insert on ladder_step to mediation_app;

-- The due day and the repetition belong to the key: a second round of the same clock is told as well.
alter table escalation add column due_on date, add column time integer not null default 1;
update escalation e set due_on = coalesce(
    (select (v.body -> 'clocks' -> 0 ->> 'dueOn')::date from case_event v
     where v.case_id = e.case_id and v.kind = 'escalated' and v.at = e.at and v.body ->> 'clock' = e.clock and (v.body ->> 'step')::int = e.step limit 1),
    (select k.due_on from clock k where k.case_id = e.case_id and k.key = e.clock), e.started_on);
alter table escalation alter column due_on set not null;
alter table escalation drop constraint escalation_pkey;
alter table escalation add primary key (case_id, clock, started_on, due_on, step, time);

-- What is asked of whoever was told, and the answer. The row is also what goes out by mail or message: outside names the
-- channels beside the inbox, queued_at says that its recipients stand in the table delivery.
alter table notice add column clock text, add column started_on date, add column due_on date, add column step integer, add column time integer,
    add column ask text, add column outside text[], add column queued_at timestamptz,
    add column answer text, add column answered_at timestamptz, add column answered_by text;
create unique index notice_once on notice (case_id, clock, started_on, due_on, step, time) where clock is not null;
create index notice_to_queue on notice (created_at) where outside is not null and queued_at is null; -- the job's question

-- Where mails go; null: told in the inbox only.
alter table app_user add column mail text check (mail ~ '^[^\s@]+@[^\s@]+$');

-- What leaves the house, one row for each recipient and channel. A row is claimed before it is sent, so that it never
-- leaves twice: what was claimed and never reported is shown as failed and not sent again.
create table delivery (
    notice     uuid not null references notice (id),
    user_name  text not null references app_user (name),
    channel    text not null check (channel in ('mail', 'sms', 'weChat')),
    case_id    uuid not null,
    clock      text not null,
    state      text not null default 'waiting' check (state in ('waiting', 'claimed', 'sent', 'failed', 'dropped')),
    attempts   integer not null default 0,
    created_at timestamptz not null,
    next_at    timestamptz not null,
    ended_at   timestamptz,
    error      text, -- a code or the name of a kind of error; never an address
    primary key (notice, user_name, channel)
);
create index delivery_waiting on delivery (next_at) where state in ('waiting', 'claimed');
create index delivery_failed on delivery (created_at desc) where state = 'failed';
grant select, insert, update on delivery to mediation_app;
