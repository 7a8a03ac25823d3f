DROP TABLE budget_movements;
DROP TABLE budget_lines;
DROP FUNCTION budget_movements_are_kept();
