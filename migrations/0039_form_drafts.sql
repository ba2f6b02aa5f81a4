-- What somebody typed into a form and has not sent yet: for him alone, encrypted as a whole, one for each form.
-- It outlives the session and the service; the daily clean-up forgets what nobody came back to.

create table form_draft (
    user_name text not null references app_user (name),
    form      text not null check (form ~ '^/cases/' and length(form) <= 200),
    body      bytea not null check (octet_length(body) <= 1048576),
    saved_at  timestamptz not null,
    primary key (user_name, form)
);
create index form_draft_saved on form_draft (saved_at); -- for the clean-up

grant select, insert, update, delete on form_draft to mediation_app;
