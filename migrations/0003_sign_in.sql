-- What signing in needs on every node alike: the keys that protect cookies and form tokens (sealed under the service's
-- own key), and the count of failed attempts. An account is named there by the hash of what was typed, since people
-- type passwords into the wrong field.

create table session_key (
    name text primary key,
    xml  text not null
);

create table sign_in_attempt (
    account bytea primary key,
    count   integer not null,
    last_at timestamptz not null
);
create index sign_in_attempt_by_age on sign_in_attempt (last_at);

grant select, insert on session_key to mediation_app;
grant select, insert, update, delete on sign_in_attempt to mediation_app;
