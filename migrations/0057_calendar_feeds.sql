-- The secret address of a mediator's own calendar: one at a time, kept as its hash, gone when it is taken back.
create table calendar_feed (
    user_name  text primary key references app_user (name),
    hash       bytea not null unique, -- SHA-256
    created_at timestamptz not null
);

grant select, insert, update, delete on calendar_feed to mediation_app;
