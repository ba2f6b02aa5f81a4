-- The ladders of village and township are for every matter there that has no ladder of its own: a ladder of a category,
-- an amount or a higher risk goes before them.
update ladder set risk = null where id in ('village', 'township') and risk = 'green';
