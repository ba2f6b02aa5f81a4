-- A month of a county, city or the province by category, from the figures that are kept, with the stock brought forward.
-- each
select dimension, key, measure, days, sum(amount) from (
    select dimension, key, measure, days, amount from tally where scope = :item and dimension in ('none', 'category') and month = '2026-10-01'
    union all
    select dimension, key, 'broughtForward', 0, amount from tally where scope = :item and dimension in ('none', 'category') and month < '2026-10-01' and measure = 'stock'
) figure group by 1, 2, 3, 4;
