//! The binary `haidang`.
//! Must not hold anything but the call: everything is in the library, so that tests can run it.
//! Commands are `cli`.

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    haidang_server::run(std::env::args_os())
}
