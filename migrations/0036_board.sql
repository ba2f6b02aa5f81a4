-- The supervisor's board counts the open cases of a subtree by division and by body, with their lights: from this index
-- alone, without reading a case.
create index cases_board on cases (division, body, timeliness, risk) where is_open;
