//! The revisions on which a change rests: what its sender knows of the thing that it changes.
//! Must not be asked before it is known that the sender may be told of the thing.
//! How REST reads them from `If-Match` is `rest::condition`.

use std::sync::Arc;

use crate::error::{Code, Refusal};

/// The revisions of a thing at one of which it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revisions {
    /// It has to be there, no matter at which.
    Any,
    /// At none of them where none is named.
    OneOf(Arc<[i32]>),
}

impl Revisions {
    /// Whether a thing at this revision is as it has to be.
    pub fn hold(&self, current: i32) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(seen) => seen.contains(&current),
        }
    }

    /// That a thing at this revision is as it has to be.
    ///
    /// # Errors
    /// `PRECONDITION_FAILED`.
    pub fn check(&self, current: i32) -> Result<(), Refusal> {
        if self.hold(current) { Ok(()) } else { Err(Refusal::new(Code::PreconditionFailed)) }
    }
}

impl From<i32> for Revisions {
    fn from(seen: i32) -> Self {
        Self::OneOf([seen].into())
    }
}

impl FromIterator<i32> for Revisions {
    fn from_iter<I: IntoIterator<Item = i32>>(seen: I) -> Self {
        Self::OneOf(seen.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_rests_on_one_of_them() {
        let none: Revisions = std::iter::empty().collect();
        let two: Revisions = [1, 3].into_iter().collect();
        let told = |of: &Revisions| [1, 2, 3].map(|current| of.hold(current));
        assert_eq!(told(&Revisions::Any), [true, true, true]);
        assert_eq!(told(&2.into()), [false, true, false]);
        assert_eq!(told(&two), [true, false, true]);
        assert_eq!(told(&none), [false, false, false]);
        assert_eq!(none.check(1).map_err(|refusal| refusal.code), Err(Code::PreconditionFailed));
    }
}
