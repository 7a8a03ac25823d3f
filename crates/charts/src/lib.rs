//! Figures as pictures and files: SVG, PNG, CSV and XLSX of a `domain::chart::Chart`.
//! Must not compute a figure, nor read anything from the machine it runs on: its letters are built in.
//! What is drawn is decided by `app::chart`; how it is asked for is `rest::routes::charts`.

mod layout;
mod letters;
mod picture;
mod sheet;
#[cfg(test)]
mod tests;

pub use picture::png;
pub use picture::svg;
pub use sheet::{csv, workbook, xlsx};

/// Why something cannot be drawn or written; none of it is the reader's doing.
#[derive(Debug, thiserror::Error)]
pub enum NotDrawn {
    #[error("the drawing: {0}")]
    Drawing(String),
    #[error("the picture: {0}")]
    Picture(String),
    #[error("the table: {0}")]
    Table(String),
}
