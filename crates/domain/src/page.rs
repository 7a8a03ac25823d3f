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
    pub size: u32,
    pub cursor: Option<C>,
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

/// Reads the four arguments of a Relay connection.
///
/// # Errors
/// `PAGE_INVALID` when both ends are asked for, a cursor has no matching count, or a count is not 1 to [`MAX_PAGE_SIZE`].
pub fn relay<C>(first: Option<i32>, after: Option<C>, last: Option<i32>, before: Option<C>) -> Result<PageRequest<C>, Refusal> {
    let (direction, size, cursor) = match (first, after, last, before) {
        (Some(_), _, Some(_), _) => {
            return Err(invalid("Chỉ dùng một trong hai: first hoặc last.", "Use first or last, not both."));
        }
        (None, None, Some(n), before) => (Direction::Backward, n, before),
        (None, None, None, Some(before)) => (Direction::Backward, DEFAULT_PAGE_SIZE.cast_signed(), Some(before)),
        (first, after, None, None) => (Direction::Forward, first.unwrap_or(DEFAULT_PAGE_SIZE.cast_signed()), after),
        _ => {
            return Err(invalid("first đi với after, last đi với before.", "first goes with after, last goes with before."));
        }
    };
    Ok(PageRequest { direction, size: page_size(size)?, cursor })
}

/// Checks a page size.
///
/// # Errors
/// `PAGE_INVALID` unless it is 1 to [`MAX_PAGE_SIZE`].
pub fn page_size(asked: i32) -> Result<u32, Refusal> {
    u32::try_from(asked).ok().filter(|n| (1..=MAX_PAGE_SIZE).contains(n)).ok_or_else(|| {
        Refusal::worded(
            Code::PageInvalid,
            format!("Kích thước trang phải từ 1 đến {MAX_PAGE_SIZE}."),
            format!("A page has 1 to {MAX_PAGE_SIZE} rows."),
        )
    })
}

fn invalid(vi: &'static str, en: &'static str) -> Refusal {
    Refusal::worded(Code::PageInvalid, vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(direction: Direction, size: u32, cursor: Option<u8>) -> PageRequest<u8> {
        PageRequest { direction, size, cursor }
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
        assert!(relay(Some(1), None, None, Some(1)).is_err());
        assert!(relay(None, Some(1), Some(1), None).is_err());
        for bad in [0, -1, 201, i32::MIN, i32::MAX] {
            assert!(relay::<u8>(Some(bad), None, None, None).is_err(), "{bad}");
            assert!(relay::<u8>(None, None, Some(bad), None).is_err(), "{bad}");
        }
        assert_eq!(relay::<u8>(None, None, None, None).map(|p| p.size), Ok(DEFAULT_PAGE_SIZE));
    }
}
