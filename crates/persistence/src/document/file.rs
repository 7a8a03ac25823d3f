//! Files of documents.
//! Must not hold bytes; those are in `evidence_store`. The row of one that was taken off stays, with who did it and why.
//! Who may see which is `domain::document::file`; claims on bytes are `file_claim`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use domain::{
    account::AccountId,
    document::{
        DocumentId,
        file::{DocumentFile, DocumentFileId, FileRole, FileVisibility},
    },
};

use crate::{
    catalogue::parsed,
    conn::Conn,
    error::DbError,
    per_backend,
    rows::DbId,
    schema::{document_files, files},
    sql_types::db_ids,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = document_files)]
struct FileRow {
    id: DbId,
    document_id: DbId,
    sha256: String,
    role: String,
    visibility: String,
    name: String,
    title: Option<String>,
    media_type: String,
    uploaded_by: DbId,
    uploaded_at: NaiveDateTime,
}

fn file((row, size): (FileRow, i64)) -> Result<DocumentFile, DbError> {
    Ok(DocumentFile {
        role: parsed(&row.role, "document_files", "role", row.id)?,
        visibility: parsed(&row.visibility, "document_files", "visibility", row.id)?,
        media_type: parsed(&row.media_type, "document_files", "media_type", row.id)?,
        id: row.id.of(),
        document: row.document_id.of(),
        sha256: row.sha256,
        size,
        name: row.name,
        title: row.title,
        uploaded_by: row.uploaded_by.of(),
        uploaded_at: row.uploaded_at.and_utc(),
    })
}

#[diesel::dsl::auto_type]
fn present() -> _ {
    document_files::table.inner_join(files::table).filter(document_files::removed_at.is_null())
}

/// What of visibility somebody sees.
fn seen(internal: bool) -> Vec<&'static str> {
    let seen = |visibility: &&FileVisibility| internal || **visibility == FileVisibility::Public;
    FileVisibility::ALL.iter().filter(seen).map(|visibility| visibility.label()).collect()
}

/// The files that these documents have, in the order in which they came; `internal` ones too where the caller may see them.
pub fn files_of(conn: &mut Conn, documents: &[DocumentId], internal: bool) -> Result<Vec<DocumentFile>, DbError> {
    let rows: Vec<(FileRow, i64)> = present()
        .filter(document_files::visibility.eq_any(seen(internal)))
        .filter(document_files::document_id.eq_any(db_ids(documents)))
        .order((document_files::document_id, document_files::id))
        .select((FileRow::as_select(), files::size))
        .load(conn)?;
    rows.into_iter().map(file).collect()
}

/// A file that a document has, if the caller may see it.
pub fn file_by_id(conn: &mut Conn, document: DocumentId, id: DocumentFileId, internal: bool) -> Result<Option<DocumentFile>, DbError> {
    let row = present()
        .filter(document_files::visibility.eq_any(seen(internal)))
        .filter(document_files::id.eq(DbId::from(id)))
        .filter(document_files::document_id.eq(DbId::from(document)))
        .select((FileRow::as_select(), files::size))
        .first(conn)
        .optional()?;
    row.map(file).transpose()
}

/// The file with these bytes and this name on a document.
pub fn same_file(conn: &mut Conn, document: DocumentId, name: &str, sha256: &str) -> Result<Option<DocumentFile>, DbError> {
    let row = present()
        .filter(document_files::document_id.eq(DbId::from(document)))
        .filter(document_files::name.eq(name))
        .filter(document_files::sha256.eq(sha256))
        .select((FileRow::as_select(), files::size))
        .first(conn)
        .optional()?;
    row.map(file).transpose()
}

/// How many files a document has.
pub fn count_files(conn: &mut Conn, document: DocumentId) -> Result<i64, DbError> {
    Ok(present().filter(document_files::document_id.eq(DbId::from(document))).count().get_result(conn)?)
}

/// Puts a file on a document.
pub fn insert_file(conn: &mut Conn, file: &DocumentFile) -> Result<(), DbError> {
    per_backend::insert_file_once(conn, &file.sha256, file.size, file.uploaded_at.naive_utc())?;
    let row = FileRow {
        id: file.id.into(),
        document_id: file.document.into(),
        sha256: file.sha256.clone(),
        role: file.role.label().into(),
        visibility: file.visibility.label().into(),
        name: file.name.clone(),
        title: file.title.clone(),
        media_type: file.media_type.label().into(),
        uploaded_by: file.uploaded_by.into(),
        uploaded_at: file.uploaded_at.naive_utc(),
    };
    diesel::insert_into(document_files::table).values(&row).execute(conn)?;
    Ok(())
}

/// Writes what is said of a file: its title, what it is to the document, and who sees it.
pub fn describe_file(
    conn: &mut Conn,
    id: DocumentFileId,
    title: Option<&str>,
    role: FileRole,
    visibility: FileVisibility,
) -> Result<(), DbError> {
    diesel::update(document_files::table.find(DbId::from(id)))
        .set((document_files::title.eq(title), document_files::role.eq(role.label()), document_files::visibility.eq(visibility.label())))
        .execute(conn)?;
    Ok(())
}

/// Who takes a file off its document, when and why.
#[derive(Clone, Debug)]
pub struct FileRemoval {
    pub by: AccountId,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// Takes a file off its document.
pub fn remove_file(conn: &mut Conn, id: DocumentFileId, removal: &FileRemoval) -> Result<(), DbError> {
    diesel::update(document_files::table.find(DbId::from(id)))
        .set((
            document_files::removed_by.eq(DbId::from(removal.by)),
            document_files::removed_at.eq(removal.at.naive_utc()),
            document_files::removed_reason.eq(&removal.reason),
        ))
        .execute(conn)?;
    Ok(())
}
