-- What people reported themselves, without an account. The number is the case's own; the code that belongs to it is kept
-- only as a keyed hash, and so is the key of the form, which makes two clicks one case.

create table public_receipt (
    case_id      uuid primary key references cases (id),
    form_hash    bytea not null,
    content_hash bytea not null, -- the same form with other content is refused, not swallowed
    code_hash    bytea not null unique,
    at           timestamptz not null,
    constraint public_receipt_form unique (form_hash)
);

grant select, insert on public_receipt to mediation_app;
revoke update, delete, truncate on public_receipt from mediation_app;
