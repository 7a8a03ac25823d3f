-- There is nothing to DROP: what amendments amend stays so.
SELECT 1;
