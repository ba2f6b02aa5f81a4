-- What has been left open, by kind and since when: of all clocks only those that have run out.
create index clock_overdue on clock (name, due_at, case_id) where state = 'running' and timeliness = 2;
