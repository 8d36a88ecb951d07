//! Log lines on standard error: a message plus fields, never a secret, a URL with a query, or a body.

use std::{
    fmt::{self, Write},
    io::IsTerminal,
};

use tracing::{Event, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{self, Compact, Format, Json, Writer},
    },
    registry::LookupSpan,
};

use crate::{
    config::{Cli, Command, serve::LogFormat},
    http::boundary::Current,
};

/// For `serve` as its flags say; other commands log warnings only.
pub fn start(cli: &Cli) {
    let (filter, format) = match &cli.command {
        Command::Serve(args) => (args.log.as_str(), args.log_format),
        _ => ("warn", LogFormat::Text),
    };
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Colour codes in a file or a collector are noise, and every request would pay for them.
    match format {
        LogFormat::Text => builder
            .event_format(text(std::io::stderr().is_terminal()))
            .init(),
        LogFormat::Json => builder
            .fmt_fields(format::JsonFields::new())
            .event_format(json())
            .init(),
    }
}

fn text(colours: bool) -> Line<Format<Compact>> {
    let inner = format::format().compact();
    Line {
        inner: inner.with_ansi(colours).with_target(false),
        add: add_text,
    }
}

fn json() -> Line<Format<Json>> {
    Line {
        inner: format::format().json().with_target(false),
        add: add_json,
    }
}

/// A line with the request during which it was written. A span around each request would say the
/// same; making one costs more than finding the request's route.
struct Line<F> {
    inner: F,
    add: fn(&mut String, &Current),
}

impl<S, N, F> FormatEvent<S, N> for Line<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.inner
            .format_event(context, Writer::new(&mut line), event)?;
        Current::with(|request| (self.add)(&mut line, request));
        writer.write_str(&line)
    }
}

fn add_text(line: &mut String, request: &Current) {
    line.truncate(line.trim_end().len());
    let (id, method, route) = (request.id, &request.method, request.route());
    // A string takes all that is written to it.
    let _ = writeln!(line, " request={id} method={method} route={route}");
}

fn add_json(line: &mut String, request: &Current) {
    line.truncate(line.trim_end().len());
    if line.pop() != Some('}') {
        return;
    }
    let (id, method, route) = (request.id, &request.method, request.route());
    // Nothing to escape: a method is a token (RFC 9110 §5.6.2), and routes are ours.
    let _ = writeln!(
        line,
        r#","request":{{"id":"{id}","method":"{method}","route":"{route}"}}}}"#
    );
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use axum::{body::Body, extract::Request, response::Response};
    use serde_json::Value;
    use tracing::instrument::WithSubscriber;
    use tracing_subscriber::Registry;

    use super::*;
    use crate::http::boundary;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Two lines: one written while a request is answered, one afterwards.
    async fn lines<F, N>(line: F, fields: N) -> (String, String)
    where
        F: FormatEvent<Registry, N> + Send + Sync + 'static,
        N: for<'a> FormatFields<'a> + Send + Sync + 'static,
    {
        let page = Page::default();
        let writer = page.clone();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(fields)
            .event_format(line)
            .with_writer(move || writer.clone())
            .finish();
        async {
            let request = Request::post("/secret?token=x")
                .body(Body::empty())
                .unwrap();
            boundary::guard_route("/{page}", request, |_| async {
                tracing::warn!(tries = 3, "it rains");
                Response::new(Body::empty())
            })
            .await;
            tracing::info!("the sun shines");
        }
        .with_subscriber(subscriber)
        .await;
        let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let (first, second) = text.split_once('\n').unwrap();
        assert!(!text.contains("secret"), "{text}");
        assert!(!second.contains("POST"), "{text}");
        (first.to_owned(), second.trim_end().to_owned())
    }

    #[tokio::test]
    async fn a_line_names_the_request_and_its_route_alone() {
        let (during, after) = lines(text(false), format::DefaultFields::new()).await;
        assert!(during.contains("it rains tries=3 request="), "{during}");
        assert!(during.ends_with(" method=POST route=/{page}"), "{during}");
        assert!(after.ends_with("the sun shines"), "{after}");

        let (during, after) = lines(json(), format::JsonFields::new()).await;
        let during: Value = serde_json::from_str(&during).unwrap();
        assert_eq!(during["fields"]["message"], "it rains");
        assert_eq!(during["request"]["route"], "/{page}");
        assert_eq!(during["request"]["method"], "POST");
        let after: Value = serde_json::from_str(&after).unwrap();
        assert_eq!(after.get("request"), None);
    }
}
