DROP TABLE budget_means;
