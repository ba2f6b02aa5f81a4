-- The rows of one case that the service reads for its answer.
-- each
\startpipeline
select head_hash, state::text from cases where id = :item::uuid;
select id, side, kind, name, minor, key, identity_cipher, credit_code, phone_cipher, address, representatives from case_party where case_id = :item::uuid order by length(id), id;
select id, body from case_text where case_id = :item::uuid;
\endpipeline
