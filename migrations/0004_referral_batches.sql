-- The files that courts sent, row by row as they came, so that a court whose network is closed gets the same rows back
-- with what became of each. Cells hold personal data and are kept as ciphertext.

create table referral_batch (
    id          uuid primary key,
    user_name   text not null references app_user (name),
    received_at timestamptz not null,
    headings    text[] not null
);
create index referral_batch_by_user on referral_batch (user_name, received_at desc);

create table referral_batch_row (
    batch_id      uuid not null references referral_batch (id),
    row           integer not null check (row > 0),
    cells         bytea not null, -- AES-GCM over a JSON array
    court_case_no text,
    result        text not null check (result in ('created', 'repeated', 'rejected')),
    case_id       uuid references cases (id),
    reasons       text not null,
    primary key (batch_id, row)
);

grant select, insert on referral_batch, referral_batch_row to mediation_app;
