//! Pages of long lists: what may be asked for, what comes back.
//! Must not know how a cursor is written down or what a list is sorted by.
//! Cursors are encoded in `app::cursor`; the SQL is in `persistence::page`.

use crate::error::{Code, Refusal};

/// A page has this many rows where nothing else is asked.
pub const DEFAULT_PAGE_SIZE: u32 = 20;
/// No page has more rows than this.
pub const MAX_PAGE_SIZE: u32 = 200;

/// Which way a page is read from its cursor. Rows always come back in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `first` rows after the cursor.
    Forward,
    /// `last` rows before the cursor.
    Backward,
}

/// A page as asked for; `C` is a decoded cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest<C> {
    pub direction: Direction,
    /// May be zero: then only the edges of the page are asked for.
    pub size: u32,
    /// Where reading begins.
    pub cursor: Option<C>,
    /// Where it ends at the latest.
    pub until: Option<C>,
}

impl<C> PageRequest<C> {
    /// The same page with cursors of another kind.
    pub fn map<D>(self, mut f: impl FnMut(C) -> D) -> PageRequest<D> {
        let (cursor, until) = (self.cursor.map(&mut f), self.until.map(&mut f));
        PageRequest { direction: self.direction, size: self.size, cursor, until }
    }

    /// The same page with cursors of another kind, where each is one.
    ///
    /// # Errors
    /// The first that `f` gives.
    pub fn try_map<D, E>(self, mut f: impl FnMut(C) -> Result<D, E>) -> Result<PageRequest<D>, E> {
        let (cursor, until) = (self.cursor.map(&mut f).transpose()?, self.until.map(&mut f).transpose()?);
        Ok(PageRequest { direction: self.direction, size: self.size, cursor, until })
    }

    /// The keys between which the rows are, each with whether rows come below it, for reading with falling keys or rising ones.
    pub fn bounds(&self, down: bool) -> impl Iterator<Item = (&C, bool)> {
        let begin = self.cursor.iter().map(move |key| (key, down));
        begin.chain(self.until.iter().map(move |key| (key, !down)))
    }
}

/// A page as answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub has_next: bool,
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// Cuts a page out of up to `size + 1` rows read in the direction of the request.
    pub fn cut<C>(mut rows: Vec<T>, request: &PageRequest<C>) -> Self {
        let size = request.size as usize;
        let more = rows.len() > size;
        rows.truncate(size);
        let from_cursor = request.cursor.is_some();
        match request.direction {
            Direction::Forward => Self { items: rows, has_next: more, has_previous: from_cursor },
            Direction::Backward => {
                rows.reverse();
                Self { items: rows, has_next: from_cursor, has_previous: more }
            }
        }
    }

    /// The same page of something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), has_next: self.has_next, has_previous: self.has_previous }
    }
}

/// Reads the four arguments of a Relay connection: a page holds what is after `after` and before `before`, of that the `first` or
/// the `last` rows.
///
/// # Errors
/// `PAGE_INVALID` when both ends are asked for, or a count is not 0 to [`MAX_PAGE_SIZE`].
pub fn relay<C>(first: Option<i32>, after: Option<C>, last: Option<i32>, before: Option<C>) -> Result<PageRequest<C>, Refusal> {
    // A cursor alone asks for the rows next to it.
    let is_backward = last.is_some() || (first.is_none() && after.is_none() && before.is_some());
    if first.is_some() && last.is_some() {
        return Err(Refusal::worded(Code::PageInvalid, "Chỉ dùng một trong hai: first hoặc last.", "Use first or last, not both."));
    }
    let size = page_size(first.or(last).unwrap_or(DEFAULT_PAGE_SIZE.cast_signed()))?;
    Ok(if is_backward {
        PageRequest { direction: Direction::Backward, size, cursor: before, until: after }
    } else {
        PageRequest { direction: Direction::Forward, size, cursor: after, until: before }
    })
}

/// Checks a page size.
pub fn page_size(asked: i32) -> Result<u32, Refusal> {
    u32::try_from(asked).ok().filter(|n| *n <= MAX_PAGE_SIZE).ok_or_else(|| {
        Refusal::worded(
            Code::PageInvalid,
            format!("Kích thước trang phải từ 0 đến {MAX_PAGE_SIZE}."),
            format!("A page has 0 to {MAX_PAGE_SIZE} rows."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(direction: Direction, size: u32, cursor: Option<u8>) -> PageRequest<u8> {
        PageRequest { direction, size, cursor, until: None }
    }

    #[test]
    fn the_edges_of_a_list_are_told_right() {
        let page = Page::cut(vec![1, 2, 3], &request(Direction::Forward, 2, None));
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![1, 2], true, false));
        let page = Page::cut(vec![1, 2], &request(Direction::Forward, 2, Some(0)));
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![1, 2], false, true));
        let page = Page::cut(vec![9, 8, 7], &request(Direction::Backward, 2, Some(0)));
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![8, 9], true, true));
        let page = Page::cut(Vec::<u8>::new(), &request(Direction::Backward, 2, None));
        assert_eq!((page.items, page.has_next, page.has_previous), (vec![], false, false));
    }

    #[test]
    fn contradictory_or_oversized_pages_are_refused() {
        assert!(relay::<u8>(Some(1), None, Some(1), None).is_err());
        for bad in [-1, 201, i32::MIN, i32::MAX] {
            assert!(relay::<u8>(Some(bad), None, None, None).is_err(), "{bad}");
            assert!(relay::<u8>(None, None, Some(bad), None).is_err(), "{bad}");
        }
        assert_eq!(relay::<u8>(None, None, None, None).map(|p| p.size), Ok(DEFAULT_PAGE_SIZE));
    }

    #[test]
    fn both_cursors_bound_a_page_from_either_end() {
        let read = |first, after, last, before| relay(first, after, last, before).map(|p| (p.direction, p.size, p.cursor, p.until));
        assert_eq!(read(Some(2), Some('a'), None, Some('f')), Ok((Direction::Forward, 2, Some('a'), Some('f'))));
        assert_eq!(read(None, Some('a'), Some(2), Some('f')), Ok((Direction::Backward, 2, Some('f'), Some('a'))));
        assert_eq!(read(Some(0), None, None, Some('f')), Ok((Direction::Forward, 0, None, Some('f'))));
        assert_eq!(read(None, Some('a'), Some(0), None), Ok((Direction::Backward, 0, None, Some('a'))));
        assert_eq!(read(None, None, None, Some('f')), Ok((Direction::Backward, DEFAULT_PAGE_SIZE, Some('f'), None)));
        assert_eq!(read(None, Some('a'), None, Some('f')), Ok((Direction::Forward, DEFAULT_PAGE_SIZE, Some('a'), Some('f'))));
        let page = relay(Some(2), Some('a'), None, Some('f')).expect("a page");
        assert_eq!(page.bounds(false).collect::<Vec<_>>(), [(&'a', false), (&'f', true)]);
        assert_eq!(page.bounds(true).collect::<Vec<_>>(), [(&'a', true), (&'f', false)]);
    }
}
