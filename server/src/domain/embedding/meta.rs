//! Policies that stand in a page itself.

/// The contents of each `<meta http-equiv="Content-Security-Policy">`. Reads tags, and neither comments
/// nor scripts: a page that hides one there on purpose only deceives itself.
pub fn policies(html: &str) -> Vec<String> {
    let lower = html.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = lower[from..]
        .find("<meta")
        .map(|at| from + at + "<meta".len())
    {
        let attributes = attributes(&html[start..]);
        let get = |name: &str| {
            let found = attributes.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        };
        let is_policy = get("http-equiv")
            .is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
        if let (true, Some(content)) = (is_policy, get("content")) {
            found.push(content.to_owned());
        }
        from = start;
    }
    found
}

/// Of a tag whose name has been read; names in lower case.
fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c));
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        if name.is_empty() {
            return found;
        }
        rest = after.trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let (text, next) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = &after[1..];
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                _ => {
                    let end = after.find(|c: char| c.is_ascii_whitespace() || c == '>');
                    after.split_at(end.unwrap_or(after.len()))
                }
            };
            value = decoded(text);
            rest = next;
        }
        found.push((name.to_ascii_lowercase(), value));
    }
}

/// Quotes are what a policy is written with.
fn decoded(text: &str) -> String {
    text.replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&apos;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::policies;

    #[test]
    fn policies_are_found_however_they_are_written() {
        let page = r#"<!doctype html><head><META charset=utf-8>
            <meta content="default-src 'self'" http-equiv="Content-Security-Policy">
            <meta http-equiv=content-security-policy content='frame-src &#39;none&#39;' />
            <meta name="description" content="default-src 'none'">
            <meta http-equiv="Content-Security-Policy"
                  content = "img-src *;
                             script-src a.example"></head>"#;
        let found = policies(page);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], "default-src 'self'");
        assert_eq!(found[1], "frame-src 'none'");
        assert!(found[2].ends_with("script-src a.example"));
    }

    #[test]
    fn half_a_page_is_read_as_far_as_it_goes() {
        for page in [
            "",
            "<meta",
            "<meta http-equiv",
            "<meta content='",
            "<meta =",
            "ä<meta ü='ö",
        ] {
            assert_eq!(policies(page), [""; 0], "{page}");
        }
    }
}
