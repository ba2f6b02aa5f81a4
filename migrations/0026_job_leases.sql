-- A node that dies while it runs a job leaves its row without an end. It holds the run on lease: by the clock of the
-- database, which all nodes share. When the lease has run out, another node marks the run as broken off and goes on with
-- the job. A version before this one writes no lease; its rows count as held for an hour.

alter table job_run add column lease_until timestamptz;
alter table job_run add column asked_by text; -- null: fired by the schedule
create index job_run_open on job_run (name) where ended_at is null; -- which runs have no end
