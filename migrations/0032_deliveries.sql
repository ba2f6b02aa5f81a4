-- Where messages go, and what leaves the house. No version before this one wrote to the table delivery or to the plain
-- column mail, so both are made anew: addresses are encrypted, and a row stays the same message however often it is tried.

alter table app_user drop column mail;
alter table app_user
    add column mail_cipher bytea,  -- AES-GCM; null: no mail
    add column phone_cipher bytea, -- AES-GCM; SMS and WeChat
    add column told_by text[] not null default '{mail,sms,weChat}' check (told_by <@ '{mail,sms,weChat}'),
    add column language text not null default 'zh-CN' check (language in ('zh-CN', 'en')),
    add column digest boolean not null default false;

drop table delivery;
-- One row for each notice, recipient and channel, or for each day and recipient of the digest. It is claimed for some
-- minutes before it is sent; a sender that dies leaves it to the next, under the same id, which is the message's.
create table delivery (
    id         uuid primary key,
    user_name  text not null references app_user (name),
    channel    text not null check (channel in ('mail', 'sms', 'weChat')),
    notice     uuid references notice (id),
    digest_on  date,
    state      text not null default 'waiting' check (state in ('waiting', 'claimed', 'sent', 'logged', 'failed', 'dropped')),
    attempts   integer not null default 0,
    created_at timestamptz not null,
    next_at    timestamptz not null, -- claimed: until when it is another's
    ended_at   timestamptz,
    error      text, -- a code; never an address
    sent_again_by text,
    check ((notice is null) <> (digest_on is null)),
    check ((ended_at is null) = (state in ('waiting', 'claimed')))
);
create unique index delivery_once on delivery (notice, user_name, channel) where notice is not null;
create unique index delivery_digest_once on delivery (user_name, digest_on) where digest_on is not null;
create index delivery_due on delivery (next_at) where state in ('waiting', 'claimed'); -- the job's question
create index delivery_failed on delivery (ended_at desc) where state = 'failed';
grant select, insert, update on delivery to mediation_app;
