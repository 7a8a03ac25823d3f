//! Parameters and shape of pages.
//! Must not differ between lists.
//! The rules of a page are `domain::page`.

use actix_web::HttpResponse;
use app::listing::PageArgs;
use serde::Serialize;

/// A page forwards: `limit` rows after a cursor.
pub fn forward(limit: Option<i32>, after: Option<String>) -> PageArgs {
    PageArgs { first: limit, after, last: None, before: None }
}

/// A body that others may follow.
pub trait Paged: Serialize {
    /// The cursor after which the next page begins; none on the last.
    fn next(&self) -> Option<&str>;
}

/// After which cursor the next page begins, told beside a response; becomes its `Link` (RFC 8288).
pub struct NextPage(pub String);

/// The response of a page.
pub fn reply(page: &impl Paged) -> HttpResponse {
    let mut response = HttpResponse::Ok().json(page);
    if let Some(cursor) = page.next() {
        response.extensions_mut().insert(NextPage(cursor.to_owned()));
    }
    response
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

        impl crate::dto::page::Paged for $name {
            fn next(&self) -> Option<&str> {
                self.end_cursor.as_deref().filter(|_| self.has_next)
            }
        }
    };
}
pub(crate) use page;
