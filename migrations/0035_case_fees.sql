-- What is paid for a settled case, by grade (以案定补): every place sets its own, so there are none to begin with. A new fee
-- begins on its day and the one before ends; what was paid by the old one stays explained.
create table case_fee (
    grade      text not null check (grade in ('simple', 'ordinary', 'complex', 'major')),
    from_date  date not null,
    fee        numeric(10, 2) not null check (fee >= 0), -- yuan
    basis      text not null check (length(basis) between 1 and 200),
    created_by text not null,
    created_at timestamptz not null,
    primary key (grade, from_date)
);
grant select, insert on case_fee to mediation_app;
revoke update, delete, truncate on case_fee from mediation_app;

-- The month's closed cases of a body, by mediator.
create index cases_closed_by_body on cases (body, closed_on) where mediator is not null and closed_on is not null;
