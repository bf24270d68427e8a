//! How fast `igwctl diagnose` is offline, and how much memory it takes, beside what else reads
//! the same bytes. `cargo bench --bench offline` builds the inputs, runs everything, prints.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "a program of its own, which runs others and reads files"
)]

mod logs;
mod measure;
mod mesh;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use measure::Used;
use mesh::Form;

const ROUNDS: usize = 7;

/// What people search their logs for by hand.
const PATTERN: &str =
    "failed to fetch key|Cannot find secret|Secret rejected|fetch timed out|not authorized";

/// `istioctl analyze` 1.30 on these meshes and two cores: the best of several runs, in seconds.
const ISTIOCTL: [(usize, f64, f64); 2] = [(1_000, 1.1, 20.0), (5_000, 21.0, 60.0)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["values", path] => values(&fs::read_to_string(path).expect("a file")),
        ["events", path] => events(&fs::read_to_string(path).expect("a file")),
        _ => bench().expect("inputs can be written"),
    }
}

/// The same text read into plain values, and nothing done with them.
fn values(text: &str) {
    let mut options = serde_yaml::Options::default();
    options.budget = None;
    let read = serde_yaml::from_multiple_with_options::<serde_json::Value>(text, options);
    println!("{}", read.expect("YAML").len());
}

/// The same text parsed, and not even kept.
fn events(text: &str) {
    let parser = serde_yaml::granit_parser::Parser::new_from_str(text);
    println!("{}", parser.flatten().count());
}

fn bench() -> io::Result<()> {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    fs::create_dir_all(&directory)?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "{cores} cores, medians of {ROUNDS} runs; memory is the whole process's at its peak\n"
    );
    let bench = Bench { directory };
    bench.meshes()?;
    bench.log("istiod.log", "a credential every 10,000 lines", logs::istiod, 1.5, logs::FAILING)?;
    for hosts in [10, 500] {
        let what = format!("every line NR or UH, {hosts} hosts");
        let access = |to: &mut dyn Write| logs::access(to, hosts);
        bench.log(&format!("access-{hosts}.log"), &what, access, 5.0, 0)?;
    }
    Ok(())
}

struct Bench {
    directory: PathBuf,
}

impl Bench {
    fn meshes(&self) -> io::Result<()> {
        println!(
            "{:<34} {:>8} {:>8} {:>8} {:>7} {:>7} {:>8} {:>8} {:>7}  aim",
            "mesh", "MB read", "wall ms", "CPU ms", "MiB", "B/B", "/values", "/events", "faster"
        );
        for form in [Form::Stream, Form::List] {
            for (tenants, istioctl, aim) in ISTIOCTL {
                self.mesh(form, tenants, istioctl, aim)?;
            }
        }
        println!();
        Ok(())
    }

    fn mesh(&self, form: Form, tenants: usize, istioctl: f64, aim: f64) -> io::Result<()> {
        let path = self.directory.join(format!("mesh-{form:?}-{tenants}.yaml"));
        if !path.exists() {
            fs::write(&path, mesh::write(form, tenants))?;
        }
        let mut diagnose = diagnose(&path);
        if form == Form::Stream {
            // A stream does not say that it shows all; a List of a whole mesh does.
            diagnose.push("--complete".to_owned());
        }
        let planted = (0..tenants).filter(|it| mesh::is_misplaced(*it)).map(mesh::namespace);
        self.check(&diagnose, &planted.collect(), |object| object["namespace"].clone());
        let itself = std::env::current_exe()?.display().to_string();
        let other = |what: &str| vec![itself.clone(), what.to_owned(), path.display().to_string()];
        let used = measure::medians(&[diagnose, other("values"), other("events")], ROUNDS);
        let bytes = size(&path)?;
        let (ours, speed) = (used[0], istioctl / used[0].wall);
        let met = speed >= aim && ours.memory <= 10.0 * bytes;
        println!(
            "{:<34} {:>8.1} {:>8.1} {:>8.1} {:>7.1} {:>7.1} {:>8.2} {:>8.2} {:>7.0}  {aim:.0}, 10 B/B: {}",
            format!("{tenants} tenants, {form:?}"),
            bytes / 1e6,
            ours.wall * 1e3,
            ours.processor * 1e3,
            mebibytes(ours),
            ours.memory / bytes,
            ours.wall / used[1].wall,
            ours.wall / used[2].wall,
            speed,
            verdict(met)
        );
        for (name, it) in
            ["  values of the parser", "  events of the parser"].iter().zip(&used[1..])
        {
            println!(
                "{name:<34} {:>8} {:>8.1} {:>8.1} {:>7.1} {:>7.1}",
                "",
                it.wall * 1e3,
                it.processor * 1e3,
                mebibytes(*it),
                it.memory / bytes
            );
        }
        Ok(())
    }

    fn log(
        &self,
        name: &str,
        what: &str,
        write: impl Fn(&mut dyn Write) -> io::Result<()>,
        aim: f64,
        failing: usize,
    ) -> io::Result<()> {
        let path = self.directory.join(name);
        if !path.exists() {
            let mut file = BufWriter::new(File::create(&path)?);
            write(&mut file)?;
            file.flush()?;
        }
        let planted = (0..failing).map(|it| format!("{}-cert", mesh::namespace(it))).collect();
        self.check(&diagnose(&path), &planted, |object| object["name"].clone());
        let ripgrep = ["rg", "-c", PATTERN].map(str::to_owned).into_iter();
        let ripgrep: Vec<String> = ripgrep.chain([path.display().to_string()]).collect();
        let has_ripgrep = measure::once(
            &["sh", "-c", "command -v rg"].map(str::to_owned),
            Path::new("/dev/null"),
        )
        .exit
            == 0;
        let commands =
            if has_ripgrep { vec![diagnose(&path), ripgrep] } else { vec![diagnose(&path)] };
        let used = measure::medians(&commands, ROUNDS);
        println!(
            "{:<34} {:>8} {:>8} {:>8} {:>7} {:>9}  aim",
            "log", "MB read", "wall ms", "CPU ms", "MiB", "/ripgrep"
        );
        let ours = used[0];
        let row = format!(
            "{what:<34} {:>8.1} {:>8.1} {:>8.1} {:>7.1}",
            size(&path)? / 1e6,
            ours.wall * 1e3,
            ours.processor * 1e3,
            mebibytes(ours)
        );
        let Some(ripgrep) = used.get(1) else {
            println!(
                "{row}  ripgrep is not installed (Debian: apt-get install ripgrep): no ratio\n"
            );
            return Ok(());
        };
        let ratio = ours.wall / ripgrep.wall;
        let met = ratio <= aim && mebibytes(ours) <= 16.0;
        println!("{row} {ratio:>9.2}  {aim}, 16 MiB: {}", verdict(met));
        println!(
            "{:<34} {:>8} {:>8.1} {:>8.1}\n",
            "  ripgrep",
            "",
            ripgrep.wall * 1e3,
            ripgrep.processor * 1e3
        );
        Ok(())
    }

    /// All and only the planted ones must be found, each once.
    fn check(
        &self,
        diagnose: &[String],
        planted: &BTreeSet<String>,
        part: fn(&serde_json::Value) -> serde_json::Value,
    ) {
        let output = self.directory.join("report.json");
        let command: Vec<String> =
            diagnose.iter().cloned().chain(["-o".to_owned(), "json".to_owned()]).collect();
        let exit = measure::once(&command, &output).exit;
        let report = fs::read(&output).expect("a report");
        let report: serde_json::Value = serde_json::from_slice(&report).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let found: BTreeSet<String> = findings
            .iter()
            .map(|finding| part(&finding["object"]).as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(found, *planted, "other findings than those planted");
        assert_eq!(findings.len(), planted.len(), "a planted one is found twice");
        assert_eq!(exit, i32::from(!planted.is_empty()), "the exit code");
    }
}

fn diagnose(path: &Path) -> Vec<String> {
    vec![env!("CARGO_BIN_EXE_igwctl").to_owned(), "diagnose".to_owned(), path.display().to_string()]
}

#[expect(clippy::cast_precision_loss, reason = "a file of less than a petabyte")]
fn size(path: &Path) -> io::Result<f64> {
    Ok(fs::metadata(path)?.len() as f64)
}

fn mebibytes(used: Used) -> f64 {
    used.memory / 1024.0 / 1024.0
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}
