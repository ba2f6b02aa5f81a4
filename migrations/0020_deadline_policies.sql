-- Deadline policies as data: for which cases and dates a clock runs how long, by which law. A running clock keeps the
-- policy that it names; one that is said to reach running clocks is carried out by the rows of clock_recount.

-- A single text as a range, so that the exclusion below needs no extension.
create type text_span as range (subtype = text, collation = "C");

create table deadline_policy (
    id                  text collate "C" primary key check (id ~ '^[A-Za-z0-9.-]{1,80}$'),
    clock               text not null check (clock in ('intake', 'referralAnswer', 'firstSession', 'term', 'inactivity', 'whistleAnswer',
                            'letterReply', 'transferAnswer', 'returnToCourt', 'confirmation', 'performance', 'followUp', 'appeal')),
    track               text check (track in ('people', 'administrative', 'labour', 'medical', 'commercial', 'delegated', 'entrusted')),
    procedure           text check (procedure in ('ordinary', 'summary')),
    category            text check (category ~ '^[0-9]{2}$'),
    risk                text check (risk in ('green', 'yellow', 'red')),
    from_date           date not null,
    to_date             date,            -- the last day; the day before the first: withdrawn before it was ever in force
    starts              text not null,
    stops               text not null,
    unit                text not null check (unit in ('calendarDays', 'workingDays', 'fixedDate')),
    days                integer not null check (days between 0 and 3650),
    rolls               boolean not null,
    pauses              boolean not null,
    extension_consent   text check (extension_consent in ('allParties', 'nobody')), -- null: no extension
    extension_cap_days  integer check (extension_cap_days > 0),
    extension_max_times integer check (extension_max_times > 0),
    warn_working_days   integer not null check (warn_working_days between 0 and 60),
    basis_zh            text not null check (basis_zh ~ '\S'),
    basis_en            text not null check (basis_en ~ '\S'),
    of_house            boolean not null, -- a rule of the house: no law sets this time
    replaces            text collate "C" references deadline_policy (id),
    created_by          text not null,
    created_at          timestamptz not null,
    ended_by            text,
    ended_at            timestamptz,
    check ((unit = 'fixedDate') = (days = 0)),
    check (extension_consent is not null or (extension_cap_days is null and extension_max_times is null)),
    constraint deadline_policy_dates check (to_date >= from_date - 1),
    constraint deadline_policy_overlap exclude using gist (
        text_span(
            clock || '/' || coalesce(track, '*') || '/' || coalesce(procedure, '*') || '/' || coalesce(category, '*') || '/' || coalesce(risk, '*'),
            clock || '/' || coalesce(track, '*') || '/' || coalesce(procedure, '*') || '/' || coalesce(category, '*') || '/' || coalesce(risk, '*'), '[]') with &&,
        daterange(from_date, to_date + 1) with &&)
);

-- Live clocks to compute again: a policy that reaches them, or a year of the calendar that has arrived. Carried out by a
-- job in the order of the cases, as often as it takes; doing it twice moves nothing.
create table clock_recount (
    id           uuid primary key,
    cause        text not null check (cause in ('policy', 'calendar')),
    by           text not null,               -- the policy's id, or the year
    requested_by text not null,
    requested_at timestamptz not null,
    after_case   uuid not null default '00000000-0000-0000-0000-000000000000',
    moved        integer not null default 0,  -- clocks whose due day changed
    done_at      timestamptz
);
create index clock_recount_open on clock_recount (requested_at) where done_at is null; -- the job's question

insert into deadline_policy (id, clock, track, procedure, category, risk, from_date, to_date, starts, stops, unit, days, rolls, pauses,
    extension_consent, extension_cap_days, extension_max_times, warn_working_days, basis_zh, basis_en, of_house, created_by, created_at)
values
    ('term.people', 'term', 'people', null, null, null, '2000-01-01', null, 'takenUp', 'mediationEnded', 'calendarDays', 30, true, true, 'allParties', null, null, 3,
     '《人民调解工作若干规定》第三十三条', 'Provisions on People''s Mediation Work, art. 33', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.delegated', 'term', 'delegated', null, null, null, '2000-01-01', null, 'papersSigned', 'mediationEnded', 'calendarDays', 30, true, true, 'allParties', null, null, 3,
     '最高人民法院《关于人民法院特邀调解的规定》第二十七条', 'SPC Provisions on Invited Mediation, art. 27', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.entrusted.ordinary.2016', 'term', 'entrusted', 'ordinary', null, null, '2000-01-01', '2024-12-31', 'papersSigned', 'mediationEnded', 'calendarDays', 15, true, true, 'allParties', null, null, 3,
     '最高人民法院《关于人民法院特邀调解的规定》第二十七条', 'SPC Provisions on Invited Mediation, art. 27', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.entrusted.summary.2016', 'term', 'entrusted', 'summary', null, null, '2000-01-01', '2024-12-31', 'papersSigned', 'mediationEnded', 'calendarDays', 7, true, true, 'allParties', null, null, 3,
     '最高人民法院《关于人民法院特邀调解的规定》第二十七条', 'SPC Provisions on Invited Mediation, art. 27', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.entrusted.ordinary.2025', 'term', 'entrusted', 'ordinary', null, null, '2025-01-01', null, 'papersSigned', 'mediationEnded', 'calendarDays', 15, true, true, 'allParties', 30, 1, 3,
     '最高人民法院2024年12月27日《关于严格依法规范民事案件立案与调解工作的意见》（2025年1月1日起施行）', 'SPC opinion of 27 December 2024 on filing and mediation of civil cases, in force from 1 January 2025', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.entrusted.summary.2025', 'term', 'entrusted', 'summary', null, null, '2025-01-01', null, 'papersSigned', 'mediationEnded', 'calendarDays', 7, true, true, 'allParties', 30, 1, 3,
     '最高人民法院2024年12月27日《关于严格依法规范民事案件立案与调解工作的意见》（2025年1月1日起施行）', 'SPC opinion of 27 December 2024 on filing and mediation of civil cases, in force from 1 January 2025', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.medical', 'term', 'medical', null, null, null, '2000-01-01', null, 'takenUp', 'mediationEnded', 'workingDays', 30, false, true, 'allParties', null, null, 3,
     '《医疗纠纷预防和处理条例》第三十八条（三十个工作日，鉴定时间不计入）', 'Regulation on Medical Disputes, art. 38 (30 working days, appraisal not counted)', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.labour', 'term', 'labour', null, null, null, '2000-01-01', null, 'applicationReceived', 'mediationEnded', 'calendarDays', 15, true, true, null, null, null, 3,
     '《劳动争议调解仲裁法》第十四条', 'Labour Dispute Mediation and Arbitration Law, art. 14', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.administrative', 'term', 'administrative', null, null, null, '2000-01-01', null, 'takenUp', 'mediationEnded', 'calendarDays', 30, true, true, 'allParties', null, null, 3,
     '法律未规定期限，按三十日办理，可经各方同意延长（内部管理规定）', 'No term in law: 30 days by rule of the house, longer by consent', true, 'system', '2026-11-23 00:00:00Z'),
    ('term.administrative.traffic', 'term', 'administrative', null, '13', null, '2000-01-01', null, 'lossFixed', 'mediationEnded', 'calendarDays', 10, true, true, null, null, null, 3,
     '《道路交通安全法实施条例》第九十四条、第九十五条', 'Regulation implementing the Road Traffic Safety Law, art. 94 and 95', false, 'system', '2026-11-23 00:00:00Z'),
    ('term.commercial', 'term', 'commercial', null, null, null, '2000-01-01', null, 'takenUp', 'mediationEnded', 'calendarDays', 30, true, true, 'allParties', null, null, 3,
     '法律未规定期限，按三十日办理，可经各方同意延长（内部管理规定）', 'No term in law: 30 days by rule of the house, longer by consent', true, 'system', '2026-11-23 00:00:00Z'),
    ('confirmation.2013', 'confirmation', null, null, null, null, '2000-01-01', '2021-12-31', 'agreementEffective', 'confirmationRequested', 'calendarDays', 30, true, false, null, null, null, 5,
     '《民事诉讼法》（2012年、2017年修正）第一百九十四条、《人民调解法》第三十三条', 'Civil Procedure Law (2012 and 2017) art. 194, People''s Mediation Law art. 33', false, 'system', '2026-11-23 00:00:00Z'),
    ('confirmation.2022', 'confirmation', null, null, null, null, '2022-01-01', '2023-12-31', 'agreementEffective', 'confirmationRequested', 'calendarDays', 30, true, false, null, null, null, 5,
     '《民事诉讼法》（2021年修正）第二百零一条', 'Civil Procedure Law (2021) art. 201', false, 'system', '2026-11-23 00:00:00Z'),
    ('confirmation.2024', 'confirmation', null, null, null, null, '2024-01-01', null, 'agreementEffective', 'confirmationRequested', 'calendarDays', 30, true, false, null, null, null, 5,
     '《民事诉讼法》（2023年修正）第二百零五条', 'Civil Procedure Law (2023) art. 205', false, 'system', '2026-11-23 00:00:00Z'),
    ('intake', 'intake', null, null, null, null, '2000-01-01', null, 'registered', 'intakeDecided', 'workingDays', 3, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('referralAnswer', 'referralAnswer', null, null, null, null, '2000-01-01', null, 'referred', 'referralAnswered', 'workingDays', 3, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('transferAnswer', 'transferAnswer', null, null, null, null, '2000-01-01', null, 'transferOffered', 'transferAnswered', 'workingDays', 3, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('firstSession', 'firstSession', null, null, null, null, '2000-01-01', null, 'takenUp', 'sessionHeld', 'workingDays', 7, false, true, null, null, null, 2,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('returnToCourt', 'returnToCourt', null, null, null, null, '2000-01-01', null, 'endedWithoutAgreement', 'papersReturned', 'workingDays', 3, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('whistleAnswer', 'whistleAnswer', null, null, null, null, '2000-01-01', null, 'whistled', 'whistleAnswered', 'workingDays', 2, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('letterReply', 'letterReply', null, null, null, null, '2000-01-01', null, 'letterSent', 'letterAnswered', 'workingDays', 5, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('appeal', 'appeal', null, null, null, null, '2000-01-01', null, 'appealed', 'appealAnswered', 'workingDays', 15, false, false, null, null, null, 3,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('inactivity.green', 'inactivity', null, null, null, 'green', '2000-01-01', null, 'activity', 'activity', 'workingDays', 15, false, false, null, null, null, 3,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('inactivity.yellow', 'inactivity', null, null, null, 'yellow', '2000-01-01', null, 'activity', 'activity', 'workingDays', 7, false, false, null, null, null, 2,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('inactivity.red', 'inactivity', null, null, null, 'red', '2000-01-01', null, 'activity', 'activity', 'workingDays', 3, false, false, null, null, null, 1,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('followUp.green', 'followUp', null, null, null, 'green', '2000-01-01', null, 'settled', 'followedUp', 'calendarDays', 30, true, false, null, null, null, 3,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('followUp.yellow', 'followUp', null, null, null, 'yellow', '2000-01-01', null, 'settled', 'followedUp', 'calendarDays', 15, true, false, null, null, null, 3,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('followUp.red', 'followUp', null, null, null, 'red', '2000-01-01', null, 'settled', 'followedUp', 'calendarDays', 7, true, false, null, null, null, 2,
     '内部管理规定（非法定期限）', 'Rule of the house, not of a law', true, 'system', '2026-11-23 00:00:00Z'),
    ('performance', 'performance', null, null, null, null, '2000-01-01', null, 'agreementEffective', 'termPerformed', 'fixedDate', 0, true, false, null, null, null, 3,
     '协议约定的履行日期；《民法典》第二百零三条', 'The date agreed; Civil Code art. 203', false, 'system', '2026-11-23 00:00:00Z');

-- Policies are ended, never changed or removed: a clock of long ago still names its own.
grant select, insert, update (to_date, ended_by, ended_at) on deadline_policy to mediation_app;
grant select, insert, update on clock_recount to mediation_app;
