-- What somebody keeps for himself about a case: that he follows it (关注), and a note of his own (备注), encrypted as other texts
-- with personal data are. It is nobody else's, and no part of the file, so it may be changed and removed.

create table case_mark (
    user_name   text not null references app_user (name),
    case_id     uuid not null references cases (id),
    followed    boolean not null,
    note_cipher bytea,
    changed_at  timestamptz not null,
    primary key (user_name, case_id),
    check (followed or note_cipher is not null)
);

grant select, insert, update, delete on case_mark to mediation_app;
