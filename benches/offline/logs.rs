//! Logs as large as nobody reads them by eye.

use std::io::{self, Write};

use crate::mesh;

/// The size of a log.
const BYTES: usize = 400_000_000;

/// One line in so many of istiod's log is about a credential.
const EVERY: usize = 10_000;

/// How many credentials fail.
pub(crate) const FAILING: usize = 50;

/// istiod at work (1.30), with a credential that fails every so often.
pub(crate) fn istiod(to: &mut dyn Write) -> io::Result<()> {
    let (mut written, mut number) = (0, 0);
    while written < BYTES {
        let time = time(number);
        let tenant = number % 5_000;
        let namespace = mesh::namespace(tenant);
        let line = match number % EVERY {
            7 => format!(
                "{time}\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://{}-cert: secret istio-system/{0}-cert not found\n",
                mesh::namespace(number / EVERY % FAILING)
            ),
            500 => format!(
                "{time}\tinfo\tads\tADS: new delta connection for \
                 node:istio-ingressgateway-0.istio-system-{tenant}\n"
            ),
            _ => ordinary(number, &time, &namespace),
        };
        to.write_all(line.as_bytes())?;
        written += line.len();
        number += 1;
    }
    Ok(())
}

fn ordinary(number: usize, time: &str, namespace: &str) -> String {
    let node = "istio-ingressgateway-0.istio-system";
    match number % 6 {
        0 => format!(
            "{time}\tinfo\tads\tPush debounce stable[{number}] 1 for config \
             VirtualService/{namespace}/frontend: 100.146332ms since last change, 100.146282ms \
             since last push, full=true\n"
        ),
        1 => format!(
            "{time}\tinfo\tads\tXDS: Pushing Services:5004 ConnectedEndpoints:2 \
             Version:{time}/{number}\n"
        ),
        2 => format!(
            "{time}\tinfo\tdelta\tCDS: PUSH for node:{node} resources:1 removed:0 size:44B\n"
        ),
        3 => format!(
            "{time}\tinfo\tdelta\tEDS: PUSH request for node:{node} resources:5 removed:0 \
             size:704B empty:0 cached:5/5\n"
        ),
        4 => format!(
            "{time}\tinfo\tdelta\tLDS: PUSH for node:{node} resources:2 removed:0 size:6.1kB\n"
        ),
        _ => format!(
            "{time}\tinfo\tdelta\tRDS: PUSH request for node:{node} resources:2 removed:0 \
             size:2.1kB cached:0/0\n"
        ),
    }
}

/// An access log in which every request fails, for one of so many hosts: no route, or no healthy
/// upstream.
pub(crate) fn access(to: &mut dyn Write, hosts: usize) -> io::Result<()> {
    let (mut written, mut number) = (0, 0);
    while written < BYTES {
        let time = &time(number)[..23];
        let tenant = number * 7 % hosts;
        let host = format!("shop-{tenant}.example.com");
        let id = format!("{number:08x}-5338-41d9-9597-acaf5411e21e");
        let line = if number.is_multiple_of(3) {
            format!(
                "[{time}Z] \"GET /cart HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 - \
                 \"192.0.2.2\" \"curl/7.88.1\" \"{id}\" \"{host}\" \"-\" - - 10.0.0.7:8080 \
                 10.0.0.1:47920 - -\n"
            )
        } else {
            format!(
                "[{time}Z] \"GET / HTTP/1.1\" 503 UH no_healthy_upstream - \"-\" 0 19 0 - \
                 \"192.0.2.2\" \"curl/7.88.1\" \"{id}\" \"{host}\" \"-\" \
                 outbound|8080||frontend.{}.svc.cluster.local - 10.0.0.7:8080 10.0.0.1:48192 - -\n",
                mesh::namespace(tenant)
            )
        };
        to.write_all(line.as_bytes())?;
        written += line.len();
        number += 1;
    }
    Ok(())
}

/// Ten milliseconds go by from line to line.
fn time(number: usize) -> String {
    let (hundredths, seconds) = (number % 100, number / 100);
    let (second, minute) = (seconds % 60, seconds / 60 % 60);
    let (hour, day) = (seconds / 3600 % 24, 1 + seconds / 86400 % 28);
    format!("2026-11-{day:02}T{hour:02}:{minute:02}:{second:02}.{hundredths:02}4734Z")
}
