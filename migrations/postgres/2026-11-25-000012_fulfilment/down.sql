DROP INDEX obligations_sought;
ALTER TABLE reports DROP COLUMN names_regime;
