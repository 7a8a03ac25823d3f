//! Occurrences by the thousand, put into the database by hand in a handful of statements.
//! Must not go around the rules in a way that a test could mistake for the service's own: each has the event that made it so.
//! The made-up programme that they belong to is `seed`.

use crate::{Backend, TestApp, database, seed::MADE_UP};

/// So many occurrences that ended up alike.
pub struct Batch {
    pub count: usize,
    pub status: &'static str,
    pub due_on: Option<&'static str>,
    pub completed_on: Option<&'static str>,
}

/// Gives the made-up programme, imported with one task, so many tasks of eight years, and turns their occurrences, task by task
/// and year by year, into the batches. Everything but a completion happened on 2 January 2018.
pub fn occurrences(app: &TestApp, backend: Backend, tasks: usize, batches: &[Batch]) {
    let uuid = if backend == Backend::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let run = |sql: &str| database::execute(&app.database, sql);
    let of_programme = format!("t.programme_id = (SELECT id FROM programmes WHERE code = '{MADE_UP}')");
    run(&format!(
        "INSERT INTO tasks (id, programme_id, group_id, code, number, rank, title, title_folded, recurrence, period_as_written, \
           start_year, end_year, lead_as_written, coordinating_as_written)
         WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {tasks})
         SELECT {uuid}, t.programme_id, t.group_id, 'I.' || n.i, n.i, n.i, 'Nhiệm vụ', 'nhiem vu', 'ANNUAL', 'Hàng năm', 2013, 2020, '', ''
           FROM n CROSS JOIN tasks t WHERE n.i <= {tasks} AND t.code = 'I.1' AND {of_programme};
         INSERT INTO assignments (id, task_id, agency_id, role, rank, valid_from, basis_document_id)
         SELECT {uuid}, t.id, a.id, 'LEAD', 1, s.valid_from, s.basis_document_id
           FROM tasks t JOIN agencies a ON a.code = 'test-' || (t.rank % 7)
          CROSS JOIN (SELECT x.valid_from, x.basis_document_id FROM assignments x JOIN tasks t ON t.id = x.task_id WHERE {of_programme} LIMIT 1) s
          WHERE t.rank > 1 AND {of_programme};
         INSERT INTO occurrences (id, task_id, year, status)
         WITH RECURSIVE y(year) AS (SELECT 2013 UNION ALL SELECT year + 1 FROM y WHERE year < 2020)
         SELECT {uuid}, t.id, y.year, 'NOT_STARTED' FROM tasks t CROSS JOIN y WHERE t.rank > 1 AND {of_programme};"
    ));
    let mut from = 0;
    for batch in batches {
        let day = |day: Option<&str>| day.map_or_else(|| "NULL".to_owned(), |day| format!("'{day}'"));
        let (due, completed, revision) = (day(batch.due_on), day(batch.completed_on), if batch.status == "NOT_STARTED" { 1 } else { 2 });
        run(&format!(
            "UPDATE occurrences SET status = '{}', due_on = {due}, original_due_on = {due}, completed_on = {completed}, revision = {revision}
              WHERE task_id IN (SELECT t.id FROM tasks t WHERE {of_programme})
                AND (SELECT t.rank FROM tasks t WHERE t.id = occurrences.task_id) * 8 + year - 2021 BETWEEN {from} AND {};",
            batch.status,
            from + batch.count - 1,
        ));
        from += batch.count;
    }
    run(&format!(
        "INSERT INTO occurrence_events (id, occurrence_id, number, act, from_status, to_status, account_id, at, counts_on, self_decided)
         SELECT {uuid}, o.id, 2,
           CASE o.status WHEN 'COMPLETED' THEN 'CONFIRM' WHEN 'SUSPENDED' THEN 'SUSPEND' WHEN 'CANCELLED' THEN 'CANCEL' ELSE 'START' END,
           'NOT_STARTED', o.status, (SELECT id FROM accounts ORDER BY id LIMIT 1), '2018-01-02 03:00:00',
           coalesce(o.completed_on, '2018-01-02'), {no}
           FROM occurrences o JOIN tasks t ON t.id = o.task_id WHERE o.revision > 1 AND {of_programme};",
        no = if backend == Backend::Sqlite { "0" } else { "FALSE" },
    ));
}
