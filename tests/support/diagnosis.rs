//! The JSON of `diagnose`, as a script would read it.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Diagnosis {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) summary: Summary,
    pub(crate) findings: Vec<Finding>,
    pub(crate) undecided: Vec<Undecided>,
    #[serde(default)]
    pub(crate) not_judged: Vec<Unjudged>,
    #[serde(default)]
    pub(crate) notices: Vec<String>,
    /// How the program exited.
    #[serde(skip)]
    pub(crate) exit: Option<i32>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) infos: usize,
    pub(crate) undecided: usize,
    pub(crate) not_judged: usize,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Unjudged {
    pub(crate) message: String,
    pub(crate) count: u64,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    pub(crate) source: String,
    pub(crate) text: String,
    pub(crate) pod: Option<String>,
    pub(crate) gateway: Option<String>,
    pub(crate) credential: Option<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) port: Option<u16>,
    pub(crate) cluster: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) object: Object,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) cause: Cause,
    #[serde(default)]
    pub(crate) evidence: Vec<Evidence>,
    #[serde(default)]
    pub(crate) fix: Fix,
    #[serde(default)]
    pub(crate) symptoms: Vec<Symptom>,
    pub(crate) docs: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Object {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) source: Option<Source>,
    pub(crate) role: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) line: u64,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Cause {
    pub(crate) message: String,
    pub(crate) objects: Vec<Object>,
    pub(crate) looked_in: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub(crate) enum Evidence {
    Log { source: String, time: Option<String>, text: String },
    Field { object: Object, path: String, value: String },
    Absence { text: String },
}

impl Evidence {
    /// `log istiod.log:14: failed to …`.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Log { source, text, .. } => format!("log {source}: {text}"),
            Self::Field { object, path, value } => format!("field {object} {path}: {value}"),
            Self::Absence { text } => format!("absence {text}"),
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Fix {
    pub(crate) message: String,
    pub(crate) commands: Vec<String>,
    pub(crate) manifests: Vec<String>,
    pub(crate) safe: bool,
    pub(crate) instead: Option<Instead>,
}

impl Fix {
    /// All that is printed to be copied, of the other way too.
    pub(crate) fn printed(&self) -> impl Iterator<Item = &String> {
        self.commands.iter().chain(self.instead.iter().flat_map(|it| &it.commands))
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Instead {
    pub(crate) message: String,
    pub(crate) commands: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Symptom {
    pub(crate) code: String,
    pub(crate) object: Object,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undecided {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) right: String,
    pub(crate) why: String,
    pub(crate) count: usize,
    pub(crate) objects: Vec<Object>,
}

impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = if self.name.is_empty() { "-" } else { &self.name };
        match &*self.namespace {
            "" => write!(f, "{} {name}", self.kind),
            namespace => write!(f, "{} {namespace}/{name}", self.kind),
        }
    }
}

impl Finding {
    /// `IGW0301 error Gateway shop/shop`.
    pub(crate) fn line(&self) -> String {
        format!("{} {} {}", self.code, self.severity, self.object)
    }

    /// The objects of that role, as `kind namespace/name`.
    pub(crate) fn involved(&self, role: &str) -> Vec<String> {
        let of = self.cause.objects.iter().filter(|object| object.role == role);
        of.map(ToString::to_string).collect()
    }

    /// The log lines that it shows.
    pub(crate) fn log_lines(&self) -> Vec<&str> {
        let mut lines = Vec::new();
        for evidence in &self.evidence {
            if let Evidence::Log { text, .. } = evidence {
                lines.push(&**text);
            }
        }
        lines
    }

    /// When the log lines that it shows were written, where that is told.
    pub(crate) fn log_times(&self) -> Vec<&str> {
        let mut times = Vec::new();
        for evidence in &self.evidence {
            if let Evidence::Log { time: Some(time), .. } = evidence {
                times.push(&**time);
            }
        }
        times
    }

    /// The codes of its symptoms.
    pub(crate) fn symptom_codes(&self) -> Vec<&str> {
        self.symptoms.iter().map(|symptom| &*symptom.code).collect()
    }
}

impl Diagnosis {
    /// Each finding as `IGW0301 error Gateway shop/shop`, in the order of the report.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.findings.iter().map(Finding::line).collect()
    }

    /// The codes of what is undecided, each once.
    pub(crate) fn open(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = self.undecided.iter().map(|it| &*it.code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// The one finding that there is.
    #[track_caller]
    pub(crate) fn only(&self) -> &Finding {
        assert_eq!(self.findings.len(), 1, "{:#?}", self.lines());
        &self.findings[0]
    }

    /// The one finding of that code.
    #[track_caller]
    pub(crate) fn finding(&self, code: &str) -> &Finding {
        let of_code: Vec<&Finding> = self.findings.iter().filter(|it| it.code == code).collect();
        assert_eq!(of_code.len(), 1, "{code}: {:#?}", self.lines());
        of_code[0]
    }

    /// Ends the test unless these are the findings.
    #[track_caller]
    pub(crate) fn finds(&self, lines: &[&str]) -> &Self {
        assert_eq!(self.lines(), lines, "{:#?}", self.findings);
        self
    }

    /// Ends the test unless it exited so.
    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.exit, Some(code), "{:?} {:?}", self.lines(), self.open());
        self
    }
}
