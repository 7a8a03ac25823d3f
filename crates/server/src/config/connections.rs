//! Settings about connections: how many there may be.
//! Must not promise more connections than the system lets this process have files.
//! What holds them to it is `http::connections`.

/// Files that are no connections of clients: the database, the log, evidence, what webhooks lead to.
const OTHER_FILES: usize = 256;
/// More files than this are asked of no system, whatever it would give.
const MOST_FILES: u64 = 1 << 20;
/// Connections of one network address where nothing else is set.
const OF_ADDRESS: usize = 1_000;

/// Lets this process open as many files as it may, and tells how many that is.
///
/// # Errors
/// When the system does not tell.
pub fn files() -> std::io::Result<usize> {
    rlimit::increase_nofile_limit(MOST_FILES).map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// As many connections as were asked for, or as there are files for.
pub fn fitting(asked: usize, files: usize) -> usize {
    asked.min(files - OTHER_FILES.min(files / 2)).max(1)
}

/// Connections that one network address may have of so many: those that are set, else a thousand or a quarter, whichever is less.
pub fn of_address(set: Option<usize>, all: usize) -> usize {
    set.unwrap_or_else(|| OF_ADDRESS.min(all.div_ceil(4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_connections_as_files() {
        assert_eq!(fitting(25_000, 1_048_576), 25_000);
        assert_eq!(fitting(25_000, 1_024), 768);
        assert_eq!(fitting(25_000, 100), 50, "half of few");
        assert_eq!(fitting(10, 0), 1);
    }

    #[test]
    fn one_address_leaves_most_to_others() {
        assert_eq!((of_address(None, 25_000), of_address(None, 768), of_address(None, 1)), (1_000, 192, 1));
        assert_eq!(of_address(Some(9_000), 768), 9_000, "who says otherwise is believed");
    }
}
