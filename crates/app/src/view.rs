//! What one caller sees in one operation: the caller, one state of the database, and the catalogue of that state.
//! Must not write, but for the attempts and looks that the audit log is told of when it ends.
//! Every read of the use cases takes one.

use std::sync::{Arc, Mutex, PoisonError};

use auth::Ctx;
use chrono::NaiveDate;
use domain::account::{AccountId, Restricted};
use persistence::{Conn, Snapshot, error::TxError};
use tokio::sync::OnceCell;

use crate::{
    App, Error,
    audit::{Deed, write_down},
    catalogue::Catalogue,
    personal::Looks,
};

/// A caller's view of one state of the database. Clones share the state.
#[derive(Clone)]
pub struct View {
    app: App,
    ctx: Ctx,
    snapshot: Snapshot,
    catalogue: Arc<OnceCell<Arc<Catalogue>>>,
    /// What the audit log will be told when the view ends.
    notes: Arc<Mutex<Notes>>,
}

/// What the audit log will be told.
#[derive(Default)]
struct Notes {
    /// What was asked for and is not the caller's to know of.
    hidden: Vec<Deed>,
    /// What was seen of other people.
    looks: Looks,
}

impl View {
    /// A view for one operation. Nothing is read before it is needed.
    pub fn new(app: &App, ctx: Ctx) -> Self {
        Self { app: app.clone(), ctx, snapshot: app.0.db.snapshot(), catalogue: Arc::default(), notes: Arc::default() }
    }

    /// A view of the state after a change that the same operation made. What is noted in it is written when the first one ends.
    #[must_use]
    pub fn after(&self) -> Self {
        Self { notes: Arc::clone(&self.notes), ..Self::new(&self.app, self.ctx.clone()) }
    }

    /// The use cases.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who looks.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Today in Viet Nam.
    pub fn today(&self) -> NaiveDate {
        self.app.0.clock.today()
    }

    /// Agencies, programmes and groups of this state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn catalogue(&self) -> Result<&Arc<Catalogue>, Error> {
        self.catalogue
            .get_or_try_init(|| async {
                let app = self.app.clone();
                self.snapshot.read(move |conn| app.0.catalogue.current(conn)).await.map_err(Error::from)
            })
            .await
    }

    pub(crate) async fn read<T, E>(&self, f: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static) -> Result<T, Error>
    where
        T: Send + 'static,
        E: TxError,
        Error: From<E>,
    {
        Ok(self.snapshot.read(f).await?)
    }

    /// Keeps what the audit log is to be told, until the view ends.
    pub(crate) fn note(&self, deed: Deed) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).hidden.push(deed);
    }

    /// Keeps that values of a restricted field were seen, until the view ends.
    pub(crate) fn looked(&self, of: Option<AccountId>, field: Restricted, count: usize) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).looks.add(of, field, count);
    }

    /// Gives the connection back, and writes down what was noted; reads after this open a new state.
    ///
    /// # Errors
    /// When it cannot be written that restricted fields of somebody else were seen: then the caller must not be shown them.
    pub async fn end(self) -> Result<(), Error> {
        self.snapshot.end().await;
        let noted = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        write_down(&self.app, &self.ctx, noted.hidden, noted.looks.deeds()).await
    }
}
