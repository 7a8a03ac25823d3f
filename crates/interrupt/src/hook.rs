//! The hook into SQLite: each connection that is opened asks, every so many steps, whether what it does is to end.
//! Must not do more than ask: the only unsafe code of the house.
//! What is asked is the parent module's `is_over`.

#![allow(unsafe_code)]

use std::{
    ffi::{c_char, c_int, c_void},
    ptr::null_mut,
    sync::OnceLock,
};

use libsqlite3_sys as ffi;

/// Steps of SQLite's machine between two questions: a fraction of a millisecond.
const STEPS: c_int = 10_000;

/// SQLite took no hook; its own code says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub i32);

/// Lets every connection that is opened from now on be interrupted. Once is enough, more often is as good.
///
/// # Errors
/// When SQLite has no memory for it.
pub fn install() -> Result<(), Refused> {
    static ANSWER: OnceLock<c_int> = OnceLock::new();
    // SAFETY: `watch` is of the type that SQLite calls for each connection, and lives as long as the program.
    let answer = *ANSWER.get_or_init(|| unsafe { ffi::sqlite3_auto_extension(Some(watch)) });
    if answer == ffi::SQLITE_OK { Ok(()) } else { Err(Refused(answer)) }
}

/// What SQLite calls with each connection that it opens.
unsafe extern "C" fn watch(db: *mut ffi::sqlite3, _: *mut *mut c_char, _: *const ffi::sqlite3_api_routines) -> c_int {
    // SAFETY: `db` is the connection that SQLite opens just now, on this thread; `ask` takes nothing of the pointer it is given.
    unsafe { ffi::sqlite3_progress_handler(db, STEPS, Some(ask), null_mut()) };
    ffi::SQLITE_OK
}

/// What a connection asks on the thread that uses it; all but zero ends its statement.
extern "C" fn ask(_: *mut c_void) -> c_int {
    c_int::from(super::is_over())
}
