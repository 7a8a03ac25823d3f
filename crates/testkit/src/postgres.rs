//! A PostgreSQL server of the test process's own: found, started, cloned from, and gone when the process is gone.
//! Must not touch a server that it did not start, nor know what is in a database.
//! The tests that share it are run by `harness`.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::{
        fs::{OpenOptionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::harness::env;

/// The only role of the server; it may do everything.
const ROLE: &str = "haidang";
/// Names the folder of the server programs; no other is looked at then, so that a wrong name is noticed.
const BINDIR: &str = "HAIDANG_PG_BINDIR";
/// Where Debian keeps the programs of each major version, outside of PATH.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Where the cluster goes if there is room. An ext4 disk without a journal creates files slowly for half a minute after many were
/// removed, which is what dropping a database does; a copy took ten times as long there.
const MEMORY: &str = "/dev/shm";
/// Where it goes otherwise. Both are short: the path of a Unix socket has room for about 100 bytes, and TMPDIR may need more.
const DISK: &str = "/tmp";
/// What there must be free in memory: some hundred databases of 8 MiB each, and the log.
const ROOM_KIB: u64 = 4 << 20;
/// How long the end of a server is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the server for as long as its own input stays open, takes `start` and `stop` as orders and answers each with a line.
///
/// The test process holds the other end of the pipe, so its end, even by SIGKILL, is the end of the server and its folder.
/// `kill -0` notices a server that died early because the shell reaps it while it waits for `sleep`.
const KEEPER: &str = r#"
dir=$1 bin=$2 role=$3 more=$4 pg=
trap '' PIPE
init() { "$bin/initdb" -D data -U "$role" --auth=trust --encoding=UTF8 --locale="$1" --no-sync; }
begin() { { init C.UTF-8 || init C; } && serve; }
serve() {
    halt
    "$bin/postgres" -D "$dir/data" -c listen_addresses= -c port=5432 -c unix_socket_directories="$dir" \
        -c fsync=off -c synchronous_commit=on -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB $more &
    pg=$! left=1500
    until grep -qsx "$pg" data/postmaster.pid && grep -qs '^ready' data/postmaster.pid; do
        sleep 0.02
        left=$((left - 1))
        kill -0 "$pg" && [ "$left" -gt 0 ] || return 1
    done
}
halt() { [ -z "$pg" ] || { kill -QUIT "$pg"; wait "$pg"; }; pg=; }
obey() { if "$@" </dev/null >>log 2>&1; then echo done; else echo failed; fi; }
obey begin
while read -r order; do
    case $order in start) obey serve ;; stop) obey halt ;; esac
done
halt
cd / && rm -rf "$dir"
"#;

/// Whether this machine can run a server.
pub enum Availability {
    /// It can, with these programs.
    Found(Binaries),
    /// It cannot; tells where was looked.
    Missing(String),
}

/// A folder that holds the server programs.
#[derive(Clone, Debug)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Where the programs are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        // The server is started from another folder.
        let folder = std::path::absolute(folder).ok()?;
        // Debian's pg_config may belong to the client alone.
        ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file()).then_some(Self { folder })
    }
}

/// Looks for the server programs where they may be on this machine.
pub fn find() -> Availability {
    let path = env("PATH").unwrap_or_default();
    let (folders, places) = if let Some(folder) = env(BINDIR).filter(|folder| !folder.is_empty()) {
        (vec![PathBuf::from(&folder)], format!("{BINDIR}={folder}"))
    } else {
        let folders = told_by_pg_config().into_iter().chain(kept_by_debian()).chain(std::env::split_paths(&path));
        (folders.collect(), format!("{BINDIR} (not set), `pg_config --bindir`, {DEBIAN}/*/bin and PATH"))
    };
    let found = folders.into_iter().find_map(Binaries::in_folder);
    let missing = || Availability::Missing(format!("initdb and postgres were not found side by side; looked in {places}"));
    found.map_or_else(missing, Availability::Found)
}

fn told_by_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// Newest version first.
fn kept_by_debian() -> Vec<PathBuf> {
    let entries = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    versions.into_iter().map(|version| Path::new(DEBIAN).join(version.to_string()).join("bin")).collect()
}

/// A running server with a folder of its own, reached through a Unix socket in that folder.
///
/// Dropped or not, it ends with the process.
pub struct Cluster {
    binaries: Binaries,
    keeper: Mutex<Keeper>,
    copying: Mutex<()>,
    // Dropped after the keeper, which removes the folder itself: only one that hangs leaves something to this.
    dir: TempDir,
}

impl Cluster {
    /// Makes a new cluster and waits until it takes connections.
    pub fn start(binaries: Binaries) -> Result<Self, String> {
        Self::start_in(folder()?, binaries, "")
    }

    /// Makes a new cluster that shows this certificate on a TCP port of this machine; gives its port as well.
    pub fn start_with_tls(binaries: Binaries, certificate: &str, key: &str) -> Result<(Self, u16), String> {
        let dir = folder()?;
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            give(&dir.path().join(name), text).map_err(|error| format!("{name} cannot be made: {error}"))?;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map(|address| address.port());
        let port = port.map_err(|error| format!("no port is free: {error}"))?;
        let at = dir.path().display();
        let tls = format!("-c ssl=on -c ssl_cert_file={at}/server.crt -c ssl_key_file={at}/server.key");
        let more = format!("-c listen_addresses=127.0.0.1 -c port={port} {tls}");
        Ok((Self::start_in(dir, binaries, &more)?, port))
    }

    fn start_in(dir: TempDir, binaries: Binaries, more: &str) -> Result<Self, String> {
        let keeper = Keeper::spawn(&binaries, dir.path(), more)?;
        let cluster = Self { binaries, keeper: Mutex::new(keeper), copying: Mutex::new(()), dir };
        cluster.confirm(lock(&cluster.keeper).answer(), "start")?;
        Ok(cluster)
    }

    /// The URL of the database that only creates and drops others.
    pub fn admin_url(&self) -> String {
        self.url("postgres")
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        // Only the slashes of the folder's name mean something in a URL.
        let host = self.dir.path().display().to_string().replace('/', "%2F");
        // The port is part of the socket's name; told here, PGPORT in the environment cannot change it.
        format!("postgres://{ROLE}@/{database}?host={host}&port=5432")
    }

    /// Creates a database, as a copy of the template if there is one; nobody may be connected to the template.
    pub fn create_database(&self, name: &str, template: Option<&str>) -> Result<(), String> {
        let mut command = self.client("createdb", name)?;
        if let Some(template) = template {
            command.arg("--template").arg(plain(template)?);
            if self.copies_files_faster() {
                command.arg("--strategy=FILE_COPY");
            }
        }
        // A template that is being copied counts as used: a second copy at the same time waits, then fails.
        let _alone = lock(&self.copying);
        run(command.arg(name))
    }

    /// Drops a database if it is there, and cuts off whoever is connected to it.
    pub fn drop_database(&self, name: &str) -> Result<(), String> {
        run(self.client("dropdb", name)?.args(["--force", "--if-exists"]).arg(name))
    }

    /// Ends the server at once, as a crash would: connections break, what was committed stays.
    pub fn stop_now(&self) -> Result<(), String> {
        self.confirm(lock(&self.keeper).order("stop"), "stop")
    }

    /// Starts the server again after [`Self::stop_now`], with the same data and the same URLs.
    pub fn start_again(&self) -> Result<(), String> {
        self.confirm(lock(&self.keeper).order("start"), "start again")
    }

    fn confirm(&self, answer: Result<(), String>, what: &str) -> Result<(), String> {
        let Err(why) = answer else { return Ok(()) };
        let log = fs::read(self.dir.path().join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        Err(format!("PostgreSQL did not {what} ({why}); the end of its log:\n{tail}"))
    }

    /// Since version 15 a copy is logged page by page unless told otherwise; in memory, but not on a busy disk, that is the slower way.
    fn copies_files_faster(&self) -> bool {
        let version = fs::read_to_string(self.dir.path().join("data/PG_VERSION")).unwrap_or_default();
        self.dir.path().starts_with(MEMORY) && version.trim().parse().is_ok_and(|version: u32| version >= 15)
    }

    fn client(&self, program: &str, database: &str) -> Result<Command, String> {
        plain(database)?;
        let mut command = clean(&self.binaries.folder.join(program));
        command.arg("--host").arg(self.dir.path()).args(["--port=5432", "--username", ROLE, "--maintenance-db=postgres", "--no-password"]);
        Ok(command)
    }
}

/// The shell that runs the server, and both ends of the talk with it.
struct Keeper {
    shell: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Keeper {
    fn spawn(binaries: &Binaries, dir: &Path, more: &str) -> Result<Self, String> {
        let mut command = clean(Path::new("sh"));
        command.args(["-c", KEEPER, "haidang-pg"]).arg(dir).arg(&binaries.folder).args([ROLE, more]).current_dir(dir);
        if let Some((uid, gid)) = substitute_for_root()? {
            chown(dir, Some(uid), Some(gid)).map_err(|error| format!("{} cannot be given away: {error}", dir.display()))?;
            command.uid(uid).gid(gid);
        }
        // Out of the group that Ctrl-C reaches: the keeper has to outlive the test process to clean up after it.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut shell = command.spawn().map_err(|error| format!("sh cannot be started: {error}"))?;
        let answers = shell.stdout.take().map(BufReader::new).ok_or("sh has no output")?;
        Ok(Self { orders: shell.stdin.take(), shell, answers })
    }

    fn order(&mut self, order: &str) -> Result<(), String> {
        let orders = self.orders.as_mut().ok_or("the pipe is closed")?;
        writeln!(orders, "{order}").map_err(|error| error.to_string())?;
        self.answer()
    }

    /// Comes within about half a minute: the keeper bounds every wait of its own.
    fn answer(&mut self) -> Result<(), String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        if line == "done\n" { Ok(()) } else { Err(format!("its keeper answers {line:?}")) }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.orders = None;
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.shell.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A new folder where a cluster has room.
fn folder() -> Result<TempDir, String> {
    let base = if free_kib(MEMORY).is_some_and(|free| free >= ROOM_KIB) { MEMORY } else { DISK };
    let dir = tempfile::Builder::new().prefix("haidang-pg-").tempdir_in(base);
    dir.map_err(|error| format!("no folder for PostgreSQL in {base}: {error}"))
}

/// Writes a file that the server may read and nobody else.
fn give(path: &Path, text: &str) -> Result<(), String> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| error.to_string())?;
    match substitute_for_root()? {
        Some((uid, gid)) => chown(path, Some(uid), Some(gid)).map_err(|error| error.to_string()),
        None => Ok(()),
    }
}

/// PostgreSQL refuses to run as root: the user and group to run it as instead, if this process is root.
fn substitute_for_root() -> Result<Option<(u32, u32)>, String> {
    let id = Command::new("id").arg("-u").output().map_err(|error| format!("`id -u` cannot be run: {error}"))?;
    if id.stdout.trim_ascii() != b"0" {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd cannot be read: {error}"))?;
    let ids = |name: &str| {
        let fields: Vec<&str> = users.lines().map(|line| line.split(':').collect()).find(|user: &Vec<&str>| user[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    let found = ids("postgres").or_else(|| ids("nobody"));
    found.map(Some).ok_or_else(|| "PostgreSQL does not run as root, and there is no user postgres or nobody".to_owned())
}

/// A command that the caller's PG… variables and language cannot change.
fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", env("PATH").unwrap_or_else(|| "/usr/bin:/bin".to_owned())).env("LC_ALL", "C");
    command
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let output = command.output().map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned()) }
}

/// Lets through what needs no quotes anywhere.
fn plain(name: &str) -> Result<&str, String> {
    let fine = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if fine { Ok(name) } else { Err(format!("{name:?} is no database name for tests: only a-z, 0-9 and _ are")) }
}

fn free_kib(folder: &str) -> Option<u64> {
    let output = clean(Path::new("df")).args(["-Pk", folder]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// A test that panicked while it held the lock left nothing half-done behind it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
