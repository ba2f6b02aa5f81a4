-- Until which day a case has time, beside the instant at which that day is over: whoever shows the day need not take it back out
-- of the instant. Made by the database, so that it is right for the rows that are there and for what an earlier version writes
-- while nodes are updated one by one. The table is written anew once and is locked meanwhile, some minutes at a million cases:
-- begin such an upgrade in a quiet hour.
--
-- The day of Shanghai that ends with the instant; null when no clock runs.

alter table cases add column due_on date generated always as (
    case when isfinite(due_at) then ((due_at at time zone 'Asia/Shanghai') - interval '1 microsecond')::date end) stored;
