DROP TABLE budget_movements;
DROP TABLE budget_lines;
