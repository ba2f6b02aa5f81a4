-- Supervision letters (督办函, 交办函) as rows beside the journal: their numbers run without a gap per issuer and year,
-- which the unique key and the missing right to delete keep. A letter's addressee and the departments that a whistle
-- called see the case: they stand in cases.joined beside the bodies that mediate together.

create table letter (
    id         uuid primary key, -- of version 7: the list goes by it
    case_id    uuid not null references cases (id),
    n          integer not null check (n > 0),
    kind       text not null check (kind in ('supervision', 'assignment')),
    issuer     text collate "C" not null references body (code),
    year       integer not null check (year between 2000 and 2999),
    number     integer not null check (number > 0),
    addressee  text collate "C" not null references body (code),
    sent_on    date not null,
    reply_by   date not null check (reply_by >= sent_on),
    replied_on date,
    closed_on  date,
    unique (case_id, n),
    constraint letter_number unique (issuer, year, number)
);
create index letter_by_addressee on letter (addressee, id);

grant select, insert, update on letter to mediation_app;
revoke delete, truncate on letter from mediation_app;
