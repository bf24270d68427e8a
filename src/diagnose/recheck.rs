//! What a fix did to a report: whether it helped, and whether it did harm.

use crate::report::{Diagnosis, Finding, Severity};

/// Why a fix is no good, by the reports before and after it, as a sentence; `None` where what was
/// wrong is gone and nothing new is. `fixed` is what it was for.
///
/// An error that was covered by another one before is not new, nor is one that has a safe fix of its
/// own, which is gone on with.
pub fn failure(before: &Diagnosis, after: &Diagnosis, fixed: Option<&Finding>) -> Option<String> {
    if let Some(fixed) = fixed {
        let alike = |all: &Diagnosis| all.findings.iter().filter(|it| is_alike(it, fixed)).count();
        if alike(after) >= alike(before) {
            return Some(format!("{} is still there: {}", fixed.code, fixed.message));
        }
        let open = |all: &Diagnosis| -> usize {
            let of = all.undecided.iter().filter(|it| it.code == fixed.code);
            of.map(|it| it.count.max(1)).sum()
        };
        if open(after) > open(before) {
            let gap = after.undecided.iter().find(|it| it.code == fixed.code);
            let reason = gap.map_or("", |it| &it.reason);
            return Some(format!("whether {} is gone cannot be seen: {reason}", fixed.code));
        }
    }
    let known = |new: &Finding| {
        let found = before.findings.iter().filter(|it| is_alike(it, new)).count();
        let symptoms = before.findings.iter().flat_map(|it| &it.symptoms);
        found
            + symptoms
                .filter(|it| it.code == new.code && it.object.key() == new.object.key())
                .count()
    };
    let errors = after.findings.iter().filter(|it| it.severity == Severity::Error);
    errors
        .filter(|it| it.fix.as_ref().is_none_or(|fix| !fix.safe || fix.steps.is_empty()))
        .find(|new| after.findings.iter().filter(|it| is_alike(it, new)).count() > known(new))
        .map(|new| format!("{} {} would come of it: {}", new.code, new.object, new.message))
}

fn is_alike(one: &Finding, other: &Finding) -> bool {
    let of =
        |it: &Finding| (it.code, it.object.kind.clone(), it.object.key(), it.object.path.clone());
    of(one) == of(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ObjectRef;
    use crate::report::{Fix, LookedAt, Step, Symptom, Undecided};
    use crate::world::Why;

    fn finding(code: &'static str, name: &str) -> Finding {
        Finding {
            code,
            severity: Severity::Error,
            object: ObjectRef::named("Gateway", "shop", name),
            message: "wrong".to_owned(),
            cause: None,
            evidence: Vec::new(),
            fix: None,
            symptoms: Vec::new(),
            docs: String::new(),
        }
    }

    fn report(findings: Vec<Finding>) -> Diagnosis {
        Diagnosis::new(findings, Vec::new(), Vec::new(), LookedAt::default())
    }

    #[test]
    fn what_is_gone_is_mended_and_what_is_not_is_not() {
        let (one, two) = (finding("IGW0301", "a"), finding("IGW0301", "b"));
        let before = report(vec![one.clone(), two.clone()]);
        assert_eq!(failure(&before, &report(vec![two]), Some(&one)), None);
        let still = failure(&before, &before, Some(&one)).unwrap();
        assert!(still.contains("IGW0301 is still there"), "{still}");
    }

    #[test]
    fn a_new_error_is_a_failure_unless_it_was_a_symptom_or_can_be_mended_too() {
        let (old, new) = (finding("IGW0213", "a"), finding("IGW0302", "a"));
        let before = report(vec![old.clone()]);
        let told = failure(&before, &report(vec![new.clone()]), Some(&old)).unwrap();
        assert!(told.starts_with("IGW0302 Gateway shop/a would come of it"), "{told}");
        let mut covering = old.clone();
        covering.symptoms = vec![Symptom { code: new.code, object: new.object.clone() }];
        let covered = report(vec![covering]);
        assert_eq!(failure(&covered, &report(vec![new.clone()]), Some(&old)), None);
        let mut mendable = new.clone();
        let certificate = new.object.clone();
        mendable.fix = Some(Fix {
            safe: true,
            steps: vec![Step::WaitReady { certificate }],
            ..Fix::default()
        });
        assert_eq!(failure(&before, &report(vec![mendable]), Some(&old)), None);
        let mut warning = new;
        warning.severity = Severity::Warning;
        assert_eq!(failure(&before, &report(vec![warning]), Some(&old)), None);
    }

    #[test]
    fn what_can_no_longer_be_seen_is_not_mended() {
        let old = finding("IGW0301", "a");
        let before = report(vec![old.clone()]);
        let mut after = report(Vec::new());
        after.undecided.push(Undecided {
            code: "IGW0301",
            reason: "secrets could not be listed".to_owned(),
            right: String::new(),
            why: Why::Unreachable,
            count: 1,
            objects: Vec::new(),
        });
        let told = failure(&before, &after, Some(&old)).unwrap();
        assert!(told.contains("cannot be seen"), "{told}");
    }
}
