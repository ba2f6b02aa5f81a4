-- Until which day a case has time, beside the instant at which that day is over: whoever shows the day need not take it back out
-- of the instant. It is written with the fold; a trigger makes it for what an earlier version writes while nodes are updated one by
-- one. Null when no clock runs. The rows that are there follow in 0069, without a lock on the table.

alter table cases add column due_on date;

create function case_due_on() returns trigger language plpgsql as $$
begin
    -- The day of Shanghai that ends with the instant.
    new.due_on := case when isfinite(new.due_at) then ((new.due_at at time zone 'Asia/Shanghai') - interval '1 microsecond')::date end;
    return new;
end
$$;

create trigger cases_due_on before insert or update of due_at on cases for each row execute function case_due_on();
