//! Documents are read in parallel, and put in as if one after the other.

use super::*;
use crate::model::Key;
use crate::model::istio::Gateway;
use crate::world::{Kind, Kinds};

fn read(bytes: &[u8]) -> (World, Vec<String>) {
    let wishes = Wishes {
        reads: Kinds::of(&[Kind::Gateways]),
        keeps_raw: false,
        namespace: None,
        complete: Complete::Nothing,
        assumed: Vec::new(),
        now: None,
        clock: Timestamp::UNIX_EPOCH,
    };
    let mut intake = Intake::new(wishes);
    let reader = Box::new(bytes);
    intake.read(Input { name: "a.yaml", reader, namespace: None, is_named: true }).unwrap();
    intake.finish()
}

fn gateway(name: usize, labels: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: Gateway\n\
         metadata:\n  name: g{name}\n  namespace: a\n  labels: {labels}\n"
    )
}

#[test]
fn in_a_stream_the_later_one_counts_and_faults_come_in_order() {
    let mut stream = String::new();
    for number in 0..500 {
        let labels =
            if number % 100 == 50 { "broken".to_owned() } else { format!("{{n: x{number}}}") };
        stream += &format!("---\n{}", gateway(number % 200, &labels));
    }
    let (world, notices) = read(stream.as_bytes());
    assert_eq!(world.all::<Gateway>().len(), 198, "g50 and g150 are broken each time");
    let last = &world.all::<Gateway>()[&Key::new("a", "g7")];
    assert_eq!((&*last.metadata.labels["n"], last.origin.line), ("x407", 407 * 7 + 2));
    let broken: Vec<&String> = notices.iter().filter(|it| it.starts_with("a.yaml:")).collect();
    let lines = [50, 150, 250, 350, 450].map(|number| format!("a.yaml:{}: ", number * 7 + 7));
    assert_eq!(broken.len(), lines.len(), "{broken:?}");
    assert!(broken.iter().zip(&lines).all(|(it, line)| it.starts_with(&**line)), "{broken:?}");
}

#[test]
fn text_that_is_not_sound_is_mended() {
    let mut bytes = gateway(0, "{}").into_bytes();
    bytes.extend_from_slice(b"  annotations: {a: \"\xff\"}\n");
    let (world, _) = read(&bytes);
    let gateway = world.all::<Gateway>().values().next().unwrap();
    assert_eq!(gateway.metadata.annotations["a"], "\u{fffd}");
}
