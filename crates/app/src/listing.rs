//! Pages as the transports ask for them and get them.
//! Must not know what is listed.
//! The rules of a page are `domain::page`, cursors are `cursor`.

use domain::{
    error::Refusal,
    page::{Direction, Page, PageRequest, relay},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::cursor;

/// The arguments of a page: the `first` or `last` of what is after `after` and before `before`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl PageArgs {
    /// Whether the page begins or ends at a cursor, which is one of a single list.
    pub fn has_cursor(&self) -> bool {
        self.after.is_some() || self.before.is_some()
    }

    /// Checks the arguments and reads their cursors as those of `list`.
    pub(crate) fn request<K: DeserializeOwned>(&self, list: &str) -> Result<PageRequest<K>, Refusal> {
        let read = |cursor: &Option<String>| cursor.as_deref().map(|text| cursor::decode(list, text)).transpose();
        relay(self.first, read(&self.after)?, self.last, read(&self.before)?)
    }
}

/// A page of a list, each item with the cursor that continues after it.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    pub items: Vec<(String, T)>,
    pub has_next: bool,
    pub has_previous: bool,
}

impl<T> Default for Listing<T> {
    /// A list without anything.
    fn default() -> Self {
        Self { items: Vec::new(), has_next: false, has_previous: false }
    }
}

impl<T> Listing<T> {
    pub(crate) fn of<K: Serialize>(page: Page<T>, list: &str, key: impl Fn(&T) -> K) -> Self {
        let (has_next, has_previous) = (page.has_next, page.has_previous);
        let items = page.items.into_iter().map(|item| (cursor::encode(list, &key(&item)), item)).collect();
        Self { items, has_next, has_previous }
    }

    /// The cursor of the last item.
    pub fn end(&self) -> Option<&str> {
        self.items.last().map(|(cursor, _)| cursor.as_str())
    }
}

/// A page of a list that is in memory, sorted by `position`.
pub(crate) fn slice<T: Clone, K: Ord + Serialize + DeserializeOwned>(
    sorted: &[T],
    list: &str,
    args: &PageArgs,
    key: impl Fn(&T) -> K,
) -> Result<Listing<T>, Refusal> {
    let request = args.request::<K>(list)?;
    let wanted = request.size as usize + 1;
    let down = request.direction == Direction::Backward;
    let is_within = |item: &&T| request.bounds(down).all(|(bound, below)| if below { key(item) < *bound } else { key(item) > *bound });
    let within = sorted.iter().filter(is_within);
    let rows: Vec<T> = if down { within.rev().take(wanted).cloned().collect() } else { within.take(wanted).cloned().collect() };
    Ok(Listing::of(Page::cut(rows, &request), list, key))
}
