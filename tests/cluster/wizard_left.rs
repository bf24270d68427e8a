//! The ways out of the wizard, and back: what they leave of the terminal and of the cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::apply::{names, prepared};
use crate::objects::APP;
use crate::proxy::{Fate, Proxy};
use crate::stack::shared;
use crate::wizard::{ESCAPE, GATEWAYS, INTERRUPT, elsewhere, wizard};

/// Whether the cursor is shown after all that was written, and the line is ended.
fn is_sane(shown: &str) -> bool {
    let (hidden, visible) = (shown.rfind("\u{1b}[?25l"), shown.rfind("\u{1b}[?25h"));
    visible >= hidden && shown.ends_with('\n')
}

#[test]
fn ctrl_c_at_any_question_leaves_nothing_behind() {
    let stack = shared();
    prepared(&stack);
    elsewhere(&stack);
    let talk: &[(&str, &str)] = &[
        ("What is it about?", "publish\r"),
        ("Namespace of the application?", "hipstershopv1v2\r"),
        ("Name of the application?", "\r"),
        ("Where to?", "frontend\r"),
        ("Which paths", "\r"),
        ("Where else?", "nowhere\r"),
        ("Under which host name?", "\r"),
        ("How?", "plain\r"),
        ("Apply this?", ""),
    ];
    for (at, (last, _)) in talk.iter().enumerate() {
        let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
        for (question, keys) in &talk[..at] {
            terminal.answers(question, keys);
        }
        terminal.answers(last, INTERRUPT);
        let (code, shown) = terminal.ended();
        assert_eq!(code, 130, "{last} {shown}");
        assert!(is_sane(&shown), "{last} {shown:?}");
        assert!(shown.contains("nothing was changed"), "{last} {shown}");
        assert!(names(&stack, GATEWAYS, APP).is_empty(), "{last} {shown}");
    }
}

#[test]
fn escape_goes_one_question_back_and_the_window_may_change() {
    let stack = shared();
    prepared(&stack);
    elsewhere(&stack);
    let (mut terminal, _home) = wizard(stack.kubeconfig(), &[]);
    terminal.answers("What is it about?", "publish\r");
    terminal.answers("Namespace of the application?", ESCAPE);
    terminal.answers("What is it about?", "publish\r");
    terminal.resizes(12, 40);
    terminal.answers("Namespace of the application?", "hipstershopv1v2\r");
    terminal.answers("Name of the application?", "<\r");
    terminal.answers("Namespace of the application?", "hipstershopv1v2\r");
    terminal.answers("Name of the application?", "Not A Name\r");
    terminal.comes("lower-case letters");
    terminal.types(&"\u{7f}".repeat(10));
    terminal.types("shop\r");
    terminal.answers("Where to?", ESCAPE);
    terminal.answers("Name of the application?", "\r");
    terminal.answers("Where to?", "frontend\r");
    terminal.answers("Which paths", "\r");
    terminal.resizes(50, 200);
    terminal.answers("Where else?", ESCAPE);
    terminal.answers("Where to?", "none\r");
    terminal.answers("Under which host name?", "shop.example.com\r");
    terminal.answers("How?", ESCAPE);
    terminal.answers("Under which host name?", "\r");
    terminal.answers("How?", "plain\r");
    terminal.comes("apply shop --namespace hipstershopv1v2");
    terminal.comes("--host shop.example.com");
    terminal.answers("Apply this?", "y");
    terminal.comes("waiting");
    terminal.types(INTERRUPT);
    let (code, shown) = terminal.ended();
    assert_eq!(code, 130, "{shown}");
    assert_eq!(names(&stack, GATEWAYS, APP), ["shop"], "{shown}");
}

#[test]
fn a_cluster_that_goes_away_is_asked_again_for_as_long_as_somebody_wants() {
    let stack = shared();
    prepared(&stack);
    let is_dead = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&is_dead);
    let proxy =
        Proxy::before(
            &stack,
            move |_, _| {
                if seen.load(Ordering::SeqCst) { Fate::Cut } else { Fate::Passed }
            },
        );
    let (mut terminal, _home) = wizard(&proxy.kubeconfig(), &[]);
    terminal.comes("What is it about?");
    is_dead.store(true, Ordering::SeqCst);
    terminal.types("do not know the gateway\r");
    terminal.comes("error:");
    terminal.answers("Try again?", "y");
    terminal.comes("error:");
    terminal.comes("Try again?");
    is_dead.store(false, Ordering::SeqCst);
    terminal.types("y");
    terminal.comes("What is it about?");
    is_dead.store(true, Ordering::SeqCst);
    terminal.types("do not know the gateway\r");
    terminal.answers("Try again?", "n");
    let (code, shown) = terminal.ended();
    assert_eq!(code, 3, "{shown}");
    assert!(is_sane(&shown), "{shown:?}");
}
