//! In which order routes are asked: the one that means a request most closely first, as a
//! VirtualService needs it, for there the first that fits takes the request.

use std::cmp::Reverse;

use super::route::{End, Match, Path, Redirect, Route};

/// Puts routes in order: exact paths; then by how many letters of the path are known, an expression
/// before a prefix of as many, for it lies within; then by how much else is asked for. Routes that
/// are alike in this stay as they were given; one for every path is last.
pub(super) fn sort(routes: &mut [Route]) {
    routes.sort_by_key(|route| {
        let kind = match &route.path {
            Path::Exact(_) => 0,
            _ if route.path.is_every() => 2,
            _ => 1,
        };
        let is_prefix = matches!(route.path, Path::Prefix(_));
        let asked = usize::from(route.method.is_some()) + route.headers.len();
        let closely: usize = route.headers.values().map(closeness).sum();
        (kind, Reverse(known(&route.path)), is_prefix, Reverse(asked), Reverse(closely))
    });
}

fn closeness(matched: &Match) -> usize {
    match matched {
        Match::Exact(_) => 2,
        Match::Prefix(_) | Match::Regex(_) => 1,
        Match::Present => 0,
    }
}

/// How many letters every path begins with that fits; of exact paths all.
fn known(path: &Path) -> usize {
    match path {
        Path::Every => 0,
        Path::Prefix(text) | Path::Exact(text) => text.len(),
        Path::Regex(text) => literal(text),
    }
}

/// How many letters of an expression stand for themselves, before the first that does not.
fn literal(regex: &str) -> usize {
    if regex.contains('|') {
        return 0;
    }
    let regex = regex.strip_prefix('^').unwrap_or(regex);
    let end = regex.find(|it| "\\.+*?()[]{}^$".contains(it)).unwrap_or(regex.len());
    // What may be left out is not known to be there.
    let is_optional = regex[end..].starts_with(['*', '?', '{']);
    if is_optional { end.saturating_sub(1) } else { end }
}

/// What is to be known of routes in their order: those that no request reaches, and whether there
/// is one for whatever is left.
pub(super) fn warnings(routes: &[Route]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (position, route) in routes.iter().enumerate() {
        if let Some(first) = routes[..position].iter().find(|it| covers(it, route)) {
            warnings.push(format!("no request reaches the route {route}: {first} takes them all"));
        }
    }
    if !routes.iter().any(Route::is_default) {
        warnings.push(
            "there is no default route, so a request that fits none gets 404; --route /=SERVICE:PORT \
             is one"
                .to_owned(),
        );
    }
    for route in routes {
        warnings.extend(of_rewrite(route));
    }
    warnings
}

/// Whether each request that fits `route` fits `first` too.
fn covers(first: &Route, route: &Route) -> bool {
    let covers_path = match (&first.path, &route.path) {
        (path, _) if path.is_every() => true,
        (Path::Prefix(prefix), Path::Prefix(path) | Path::Exact(path)) => {
            path.starts_with(&**prefix)
        }
        (first, path) => first == path,
    };
    let covers_header = |(name, first): (&String, &Match)| {
        route.headers.get(name).is_some_and(|matched| match (first, matched) {
            (Match::Present, _) => true,
            (Match::Prefix(prefix), Match::Prefix(value) | Match::Exact(value)) => {
                value.starts_with(&**prefix)
            }
            (first, matched) => first == matched,
        })
    };
    covers_path
        && (first.method.is_none() || first.method == route.method)
        && first.headers.iter().all(covers_header)
}

/// Two slashes at the front of what the Service is asked for (Envoy 1.40: the prefix is replaced,
/// letter by letter).
fn of_rewrite(route: &Route) -> Option<String> {
    let (Path::Prefix(prefix), End::To { rewrite: Some(rewrite), .. }) = (&route.path, &route.end)
    else {
        return None;
    };
    let is_doubled = rewrite.ends_with('/') && !prefix.ends_with('/');
    is_doubled.then(|| {
        format!(
            "the route {route} makes {rewrite}/x of {prefix}/x; write {prefix}/ for what is below it, \
             and exact:{prefix} for itself"
        )
    })
}

/// Whether a redirect leads back into its own route, on hosts that are its own.
pub(super) fn goes_round(route: &Route, hosts: &[String]) -> bool {
    let End::Redirect { to: Redirect { site, path: target }, .. } = &route.end else {
        return false;
    };
    let host = site.as_ref().map(|(_, authority)| authority.split(':').next().unwrap_or_default());
    if host.is_some_and(|host| !hosts.iter().any(|it| it == host)) {
        return false;
    }
    let Some(target) = target else { return true };
    let target = target.split('?').next().unwrap_or_default();
    match &route.path {
        Path::Every => true,
        Path::Prefix(prefix) => target.starts_with(&**prefix),
        Path::Exact(exact) => target == exact,
        Path::Regex(regex) => regex == ".*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(lines: &[&str]) -> Vec<Route> {
        let mut routes: Vec<Route> = lines.iter().map(|line| line.parse().unwrap()).collect();
        sort(&mut routes);
        routes
    }

    #[test]
    fn the_closest_comes_first_and_the_default_last() {
        let sorted = [
            "exact:/api=a",
            "/api/v1=a",
            "regex:/api/v[0-9]+=a",
            "regex:/api.*=a",
            "/api=a header:x=a",
            "/api=a method=GET",
            "/api=a header:x",
            "/api=a",
            "regex:.*/x=a",
            "/=a method=GET header:x=a",
            "/=a header:x=a",
            "/=a",
        ];
        let mut given = sorted;
        given.reverse();
        // Of two that are as close the first that was given comes first.
        given.swap(5, 6);
        let asked: Vec<String> = routes(&given).iter().map(ToString::to_string).collect();
        assert_eq!(asked, sorted);
    }

    #[test]
    fn a_route_that_no_request_reaches_is_told() {
        let warned = |lines: &[&str]| warnings(&routes(lines)).join("\n");
        let reached = [
            ["/=a", "/api=b"],
            ["/=a", "/=b header:y"],
            ["/=a", "exact:/=b"],
            ["/=a", "regex:/x.*=b header:y=1"],
            ["/=a", "/x=b method=GET"],
        ];
        for lines in reached {
            assert_eq!(warned(&lines), "", "{lines:?}");
        }
        let not_reached = [
            ["/=a", "/=b"],
            ["/=a", "regex:.*=b"],
            ["exact:/x=a", "exact:/x=b"],
            ["regex:/x.*=a", "regex:/x.*=b"],
            ["/x=a header:y=prefix:1", "/x=b header:y=prefix:12"],
            ["/x=a method=GET", "/x=b method=GET"],
        ];
        for lines in not_reached {
            assert!(warned(&lines).contains("no request reaches"), "{lines:?}");
        }
        assert!(warned(&["/api=a"]).contains("no default route"));
        assert!(warned(&["/=a", "/app=b rewrite=/"]).contains("exact:/app"));
        assert_eq!(warned(&["/=a", "/app/=b rewrite=/", "exact:/app=b rewrite=/"]), "");
    }

    #[test]
    fn a_redirect_into_itself_is_seen() {
        let hosts = ["a.com".to_owned()];
        let goes = |line: &str| goes_round(&line.parse().unwrap(), &hosts);
        for line in ["/old=redirect:/old/new", "/=redirect:https://a.com", "exact:/a=redirect:/a?b"]
        {
            assert!(goes(line), "{line}");
        }
        for line in ["/old=redirect:/new", "/=redirect:https://b.com", "exact:/a=redirect:/a/b"] {
            assert!(!goes(line), "{line}");
        }
    }
}
