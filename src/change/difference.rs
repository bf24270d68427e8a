//! Objects before and after as lines that differ.

use serde_json::{Value, json};
use similar::TextDiff;

use super::object::Object;
use super::plan::Step;
use crate::model::{ObjectRef, yaml};

/// What stands for a Secret's value.
const HIDDEN: &str = "(not shown)";

/// What stands for a Secret's value that is another one.
const HIDDEN_CHANGED: &str = "(not shown, another one)";

/// How many lines around a difference are shown, as `diff -u` does.
const AROUND: usize = 3;

/// An object before and after as YAML; of a Secret's values only whether they differ.
pub fn texts(step: &Step) -> (String, String) {
    let (mut before, mut after) = (step.before.clone(), step.after.clone());
    if step.manifest.kind == "Secret" {
        hide(before.as_mut(), &mut after);
    }
    (before.map_or_else(String::new, |it| yaml::write(&it)), yaml::write(&after))
}

/// The unified difference; empty where there is none.
pub fn unified(step: &Step) -> String {
    let (before, after) = texts(step);
    let name = file_name(step);
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .context_radius(AROUND)
        .header(&format!("live/{name}"), &format!("merged/{name}"))
        .to_string()
}

/// An object that goes: the name of its file, and the object before and after.
pub fn removed(object: &Object) -> (String, (String, String)) {
    let text = yaml::write(&object.set_by_people());
    (file_name_of(&object.reference()), (text, String::new()))
}

/// The unified difference of an object that goes.
pub fn of_removed(object: &Object) -> String {
    let (name, (before, _)) = removed(object);
    TextDiff::from_lines(&*before, "")
        .unified_diff()
        .context_radius(AROUND)
        .header(&format!("live/{name}"), &format!("merged/{name}"))
        .to_string()
}

/// A name for the object's file, as kubectl's diff has it.
pub fn file_name(step: &Step) -> String {
    file_name_of(&step.object())
}

fn file_name_of(object: &ObjectRef) -> String {
    let version = object.api_version.replace('/', ".");
    format!("{version}.{}.{}.{}", object.kind, object.namespace, object.name)
}

fn hide(before: Option<&mut Value>, after: &mut Value) {
    let mut nothing = json!({});
    let before = before.unwrap_or(&mut nothing);
    for field in ["data", "stringData"] {
        let old = before.get(field).cloned().unwrap_or_default();
        if let Some(Value::Object(values)) = after.get_mut(field) {
            for (key, value) in values {
                let is_same = old.get(key).is_none_or(|it| it == value);
                *value = json!(if is_same { HIDDEN } else { HIDDEN_CHANGED });
            }
        }
        if let Some(Value::Object(values)) = before.get_mut(field) {
            values.values_mut().for_each(|value| *value = json!(HIDDEN));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::owner::Owner;
    use crate::change::{Live, Look, Reply, plan};
    use crate::model::Key;
    use crate::model::manifest::Manifest;

    #[test]
    fn of_a_secret_only_that_it_differs_is_shown() {
        let secret = |value: &str| {
            Manifest::new("v1", "Secret", "a", "b").with("data", json!({ "tls.key": value }))
        };
        let live = serde_json::to_value(secret("b2xk")).unwrap();
        let merged = serde_json::to_value(secret("bmV3")).unwrap();
        let look = Look { live: Live::There(live), reply: Reply::Done(merged), forced: None };
        let step = plan(secret("bmV3"), &Owner::Ours(Key::new("a", "b")), look);
        let text = unified(&step);
        assert!(text.contains("-  tls.key: (not shown)"), "{text}");
        assert!(text.contains("+  tls.key: (not shown, another one)"), "{text}");
        assert!(!text.contains("b2xk") && !text.contains("bmV3"), "{text}");
    }
}
