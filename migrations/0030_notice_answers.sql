-- An answer is an event of the case. Its text stands with the case's other texts, to be erased with them; the notice names it.
alter table notice add column answer_text uuid;
