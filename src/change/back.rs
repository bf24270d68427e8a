//! What puts an object back as it was.

use serde_json::{Map, Value, json};

use super::object::Object;

/// The JSON patch that makes of an object as it is what it was: fields beside `metadata` are put
/// back whole, and those that were not there are taken away. What igwctl changes of objects that are
/// there is never in `metadata`, and a status is nobody's to set.
pub fn back(was: &Object, is: &Object) -> Value {
    let (was, is) = (was.set_by_people(), is.set_by_people());
    let nothing = Map::new();
    let (was, is) = (was.as_object().unwrap_or(&nothing), is.as_object().unwrap_or(&nothing));
    let mut operations = Vec::new();
    for (field, value) in was.iter().filter(|(field, _)| *field != "metadata") {
        let op = if is.contains_key(field) { "replace" } else { "add" };
        if is.get(field) != Some(value) {
            operations.push(json!({ "op": op, "path": format!("/{field}"), "value": value }));
        }
    }
    for field in is.keys().filter(|field| !was.contains_key(*field)) {
        operations.push(json!({ "op": "remove", "path": format!("/{field}") }));
    }
    Value::Array(operations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_put_back() {
        let object = |spec: Value, more: Value| {
            let mut value = json!({
                "apiVersion": "v1", "kind": "Gateway", "metadata": {"name": "a", "resourceVersion": "7"},
                "spec": spec, "status": {"a": 1},
            });
            value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Object::of(value)
        };
        let was = object(json!({"servers": [1]}), json!({"type": "x", "same": [1]}));
        let is = object(json!({"servers": [2]}), json!({"new": true, "same": [1]}));
        assert_eq!(
            back(&was, &is),
            json!([
                {"op": "replace", "path": "/spec", "value": {"servers": [1]}},
                {"op": "add", "path": "/type", "value": "x"},
                {"op": "remove", "path": "/new"},
            ])
        );
        assert_eq!(back(&was, &was), json!([]));
    }
}
