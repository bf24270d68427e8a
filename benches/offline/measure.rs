//! Programs run as processes of their own, for what they take as a whole: time, processor, memory.

use std::path::Path;
use std::process::Command;

/// Runs a program and waits for it: the standard library of Rust does not tell what a child used.
const WAIT: &str = "\
import os, sys, time
out = [(os.POSIX_SPAWN_OPEN, 1, sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)]
begin = time.perf_counter()
pid = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ, file_actions=out)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - begin
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss, os.waitstatus_to_exitcode(status))
";

/// What one run took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Used {
    /// Seconds by the clock.
    pub(crate) wall: f64,
    /// Seconds of processor, all threads together.
    pub(crate) processor: f64,
    /// The most memory resident at a time, in bytes.
    pub(crate) memory: f64,
    /// The exit code.
    pub(crate) exit: i32,
}

/// Runs a program once; its output goes to a file.
pub(crate) fn once(command: &[String], output: &Path) -> Used {
    let waiter = Command::new("python3").args(["-c", WAIT]).arg(output).args(command).output();
    let told = waiter.expect("python3, to see what a child used");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let numbers: Vec<f64> = told.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    let [wall, processor, kibibytes, exit] = numbers[..] else {
        panic!("{}: could not be run", command[0])
    };
    #[expect(clippy::cast_possible_truncation, reason = "an exit code is a small whole number")]
    let exit = exit as i32;
    Used { wall, processor, memory: kibibytes * 1024.0, exit }
}

/// The medians of several runs of several programs, which take turns, so that what else the
/// machine does falls on all of them alike.
pub(crate) fn medians(commands: &[Vec<String>], rounds: usize) -> Vec<Used> {
    let mut runs = vec![Vec::with_capacity(rounds); commands.len()];
    for _ in 0..rounds {
        for (command, runs) in commands.iter().zip(&mut runs) {
            runs.push(once(command, Path::new("/dev/null")));
        }
    }
    runs.iter()
        .map(|runs| Used {
            wall: median(runs, |it| it.wall),
            processor: median(runs, |it| it.processor),
            memory: median(runs, |it| it.memory),
            exit: runs[0].exit,
        })
        .collect()
}

fn median(runs: &[Used], of: impl Fn(&Used) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
