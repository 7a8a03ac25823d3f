//! Relay connections over the pages of the use cases.
//! Must not read anything itself; `totalCount` is a statement of its own, made only when it is asked for.
//! The rules of a page are `domain::page`.

use app::listing::{Listing, PageArgs};
use async_graphql::{
    ObjectType, OutputType,
    connection::{Connection, Edge, EmptyFields},
};

/// A connection of `N` with a total `T`.
pub type Page<N, T> = Connection<String, N, T, EmptyFields>;

/// Turns a page into a connection.
pub fn connection<S, N: OutputType, T: ObjectType>(listing: Listing<S>, total: T, node: impl Fn(S) -> N) -> Page<N, T> {
    let mut connection = Connection::with_additional_fields(listing.has_previous, listing.has_next, total);
    connection.edges.extend(listing.items.into_iter().map(|(cursor, item)| Edge::new(cursor, node(item))));
    connection
}

/// The four arguments of a connection.
pub fn args(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> PageArgs {
    PageArgs { first, after, last, before }
}

/// Declares the `totalCount` of a connection.
macro_rules! total {
    ($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $ty:ty),* } |$this:pat, $ctx:ident| $count:expr) => {
        $(#[doc = $doc])+
        pub struct $name { $(pub $field: $ty),* }

        #[async_graphql::Object]
        impl $name {
            /// How many there are in the whole list, as far as the caller may see it.
            async fn total_count(&self, $ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i64> {
                let $this = self;
                $count
            }
        }
    };
}
pub(crate) use total;
