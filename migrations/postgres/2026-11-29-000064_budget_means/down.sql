DROP TABLE budget_means;
DROP FUNCTION budget_means_are_kept();
