-- Lists over a subtree of divisions or courts have no equality to begin with: they walk the open cases in due order.
create index cases_open_due on cases (due_at, id, division, court) where is_open;

-- What a body sees besides its own cases: those it registered, those offered or handed over to it, those it was called to.
create index cases_open_desk on cases (desk) where is_open;
create index cases_offered on cases (offered_to) where offered_to is not null;
create index cases_transfer on cases (transfer_to) where transfer_to is not null;
create index cases_joined on cases using gin (joined) where cardinality(joined) > 0;
