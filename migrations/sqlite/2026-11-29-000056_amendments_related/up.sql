-- An amendment says among documents that its document amends the decision. What was recorded before that was said is told so too, behind
-- the other relations of its document, by whoever recorded it; whoever saw the document without it has seen another one.
CREATE TEMPORARY TABLE amending AS
SELECT DISTINCT a.basis_document_id AS document_id, p.decision_id AS related_id
FROM programme_amendments a JOIN programmes p ON p.id = a.programme_id
WHERE NOT EXISTS (SELECT 1 FROM document_relations r
                  WHERE r.document_id = a.basis_document_id AND r.related_id = p.decision_id AND r.kind = 'AMENDS');
INSERT INTO document_relations (document_id, related_id, kind, rank, section, account_id)
SELECT n.document_id, n.related_id, 'AMENDS',
       coalesce((SELECT max(r.rank) FROM document_relations r WHERE r.document_id = n.document_id), 0)
           + row_number() OVER (PARTITION BY n.document_id ORDER BY n.related_id),
       a.section, a.account_id
FROM amending n
JOIN programme_amendments a ON a.id = (
    SELECT b.id FROM programme_amendments b JOIN programmes q ON q.id = b.programme_id
    WHERE b.basis_document_id = n.document_id AND q.decision_id = n.related_id ORDER BY b.number, b.id LIMIT 1);
UPDATE documents SET revision = revision + 1 WHERE id IN (SELECT document_id FROM amending);
DROP TABLE amending;
