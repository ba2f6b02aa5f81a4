-- Published figures of the systems before this one, for comparison with last month, last year and a base year.

create table report_history (
    scope      text collate "C" not null, -- code of a division or a body
    month      date not null,
    figure     text not null,             -- as in the rows of the monthly report
    value      numeric(18, 2) not null check (value >= 0),
    source     text not null,             -- where the figure was published
    entered_by text not null,
    entered_at timestamptz not null,
    primary key (scope, month, figure)
);
grant select, insert, update, delete on report_history to mediation_app;
