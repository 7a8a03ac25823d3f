//! Work that takes a processor for long: threads of its own do it, fewer than there are cores, and after everybody else's.
//! Must not be given what waits for a client: whoever holds a thread here holds up others' long documents.
//! What is short is done where it is asked for.

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinError,
};

/// How much more than others of the process these threads yield, of 19 at most (setpriority(2)): one in ten parts of a processor that
/// others want as well.
const NICE: i32 = 10;

/// Threads for long work.
pub struct Aside(Option<Runtime>);

impl Aside {
    /// Half as many threads as cores.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn new() -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads =
            Builder::new_multi_thread().worker_threads((cores / 2).max(1)).thread_name("aside").on_thread_start(give_way).build()?;
        Ok(Self(Some(threads)))
    }

    /// Does something when a thread is free; to its end, whether anybody waits for it or not.
    ///
    /// # Errors
    /// When it panicked, or the process ends.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Option<JoinError>> {
        let threads = self.0.as_ref().ok_or(None)?;
        threads.spawn(work).await.map_err(Some)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // Whoever drops this may be one who must not wait.
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

/// Lets other threads go first. Where the system does not, nothing else changes.
fn give_way() {
    #[cfg(unix)]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        let yielding = getpriority_process(None).and_then(|own| setpriority_process(None, own.saturating_add(NICE).min(19)));
        if let Err(error) = yielding {
            tracing::debug!(%error, "threads for long work have the priority of others");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_work_is_done_and_others_are_told_of_a_panic() {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let aside = Aside::new().expect("threads");
            #[cfg(unix)]
            {
                let nice = || rustix::process::getpriority_process(None).expect("a number");
                let (before, there) = (nice(), aside.run(async move { nice() }).await.expect("a number"));
                assert_eq!((there, nice()), ((before + NICE).min(19), before), "these threads alone");
            }
            assert!(aside.run(async { std::panic::panic_any("broken") }).await.map(|(): ()| ()).is_err());
            assert_eq!(aside.run(async { 1 + 1 }).await.expect("it goes on"), 2);
        });
    }
}
