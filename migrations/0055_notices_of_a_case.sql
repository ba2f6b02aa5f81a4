-- The page of a case shows who was told: without this it read every notice ever written.
create index notice_by_case on notice (case_id);
