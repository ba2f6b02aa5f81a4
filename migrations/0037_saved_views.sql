-- The work list's saved filters: an address under a name, for its owner alone, and at most one that the list begins with.

create table saved_view (
    user_name  text not null references app_user (name),
    name       text not null check (length(name) between 1 and 40),
    address    text not null check (address like '/?%' and length(address) <= 1000),
    is_default boolean not null default false,
    created_at timestamptz not null,
    primary key (user_name, name)
);
create unique index saved_view_default on saved_view (user_name) where is_default;

grant select, insert, update, delete on saved_view to mediation_app;
