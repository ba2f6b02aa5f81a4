-- The due day of the cases whose clocks run already (0067): a few in a hundred of all cases, each locked until the file is done.

update cases set due_at = due_at where isfinite(due_at) and due_on is null;
