//! Receiving a long body into a file without a name, which is gone with the request or with the process.
//! Must not take more than its limit, nor write on a worker's thread.
//! What is read from it is the parent module's matter.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
};

use actix_web::{HttpRequest, http::header, web};
use domain::error::Code;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use crate::{
    problem::Problem,
    routes::{Bodies, is_batch},
};

/// So much is gathered between two writes.
const BUFFER: usize = 256 * 1024;

/// A body that was received in whole.
pub struct Upload {
    /// At its beginning.
    pub file: File,
    pub sha256: String,
}

/// Receives a body.
///
/// # Errors
/// `BODY_TOO_LARGE`; `BODY_UNREADABLE` where it ends early; `INTERNAL` for a path that is no [batch's](is_batch).
pub async fn receive(request: &HttpRequest, mut payload: web::Payload) -> Result<Upload, Problem> {
    let is_known = request.match_pattern().is_some_and(|pattern| is_batch(&pattern));
    let Some(most) = request.app_data::<Bodies>().map(|bodies| bodies.batch).filter(|_| is_known) else {
        return Err(Problem::new(Code::Internal));
    };
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(Problem::new(Code::BodyTooLarge));
    }
    let mut file = on_disk(tempfile::tempfile).await?;
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, Vec::with_capacity(BUFFER));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(Code::BodyUnreadable))?;
        size += chunk.len();
        if size > most {
            return Err(Problem::new(Code::BodyTooLarge));
        }
        hash.update(&chunk);
        buffer.extend_from_slice(&chunk);
        if buffer.len() >= BUFFER {
            (file, buffer) = written(file, buffer).await?;
        }
    }
    (file, _) = written(file, buffer).await?;
    let file = on_disk(move || file.seek(SeekFrom::Start(0)).map(|_| file)).await?;
    Ok(Upload { file, sha256: format!("{:x}", hash.finalize()) })
}

async fn written(mut file: File, mut buffer: Vec<u8>) -> Result<(File, Vec<u8>), Problem> {
    on_disk(move || {
        file.write_all(&buffer)?;
        buffer.clear();
        Ok((file, buffer))
    })
    .await
}

/// Does something with a file beside the workers.
async fn on_disk<T: Send + 'static>(f: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T, Problem> {
    match web::block(f).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "an upload cannot be kept");
            Err(Problem::new(Code::Unavailable))
        }
        Err(_) => Err(Problem::new(Code::Internal)),
    }
}
