//! Work that takes a processor for long: threads of its own do it, fewer than there are cores, and after everybody else's.
//! Must not be given what waits for a client: whoever holds a thread here holds up others' long documents. What work here reads of the
//! database is read where it always is.
//! What is short is done where it is asked for.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinError,
};

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

    /// Does something when a thread is free; to its end, whether anybody waits for it or not. What it starts and waits for, reads of the
    /// database and times, is where it would be without this: on threads that give way to nobody.
    ///
    /// # Errors
    /// When it panicked, or the process ends.
    pub async fn run<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Result<T, Option<JoinError>> {
        let threads = self.0.as_ref().ok_or(None)?;
        threads.spawn(AtHome { home: Handle::current(), work: Box::pin(work) }).await.map_err(Some)
    }
}

/// Work that is done on another thread than it belongs to.
struct AtHome<W> {
    home: Handle,
    work: Pin<Box<W>>,
}

impl<W: Future> Future for AtHome<W> {
    type Output = W::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<W::Output> {
        let this = &mut *self;
        let _home = this.home.enter();
        this.work.as_mut().poll(cx)
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

/// Lets other threads go first (`SCHED_IDLE`, sched(7)): one that wakes has the processor at once, where one that is merely nice keeps
/// what is left of its slice of time, some milliseconds. Where the system has no such threads, nothing else changes.
fn give_way() {
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy::Normal};
        let this = thread_priority::thread_native_id();
        if let Err(error) = thread_priority::set_thread_priority_and_policy(this, ThreadPriority::Min, Normal(Idle)) {
            tracing::debug!(?error, "threads for long work have the priority of others");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_work_is_done_and_others_are_told_of_a_panic() {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let aside = Aside::new().expect("threads");
            #[cfg(target_os = "linux")]
            {
                use thread_priority::{NormalThreadSchedulePolicy::Idle, ThreadSchedulePolicy::Normal, thread_schedule_policy};
                let policy = || thread_schedule_policy().expect("a policy");
                let (before, there) = (policy(), aside.run(async move { policy() }).await.expect("a policy"));
                assert_eq!((there, policy()), (Normal(Idle), before), "these threads alone");
            }
            assert!(aside.run(async { std::panic::panic_any("broken") }).await.map(|(): ()| ()).is_err());
            assert_eq!(aside.run(async { 1 + 1 }).await.expect("it goes on"), 2);
            // What it waits for is where it would be anyway, times and other threads.
            let waited = aside.run(async {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                tokio::task::spawn_blocking(|| std::thread::current().name().map(str::to_owned)).await.expect("it runs")
            });
            assert_ne!(waited.await.expect("it is done").as_deref(), Some("aside"));
        });
    }
}
