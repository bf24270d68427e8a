//! Whether a gateway may list secrets: by the API server's word, by Roles and bindings, or open.

use crate::objects::{
    APP, GATEWAY_NAMESPACE, gateway, gateway_pod, gateway_role, lists_one_secret, lists_secrets,
    pair, secret,
};
use crate::proxy::{Fate, Proxy};
use crate::stack::{Stack, shared};

/// A sound secret in place, and a gateway with this Role.
fn shop(stack: &Stack, role: &[serde_json::Value]) {
    stack.clear();
    let mut objects = vec![
        gateway_pod(GATEWAY_NAMESPACE, "gateway-0"),
        gateway(APP, "shop", "shop-cert"),
        secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com")),
    ];
    objects.extend(role.iter().cloned());
    stack.add(&objects);
}

#[test]
fn the_api_server_is_asked_and_roles_are_read_only_by_those_who_may_not_ask() {
    let stack = shared();
    for (role, codes) in [
        (Vec::new(), &["IGW0303"][..]),
        (gateway_role(lists_one_secret("shop-cert")), &["IGW0303"]),
        (gateway_role(lists_secrets()), &[]),
    ] {
        shop(&stack, &role);
        for (user, is_asked) in [("everything", true), ("no-reviews", false)] {
            let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
            let diagnosis = proxy.igwctl(&["diagnose", "--no-logs"]).user(user).diagnosis();
            assert_eq!(diagnosis.codes(), codes, "{user}: {}", diagnosis.ran);
            assert_eq!(diagnosis.undecided(), [""; 0], "{user}: {}", diagnosis.ran);
            assert_eq!(diagnosis.ran.code, i32::from(!codes.is_empty()), "{}", diagnosis.ran);
            let asked = proxy.asked();
            let reads_roles = asked.iter().any(|it| it.is_about("/rbac.authorization.k8s.io/"));
            assert_eq!(reads_roles, !is_asked, "{user}");
            if !is_asked && role.len() == 2 && !codes.is_empty() {
                // Only Roles tell which of them comes near.
                assert!(diagnosis.ran.stdout.contains("grants too little"), "{}", diagnosis.ran);
            }
        }
    }
}

#[test]
fn who_may_neither_ask_nor_read_roles_is_told_what_is_open() {
    let stack = shared();
    shop(&stack, &gateway_role(lists_secrets()));
    // The rights of `no-reviews` less those on Roles, as an administrator might give them.
    let refuse = |_: usize, asked: &crate::proxy::Asked| {
        if asked.is_about("/rbac.authorization.k8s.io/") {
            Fate::Answered(403, "forbidden")
        } else {
            Fate::Passed
        }
    };
    let proxy = Proxy::before(&stack, refuse);
    let diagnosis = proxy.igwctl(&["diagnose", "--no-logs"]).user("no-reviews").diagnosis();
    assert_eq!(diagnosis.codes(), [""; 0], "{}", diagnosis.ran);
    assert_eq!(diagnosis.undecided().len(), 1, "{}", diagnosis.ran);
    let open = diagnosis.undecided().remove(0);
    assert!(open.starts_with("IGW0303: may not list rolebindings in istio-system;"), "{open}");
    assert!(open.contains("list rolebindings in istio-system"), "{open}");
    assert_eq!(diagnosis.ran.code, 5, "{}", diagnosis.ran);
}
