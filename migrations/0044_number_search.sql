-- A number is looked for by its beginning or its end. As bigrams, numbers were in nearly every case: a search read millions of
-- rows, and a new case wrote two thirds of its bigrams for nothing. What stays are the names' bigrams, and each number turned round.
truncate case_gram;
insert into case_gram (gram, case_id)
select distinct substr(p.name, at, 2), p.case_id
from (select case_id, lower(normalize(name, nfkc)) as name from case_party) p cross join lateral generate_series(1, length(p.name) - 1) as at
where substr(p.name, at, 2) !~ '\s|^[0-9]{2}$'
union
select '#' || reverse(case_no), id from cases
union
select '#' || reverse(rtrim(court_case_no, '号')), id from cases where court_case_no is not null;
