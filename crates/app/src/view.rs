//! What one caller sees in one operation: the caller, one state of the database, and the catalogue of that state.
//! Must not write, but for the attempts and looks that the audit log is told of when it ends.
//! Every read of the use cases takes one.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use auth::Ctx;
use chrono::NaiveDate;
use domain::account::{AccountId, Restricted};
use persistence::{Conn, Snapshot, Until, Waiting, error::TxError};
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
    /// The time of the operation, which its snapshots share.
    until: Until,
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
        let until = Until::default();
        let snapshot = app.0.db.snapshot().within(&until);
        Self { app: app.clone(), ctx, until, snapshot, catalogue: Arc::default(), notes: Arc::default() }
    }

    /// The same view for an operation that has so much time from now: then what it reads ends, and nothing more is read.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        let until = Until::after(time);
        Self { snapshot: self.snapshot.within(&until), until, ..self }
    }

    /// Kept while somebody waits for the operation; what it reads ends when this is dropped.
    pub fn waiting(&self) -> Waiting {
        Waiting::on(self.until.clone())
    }

    /// Whether the time of the operation is over.
    pub fn is_over(&self) -> bool {
        self.until.is_over()
    }

    /// A view of the state after a change that the same operation made. What is noted in it is written when the first one ends.
    #[must_use]
    pub fn after(&self) -> Self {
        let (snapshot, until) = (self.app.0.db.snapshot().within(&self.until), self.until.clone());
        Self { snapshot, until, catalogue: Arc::default(), ..self.clone() }
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
