-- The paper for the monthly dispatch meeting (月度调度会材料): frozen with the month it belongs to, and told to whoever asked
-- for it, in the inbox and by mail.

create table report_pack (
    scope    text collate "C" not null,
    month    date not null,
    document text not null, -- exactly the bytes of which the digest speaks
    digest   text not null, -- SHA-256 in hex over the month's digest and the document
    made_at  timestamptz not null,
    primary key (scope, month),
    foreign key (scope, month) references report_publication (scope, month)
);
create trigger report_pack_frozen before update or delete on report_pack for each row execute function refuse_restating();
create trigger report_pack_not_emptied before truncate on report_pack for each statement execute function refuse_restating();

create table report_subscription (
    user_name  text not null references app_user (name),
    scope      text collate "C" not null,
    created_at timestamptz not null,
    primary key (user_name, scope)
);
create index report_subscription_by_scope on report_subscription (scope); -- who is told of a publication

create table report_receipt (
    user_name text not null references app_user (name),
    scope     text collate "C" not null,
    month     date not null,
    told_at   timestamptz not null,
    read_at   timestamptz,
    primary key (user_name, scope, month),
    foreign key (scope, month) references report_pack (scope, month)
);

grant select, insert on report_pack to mediation_app;
revoke update, delete, truncate on report_pack from mediation_app;
grant select, insert, delete on report_subscription to mediation_app;
grant select, insert, update on report_receipt to mediation_app;
