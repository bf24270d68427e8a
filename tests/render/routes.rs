//! Routes: each form of `--route`, and the order in which they are asked.

use serde_json::{Value, json};

use super::{of, rendered, run};

fn http(routes: &str) -> Value {
    let objects = rendered(&format!("shop -n shop --host shop.example.com {routes}"));
    of(&objects, "VirtualService")["spec"]["http"].clone()
}

fn to(host: &str) -> Value {
    json!([{"destination": {"host": host, "port": {"number": 80}}}])
}

#[test]
fn each_form_gives_its_fields() {
    let cases = [
        ("/=a:80", json!({"route": to("a")})),
        ("/=a", json!({"route": [{"destination": {"host": "a"}}]})),
        ("/x=a:80", json!({"match": [{"uri": {"prefix": "/x"}}], "route": to("a")})),
        ("exact:/x=a:80", json!({"match": [{"uri": {"exact": "/x"}}], "route": to("a")})),
        (
            "regex:/v[0-9]+=a:80",
            json!({"match": [{"uri": {"regex": "/v[0-9]+"}}], "route": to("a")}),
        ),
        (
            "/=v1:80@90,v2:80@10",
            json!({"route": [
                {"destination": {"host": "v1", "port": {"number": 80}}, "weight": 90},
                {"destination": {"host": "v2", "port": {"number": 80}}, "weight": 10},
            ]}),
        ),
        (
            "/=a:80 method=GET header:X-User=bob header:x-v=regex:v[0-9] header:x-w=prefix:w header:x-p",
            json!({
                "match": [{
                    "method": {"exact": "GET"},
                    "headers": {
                        "x-user": {"exact": "bob"}, "x-v": {"regex": "v[0-9]"},
                        "x-w": {"prefix": "w"}, "x-p": {},
                    },
                }],
                "route": to("a"),
            }),
        ),
        (
            "/x/=a:80 rewrite=/ timeout=1500ms",
            json!({
                "match": [{"uri": {"prefix": "/x/"}}], "rewrite": {"uri": "/"}, "route": to("a"),
                "timeout": "1.5s",
            }),
        ),
        (
            "/x=redirect:/y code=302",
            json!({
                "match": [{"uri": {"prefix": "/x"}}], "redirect": {"uri": "/y", "redirectCode": 302},
            }),
        ),
        (
            "/=redirect:https://b.example.com:8443/y?z=1",
            json!({"redirect": {
                "scheme": "https", "authority": "b.example.com:8443", "uri": "/y?z=1",
            }}),
        ),
        ("/=redirect:80", json!({"route": to("redirect")})),
    ];
    for (route, expected) in cases {
        assert_eq!(http(&format!("--route '{route}'")), json!([expected]), "{route}");
    }
}

#[test]
fn the_closest_is_asked_first_whatever_the_order() {
    let routes = [
        "/=a:80",
        "/api=b:80",
        "exact:/api=c:80",
        "/api/v1=d:80",
        "/api=e:80 header:x=1",
        "regex:/api/v[0-9]=f:80",
    ];
    let asked = |routes: &[&str]| -> Vec<String> {
        let flags: Vec<String> = routes.iter().map(|it| format!("--route '{it}'")).collect();
        let http = http(&flags.join(" "));
        let host = |it: &Value| it["route"][0]["destination"]["host"].as_str().unwrap().to_owned();
        http.as_array().unwrap().iter().map(host).collect()
    };
    let mut reversed = routes;
    reversed.reverse();
    assert_eq!(asked(&routes), ["c", "d", "f", "e", "b", "a"]);
    assert_eq!(asked(&reversed), ["c", "d", "f", "e", "b", "a"]);
}

#[test]
fn what_is_to_be_known_of_routes_is_said() {
    let warned = |routes: &str| {
        let ran =
            run(&format!("shop -n shop --host shop.example.com --assume-gateway a:b=c {routes}"));
        ran.exits(0).errors()
    };
    assert_eq!(warned("--route /=a:80"), "");
    let cases = [
        ("", "answers 404"),
        ("--route /x=a:80", "no default route"),
        ("--route /=a:80 --route /=b:80", "no request reaches the route /=b:80"),
        ("--route /=a:80 --route '/x=b:80 rewrite=/'", "//x of /x/x"),
        ("--route /=a", "the only port of that Service"),
        ("--route /=a.other:80", "a.other.svc.cluster.local"),
    ];
    for (routes, words) in cases {
        let errors = warned(routes);
        assert!(errors.starts_with("warning: ") && errors.contains(words), "{routes}: {errors}");
    }
}

#[test]
fn plain_http_is_sent_to_https_by_a_route_that_leaves_http_01_alone() {
    let line =
        "shop -n shop --host shop.example.com --route /=a:80 --tls --secret s --https-redirect";
    let objects = rendered(line);
    let http = &of(&objects, "VirtualService")["spec"]["http"];
    let redirect = json!({"match": [{"port": 80}], "redirect": {"scheme": "https"}});
    assert_eq!(*http, json!([redirect, {"route": to("a")}]));
    let servers = &of(&objects, "Gateway")["spec"]["servers"];
    assert!(servers[0].get("tls").is_none(), "{servers}");
    // Elsewhere than at 443 it is said where.
    let objects = rendered(&format!("{line} --http-port 8080 --https-port 8443"));
    let http = &of(&objects, "VirtualService")["spec"]["http"];
    let redirect =
        json!({"match": [{"port": 8080}], "redirect": {"scheme": "https", "port": 8443}});
    assert_eq!(http[0], redirect);
    // Istio of before 1.12 has no word for it.
    let objects = rendered(&format!("{line} --istio-api v1alpha3"));
    let server = &of(&objects, "Gateway")["spec"]["servers"][0];
    assert_eq!(server["tls"], json!({"httpsRedirect": true}));
    assert_eq!(of(&objects, "VirtualService")["spec"]["http"], json!([{"route": to("a")}]));
    // Without routes the redirect is there all the same.
    let objects = rendered(&line.replace("--route /=a:80", ""));
    assert_eq!(of(&objects, "VirtualService")["spec"]["http"].as_array().unwrap().len(), 1);
}

#[test]
fn tls_that_goes_through_is_told_by_its_host() {
    let line = "shop -n shop --host a.example.com --host b.example.com --tls=passthrough";
    let objects = rendered(&format!("{line} --route /=shop:8443"));
    let server = json!([{
        "port": {"number": 443, "name": "https", "protocol": "HTTPS"},
        "tls": {"mode": "PASSTHROUGH"},
        "hosts": ["a.example.com", "b.example.com"],
    }]);
    assert_eq!(of(&objects, "Gateway")["spec"]["servers"], server);
    let spec = &of(&objects, "VirtualService")["spec"];
    assert!(spec.get("http").is_none(), "{spec}");
    let expected = json!([{
        "match": [{"port": 443, "sniHosts": ["a.example.com", "b.example.com"]}],
        "route": [{"destination": {"host": "shop", "port": {"number": 8443}}}],
    }]);
    assert_eq!(spec["tls"], expected);
    let objects = rendered(&format!("{line} --route /=shop:8443 --https-redirect"));
    let spec = &of(&objects, "VirtualService")["spec"];
    assert_eq!((spec["http"].as_array().unwrap().len(), &spec["tls"]), (1, &expected));
    assert!(run(line).exits(0).errors().contains("refuses TLS"));
}
