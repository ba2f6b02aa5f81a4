-- The way of a monthly return (filled in, sent back, signed, published) and the frozen month. A published month can be
-- neither changed nor published twice nor taken back: key, triggers and grants say so, and the digests are a chain.

create table report_step (
    month  date not null,
    scope  text collate "C" not null,
    n      integer not null check (n > 0),
    step   text not null check (step in ('submit', 'return', 'sign', 'publish')),
    actor  text not null,
    at     timestamptz not null,
    reason text,
    primary key (month, scope, n)
);

create table report_publication (
    scope           text collate "C" not null,
    month           date not null,
    document        text not null,  -- exactly the bytes of which the digest speaks
    previous_digest text not null,  -- of the month published before; empty for the first
    digest          text not null,  -- SHA-256 in hex over the previous digest and the document
    published_at    timestamptz not null,
    published_by    text not null,
    primary key (scope, month),
    unique (scope, previous_digest)
);

create function refuse_restating() returns trigger language plpgsql as $$
begin
    raise exception 'A published month is frozen.' using errcode = 'insufficient_privilege';
end $$;
create trigger report_publication_frozen before update or delete on report_publication for each row execute function refuse_restating();
create trigger report_publication_not_emptied before truncate on report_publication for each statement execute function refuse_restating();

grant select, insert on report_step, report_publication to mediation_app;
revoke update, delete, truncate on report_step, report_publication from mediation_app;
