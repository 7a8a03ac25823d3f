//! What is kept until an answer is sent: the body of an answer, and what is dropped with it.
//! Must not change a body.
//! Used for whatever counts what is being answered: requests in flight, meters, places.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    web::Bytes,
};

/// A body that keeps something until it is sent, or is not sent any more.
pub struct Held<T> {
    body: BoxBody,
    _kept: T,
}

impl<T: Unpin + 'static> Held<T> {
    /// The body, with what it keeps.
    pub fn boxed(body: impl MessageBody + 'static, kept: T) -> BoxBody {
        BoxBody::new(Self { body: body.boxed(), _kept: kept })
    }
}

// Not made of bytes at once: what is kept would be dropped before they are sent.
impl<T: Unpin> MessageBody for Held<T> {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[actix_web::test]
    async fn what_is_kept_goes_when_the_body_does() {
        let kept = Rc::new(());
        let body = Held::boxed("abc", Rc::clone(&kept));
        assert_eq!((body.size(), Rc::strong_count(&kept)), (BodySize::Sized(3), 2));
        let body = body.try_into_bytes().expect_err("it is not bytes before it is sent");
        assert_eq!((actix_web::body::to_bytes(body).await.expect("bytes").as_ref(), Rc::strong_count(&kept)), (b"abc".as_slice(), 1));
    }
}
