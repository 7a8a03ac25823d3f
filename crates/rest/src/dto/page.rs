//! Parameters and shape of pages.
//! Must not differ between lists.
//! The rules of a page are `domain::page`.

use app::listing::PageArgs;

/// A page forwards: `limit` rows after a cursor.
pub fn forward(limit: Option<i32>, after: Option<String>) -> PageArgs {
    PageArgs { first: limit, after, last: None, before: None }
}

/// Declares the body of a page.
macro_rules! page {
    ($name:ident of $item:ty, $doc:literal) => {
        #[doc = $doc]
        #[derive(serde::Serialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            #[schema(max_items = 200)]
            pub items: Vec<$item>,
            /// Whether more follow.
            pub has_next: bool,
            /// Give it as `after` to continue; null on an empty page.
            #[schema(max_length = 2000)]
            pub end_cursor: Option<String>,
        }
    };
}
pub(crate) use page;
