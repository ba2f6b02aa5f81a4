-- A page of a body's open cases, by due day.
-- each
with page as (select * from cases where is_open and body = :item order by due_at, id limit 51)
select c.id, c.case_no, c.version, c.stage, c.status, c.outcome, c.risk, c.timeliness, c.track, c.channel, c.category, c.division, c.court, c.court_case_no,
    c.body, c.mediator, c.amount, c.major, t.body as summary, p.applicants, p.respondents, c.opened_at, c.due_at, c.updated_at
from page c
left join case_text t on t.id = (c.state -> 'summary' ->> 'id')::uuid
left join lateral (select string_agg(p.name, '、' order by p.id) filter (where p.side = 'applicant') as applicants,
    string_agg(p.name, '、' order by p.id) filter (where p.side = 'respondent') as respondents from case_party p where p.case_id = c.id) p on true
order by c.due_at, c.id;
