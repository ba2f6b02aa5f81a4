-- Checklists of the risk light as data, and the cases whose risk was set until a day. The field's published source says
-- that there are eight classes of key problems and twelve of key persons for love, marriage and family disputes, not
-- which: these entries are a start, ended and added on their page. One point makes a case yellow, three make it red.

create table risk_item (
    code       text collate "C" primary key check (code ~ '^[A-Za-z0-9.-]{2,40}$'), -- never used again: the journal names it
    list       text not null check (list in ('problem', 'person', 'sign', 'tag')),
    category   text check (category ~ '^[0-9]{2}$'), -- null: every category
    name_zh    text not null check (name_zh ~ '\S'),
    name_en    text not null check (name_en ~ '\S'),
    points     smallint not null check (points between 1 and 3),
    from_date  date not null,
    to_date    date check (to_date >= from_date - 1), -- the last day; the day before the first: withdrawn
    created_by text not null,
    created_at timestamptz not null,
    ended_by   text,
    ended_at   timestamptz
);

create table risk_end (
    case_id    uuid primary key references cases (id),
    until_date date not null -- the last day on which the risk holds as it was set
);
create index risk_end_by_day on risk_end (until_date); -- the sweep's question

insert into risk_item (code, list, category, name_zh, name_en, points, from_date, created_by, created_at)
select code, list, category, name_zh, name_en, points, date '2000-01-01', 'system', now() from (values
    ('family.violence', 'problem', '01', '家庭暴力', 'Violence in the family', 3),
    ('family.affair', 'problem', '01', '婚外情引发冲突', 'Conflict over an affair', 2),
    ('family.breakup', 'problem', '01', '恋爱分手纠缠', 'Stalking after a break-up', 2),
    ('family.divorce', 'problem', '01', '离婚对峙', 'Stand-off over a divorce', 1),
    ('family.betrothal', 'problem', '01', '彩礼、婚约财产争议', 'Betrothal gifts', 1),
    ('family.custody', 'problem', '01', '子女抚养、探望争议', 'Custody and visits', 1),
    ('family.property', 'problem', '01', '夫妻财产、债务争议', 'Property and debts of spouses', 1),
    ('family.support', 'problem', '01', '赡养、扶养争议', 'Support of parents or spouses', 1),
    ('person.threat', 'person', '01', '扬言报复或自伤', 'Threatens revenge or self-harm', 3),
    ('person.violent', 'person', '01', '有家暴或伤害行为史', 'History of violence', 3),
    ('person.mental', 'person', '01', '疑似严重精神障碍', 'Severe mental disorder suspected', 2),
    ('person.drugs', 'person', '01', '吸毒或有吸毒史', 'Drug use', 2),
    ('person.obsessive', 'person', '01', '性格偏执、言行极端', 'Obsessive or extreme in word and deed', 2),
    ('person.petitioner', 'person', '01', '因本纠纷多次报警、上访', 'Repeated calls to police or petitions over this dispute', 2),
    ('person.alcohol', 'person', '01', '长期酗酒', 'Long drinking', 1),
    ('person.gambling', 'person', '01', '赌博成瘾、债务沉重', 'Gambling, heavy debts', 1),
    ('person.released', 'person', '01', '刑满释放或社区矫正', 'Released from prison or under community correction', 1),
    ('person.setback', 'person', '01', '失业、破产等生活失意', 'Job or business lost', 1),
    ('person.separated', 'person', '01', '长期分居、独居', 'Long separated or living alone', 1),
    ('person.dependent', 'person', '01', '易受侵害的妇女、未成年人、老人', 'Women, minors or old people at risk of harm', 1),
    ('sign.weapon', 'sign', null, '持有或扬言使用凶器', 'Has or threatens to use a weapon', 3),
    ('sign.revenge', 'sign', null, '扬言报复社会或他人', 'Threatens others or society', 3),
    ('sign.suicide', 'sign', null, '有自杀、自残倾向', 'Signs of suicide or self-harm', 3),
    ('sign.petition', 'sign', null, '多次上访、越级上访', 'Repeated petitions', 1),
    ('sign.publicity', 'sign', null, '网络炒作、媒体关注', 'Spread online or in the media', 1),
    ('tag.medicalDisturbance', 'tag', '12', '医闹', 'Disturbance at a hospital', 3),
    ('tag.workStoppage', 'tag', null, '阻工', 'Work on a site obstructed', 2),
    ('tag.migrantWages', 'tag', '10', '拖欠农民工工资', 'Wages owed to migrant workers', 1),
    ('tag.minors', 'tag', null, '涉未成年人', 'Minors concerned', 1),
    ('tag.mass', 'tag', null, '群体性纠纷', 'Mass matter', 2)
) as seed (code, list, category, name_zh, name_en, points);

grant select, insert, update on risk_item to mediation_app;
grant select, insert, update, delete on risk_end to mediation_app;
revoke delete, truncate on risk_item from mediation_app;
