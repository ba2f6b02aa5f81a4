-- Many cases of one cause (80 households and one company) that are worked on together. Each case keeps its own journal; a
-- group only says which of them belong together. A case is in one group at a time, and who put it in or took it out stays.

create table case_group (
    id         uuid primary key,
    name       text not null check (length(name) between 1 and 60),
    created_by text not null references app_user (name),
    created_at timestamptz not null
);
create index case_group_by_creator on case_group (created_by, created_at); -- the creator's list

create table case_group_member (
    id         bigint generated always as identity primary key,
    group_id   uuid not null references case_group (id),
    case_id    uuid not null references cases (id),
    added_at   timestamptz not null,
    added_by   text not null references app_user (name),
    removed_at timestamptz,
    removed_by text references app_user (name),
    check ((removed_at is null) = (removed_by is null)),
    check (removed_at >= added_at)
);
create unique index case_group_member_one on case_group_member (case_id) where removed_at is null; -- one group at a time
create index case_group_member_now on case_group_member (group_id, case_id) where removed_at is null; -- a group's cases

grant select, insert, update (name) on case_group to mediation_app; -- also to lock a group while cases come in
grant select, insert, update on case_group_member to mediation_app;
