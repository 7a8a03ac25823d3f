//! The program itself in a process of its own, for tests that kill it and benchmarks that weigh it.
//! Must not be used without [`ENTRY`]: the test program becomes `haidang` when it is called with it.
//! A server within the test is `app`.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{client::Client, database::TestDatabase};

/// What a test program is called with to be `haidang`.
pub const ENTRY: &str = "--as-haidang";

/// The program, serving. It is killed with its owner.
pub struct Process {
    child: Child,
    pub address: String,
    log: Arc<Mutex<VecDeque<String>>>,
}

/// Lines of its log that are kept.
const LOG: usize = 1000;

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already, which is the point.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Process {
    /// Starts it with these arguments and waits until it listens.
    pub fn start(args: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap_or_else(|e| panic!("this program: {e}"));
        Self::run(Command::new(program), args)
    }

    /// As [`Process::start`], with what `ulimit` is told before.
    fn start_within(limit: &str, args: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap_or_else(|e| panic!("this program: {e}"));
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\"")]).arg(program);
        Self::run(shell, args)
    }

    fn run(mut command: Command, args: &[&str]) -> Self {
        command.args([ENTRY, "--listen", "127.0.0.1:0", "--log", "info"]).args(args);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|e| panic!("a process: {e}"));
        let stderr = child.stderr.take().unwrap_or_else(|| panic!("its stderr"));
        let mut process = Self { child, address: String::new(), log: Arc::default() };
        let mut lines = BufReader::new(stderr).lines();
        let address = lines.by_ref().find_map(|line| {
            let text = line.unwrap_or_else(|e| panic!("a line: {e}"));
            let line: Value = serde_json::from_str(&text).ok()?;
            process.log.lock().unwrap_or_else(PoisonError::into_inner).push_back(text);
            line["address"].as_str().map(str::to_owned)
        });
        process.address = address.unwrap_or_else(|| panic!("the server tells no address"));
        // The rest of the log must be read, or the process would wait for it.
        let log = Arc::clone(&process.log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                if log.len() == LOG {
                    log.pop_front();
                }
                log.push_back(line);
            }
        });
        process
    }

    /// Serves a database with the keys of this file.
    pub fn serve(database: &TestDatabase, keys: &Path) -> Self {
        Self::serve_with(database, keys, &[])
    }

    /// As [`Process::serve`], with more arguments.
    pub fn serve_with(database: &TestDatabase, keys: &Path, more: &[&str]) -> Self {
        let args = Self::serving(database, keys);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Self::start(&[&args[..], more, &["serve"]].concat())
    }

    /// As [`Process::serve`], with what `ulimit` is told before.
    pub fn serve_within(database: &TestDatabase, keys: &Path, limit: &str) -> Self {
        let args = Self::serving(database, keys);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Self::start_within(limit, &[&args[..], &["serve"]].concat())
    }

    fn serving(database: &TestDatabase, keys: &Path) -> [String; 8] {
        let keys = keys.to_str().unwrap_or_else(|| panic!("{}: not UTF-8", keys.display()));
        let (url, store) = (database.url_text(), format!("file:{}", database.dir.path().join("evidence").display()));
        let args = ["--issuer", "https://haidang.test", "--keys-file", keys, "--evidence-store", &store, "--database-url", &url];
        args.map(str::to_owned)
    }

    /// The newest lines of its log, once one of them holds this text.
    pub fn log_with(&self, text: &str) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let log: Vec<String> = self.log.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
            if log.iter().any(|line| line.contains(text)) {
                return log;
            }
            assert!(Instant::now() < until, "the log does not tell of {text}: {log:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What the system lets it have, as Linux tells it.
    pub fn limits(&self) -> String {
        std::fs::read_to_string(format!("/proc/{}/limits", self.child.id())).unwrap_or_else(|e| panic!("its limits: {e}"))
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client of nobody.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base(), None)
    }

    /// Kills it, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap_or_else(|e| panic!("a kill: {e}"));
        self.child.wait().unwrap_or_else(|e| panic!("its end: {e}"));
    }

    /// Asks it to end and gives its exit code.
    pub fn terminated(&mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "kill -TERM");
        self.child.wait().unwrap_or_else(|e| panic!("its end: {e}")).code()
    }

    /// The most memory that it held so far, in MiB; Linux tells it.
    pub fn peak_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_else(|e| panic!("its status: {e}"));
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or_else(|| panic!("no memory is told: {status}")) / 1024
    }
}
