//! What is wrong with a definition, and where.

use std::fmt;

/// One mistake in a definition's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    pub file: String,
    /// From 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// `auth[0].token_url`; empty when no field is meant.
    pub field: String,
    /// What to change, without a full stop.
    pub message: String,
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.field.is_empty() {
            write!(f, ": {}", self.field)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for DefinitionError {}

/// The file being read: turns byte offsets into lines.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    pub fn error(
        &self,
        offset: usize,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> DefinitionError {
        DefinitionError {
            file: self.file.to_owned(),
            line: self.line(offset),
            field: field.into(),
            message: message.into(),
        }
    }

    /// What the TOML reader found. It tells the place; the field is read off the lines above it.
    pub fn toml_error(&self, error: &toml::de::Error) -> DefinitionError {
        let offset = error.span().map_or(0, |span| span.start);
        let message = error.message().trim().replace('\n', " ");
        let named = message
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split('`').next());
        let mut field = self.field_at(offset, named.is_none());
        if let Some(name) = named {
            if !field.is_empty() {
                field.push('.');
            }
            field.push_str(name);
        }
        self.error(offset, field, message)
    }

    fn line(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        1 + self.text.as_bytes()[..end]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    }

    /// The table that `offset` lies in, with the key of its line when `with_key`.
    fn field_at(&self, offset: usize, with_key: bool) -> String {
        let wanted = self.line(offset);
        let mut path: Vec<(String, Option<usize>)> = Vec::new();
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        let mut key = None;
        for line in self.text.lines().take(wanted) {
            let line = line.trim();
            if let Some(header) = line.strip_prefix("[[") {
                let name = header.split("]]").next().unwrap_or_default().trim();
                let count = counts.entry(name.to_owned()).or_default();
                path = indexed(name, &path, Some(*count));
                *count += 1;
                key = None;
            } else if let Some(header) = line.strip_prefix('[') {
                let name = header.split(']').next().unwrap_or_default().trim();
                path = indexed(name, &path, None);
                key = None;
            } else if let Some((name, _)) = line.split_once('=') {
                key = Some(name.trim().trim_matches('"').to_owned());
            }
        }
        let mut parts: Vec<String> = path
            .into_iter()
            .map(|(name, index)| index.map_or(name.clone(), |i| format!("{name}[{i}]")))
            .collect();
        parts.extend(key.filter(|_| with_key));
        parts.join(".")
    }
}

/// The header `name` as path segments. Segments shared with the table before keep their index.
fn indexed(
    name: &str,
    before: &[(String, Option<usize>)],
    index: Option<usize>,
) -> Vec<(String, Option<usize>)> {
    let segments: Vec<&str> = name.split('.').map(str::trim).collect();
    let last = segments.len() - 1;
    segments
        .iter()
        .enumerate()
        .map(|(at, segment)| {
            let kept = before
                .get(at)
                .filter(|(other, _)| other == segment)
                .and_then(|(_, index)| *index);
            let index = if at == last { index } else { kept };
            ((*segment).to_owned(), index)
        })
        .collect()
}
