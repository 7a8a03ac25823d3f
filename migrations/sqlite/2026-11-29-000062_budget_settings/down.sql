DROP TABLE budget_classification_codes;
DROP TABLE budget_rules;
