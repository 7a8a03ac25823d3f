//! Settings that are numbers: what each of them may be.
//! Must let nothing through on which a library beneath panics, nor what nobody can mean.
//! The numbers of `[http]` are `transport`, those of `[limits]` `outside`.

use std::{fmt::Display, ops::RangeInclusive};

use crate::failure::Failure;

/// The library beneath takes no more.
pub const WORKERS: RangeInclusive<usize> = 1..=512;
pub const CONNECTIONS: RangeInclusive<u32> = 1..=10_000;
/// A tebibyte.
pub const EVIDENCE_BYTES: RangeInclusive<u64> = 1..=1 << 40;
/// A hundred years: no day of the calendar is left behind.
pub const LOG_DAYS: RangeInclusive<u32> = 1..=36_500;
pub const SHUTDOWN_SECONDS: RangeInclusive<u64> = 0..=3_600;
/// A year, as caches keep nothing longer.
pub const MAX_AGE: RangeInclusive<u32> = 0..=31_536_000;
pub const PER_MINUTE: RangeInclusive<u32> = 1..=u32::MAX;
/// More files than this are asked of no system.
pub const OPEN: RangeInclusive<usize> = 1..=1 << 20;

/// This number, if it may be.
///
/// # Errors
/// For one out of the range, with the name of the setting.
pub fn within<N: Display + PartialOrd>(setting: &str, value: N, range: &RangeInclusive<N>) -> Result<N, Failure> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(Failure::Cannot(format!("{setting}: it is a number from {} to {}", range.start(), range.end())))
}

#[cfg(test)]
mod tests {
    use crate::config::Flags;

    #[test]
    fn a_number_out_of_its_range_is_told_with_its_line() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("haidang.toml");
        let read = |text: &str| {
            std::fs::write(&path, format!("audience = \"a\"\n{text}\n")).expect("a file");
            Flags { config: Some(path.clone()), ..Flags::default() }.resolve().map_err(|failure| failure.to_string())
        };
        for (setting, least, most) in [
            ("workers", 1, 512),
            ("connections", 1, 10_000),
            ("evidence_max_bytes", 1, 1_099_511_627_776_u64),
            ("webhook_log_days", 1, 36_500),
            ("shutdown_seconds", 0, 3_600),
            ("public_max_age", 0, 31_536_000),
            ("address_requests_per_minute", 1, 4_294_967_295),
            ("open_connections", 1, 1_048_576),
            ("address_connections", 1, 1_048_576),
        ] {
            assert!([least, most].iter().all(|fine| read(&format!("{setting} = {fine}")).is_ok()), "{setting}");
            for not in [least.checked_sub(1), Some(most + 1).filter(|more| u32::try_from(*more).is_ok())].into_iter().flatten() {
                let told = read(&format!("{setting} = {not}")).expect_err(setting);
                assert_eq!(told, format!("{}: line 2: {setting}: it is a number from {least} to {most}", path.display()));
            }
        }
        // What a flag says is on no line.
        assert!(read("workers = 2").is_ok());
        let flags = Flags { config: Some(path), workers: Some(513), ..Flags::default() };
        assert_eq!(flags.resolve().expect_err("too many").to_string(), "workers: it is a number from 1 to 512");
    }
}
