//! What a field may be chosen from: `options`, and the lists of `[[sources]]`.

use std::collections::BTreeSet;

use super::{
    Choice, ChoiceSource, Choices, Definition,
    check::{Checked, Checker},
    parse::call_at,
    raw::{Raw, RawAsk, RawField, RawSource, Text},
};

const MAX_OPTIONS: usize = 200;

pub fn choices(checker: &Checker<'_>, raw: &RawField, at: &str) -> Checked<Choices> {
    match (&raw.options, &raw.source) {
        (None, None) => Ok(Choices::Free),
        (None, Some(source)) => Ok(Choices::Source(source.get_ref().clone())),
        (Some(options), None) => {
            let (offset, field) = (options.span().start, format!("{at}.options"));
            let options = options.get_ref();
            if options.is_empty() || options.len() > MAX_OPTIONS {
                let message = format!("holds none, or more than {MAX_OPTIONS}");
                return Err(checker.source.error(offset, field, message));
            }
            let choice = |option: &super::raw::RawOption| {
                Ok(Choice {
                    value: checker.line(&option.value, &field, 200)?,
                    label: checker.line(&option.label, &field, 200)?,
                })
            };
            options
                .iter()
                .map(choice)
                .collect::<Checked<_>>()
                .map(Choices::Listed)
        }
        (Some(_), Some(source)) => {
            let message = "stands beside options; leave one of them out";
            checker.fail(source, &format!("{at}.source"), message)
        }
    }
}

pub fn sources(checker: &Checker<'_>, raw: &[RawSource]) -> Checked<Vec<ChoiceSource>> {
    let mut ids = BTreeSet::new();
    let mut sources = Vec::with_capacity(raw.len());
    for (index, raw) in raw.iter().enumerate() {
        let at = format!("sources[{index}]");
        let source = source(checker, raw, &at)?;
        if !ids.insert(source.id.clone()) {
            return checker.fail(&raw.id, &format!("{at}.id"), "stands above already");
        }
        sources.push(source);
    }
    Ok(sources)
}

fn source(checker: &Checker<'_>, raw: &RawSource, at: &str) -> Checked<ChoiceSource> {
    let field = |name: &str| format!("{at}.{name}");
    let path = |value: &Text, name: &str| checker.json_path(value, &field(name));
    let cursor = match (&raw.cursor, &raw.next) {
        (Some(cursor), Some(next)) => Some((
            checker.line(cursor, &field("cursor"), 100)?,
            path(next, "next")?,
        )),
        (None, None) => None,
        (Some(lonely), None) | (None, Some(lonely)) => {
            return checker.fail(lonely, at, "needs cursor and next together");
        }
    };
    let parameter = checker.optional_line(raw.parameter.as_ref(), &field("parameter"), 40)?;
    checker.choice.replace(parameter.clone());
    let address = call_at(checker, (&raw.path, &raw.url), raw.id.span().start, at);
    checker.choice.take();
    Ok(ChoiceSource {
        id: checker.line(&raw.id, &field("id"), 60)?,
        title: checker.line(&raw.title, &field("title"), 80)?,
        at: address?,
        items: match &raw.items {
            Some(items) => path(items, "items")?,
            None => String::new(),
        },
        value: path(&raw.value, "value")?,
        label: path(&raw.label, "label")?,
        search: checker.optional_line(raw.search.as_ref(), &field("search"), 100)?,
        cursor,
        parameter,
    })
}

/// Before somebody has authorised, no provider can be asked for choices; a form has no "after".
pub fn check_questions(checker: &Checker<'_>, raw: &Raw, definition: &Definition) -> Checked<()> {
    let forms = definition
        .auth
        .iter()
        .any(|method| !method.kind.opens_window());
    for (index, input) in raw.inputs.iter().enumerate() {
        let at = format!("inputs[{index}]");
        let after = input
            .ask
            .as_ref()
            .filter(|ask| *ask.get_ref() == RawAsk::After);
        if let Some(ask) = after
            && (forms || input.secret)
        {
            let message = "is for OAuth in a window and for what is no secret; leave it out";
            return Err(checker
                .source
                .error(ask.span().start, format!("{at}.ask"), message));
        }
        let Some(source) = &input.source else {
            continue;
        };
        let message = if definition.source(source.get_ref()).is_none() {
            "is no [[sources]] of this file"
        } else if after.is_none() {
            "can be asked for choices after authorising only; add ask = \"after\""
        } else {
            continue;
        };
        return checker.fail(source, &format!("{at}.source"), message);
    }
    Ok(())
}
