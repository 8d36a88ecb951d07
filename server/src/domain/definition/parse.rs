//! A definition's file, checked from top to bottom.

use std::{cell::RefCell, collections::BTreeMap};

use super::{
    AuthMethod, CallAt, Definition, DefinitionError, FieldSpec, Rules, Template, Verification,
    check::{Checked, Checker},
    error::Source,
    names::Names,
    parse_auth::auth_methods,
    parse_choices::{check_questions, choices, sources},
    raw::{Map, Raw, RawAsk, RawField, RawVerification, Text},
};

const MAX_FILE: usize = 256 * 1024;
const MAX_PATTERN: usize = 200;

pub fn parse(file: &str, text: &str, rules: &Rules) -> Result<Definition, DefinitionError> {
    let source = Source { file, text };
    if text.len() > MAX_FILE {
        return Err(source.error(0, "", "is longer than 256 kB; a definition is a few lines"));
    }
    let raw: Raw = toml::from_str(text).map_err(|error| source.toml_error(&error))?;
    if let Some(schema) = &raw.schema
        && *schema.get_ref() != 1
    {
        let message = "is a schema that this version does not read; write 1";
        return Err(source.error(schema.span().start, "schema", message));
    }
    let checker = Checker {
        source,
        rules,
        names: Names::collect(&source, &raw)?,
        in_hosts: RefCell::default(),
        choice: RefCell::default(),
        taken: RefCell::default(),
    };
    definition(&checker, &raw)
}

fn definition(checker: &Checker<'_>, raw: &Raw) -> Checked<Definition> {
    let api_base_url = api_base_url(checker, raw)?;
    let mut definition = Definition {
        slug: slug(checker, raw)?,
        name: checker.line(&raw.name, "name", 80)?,
        category: checker.line(&raw.category, "category", 80)?,
        color: color(checker, raw)?,
        website: checker.page(raw.website.as_ref(), "website")?,
        docs_url: checker.page(raw.docs_url.as_ref(), "docs_url")?,
        package_url: checker.page(raw.package_url.as_ref(), "package_url")?,
        api_base_url,
        headers: headers(checker, &raw.headers)?,
        inputs: Vec::new(),
        after: Vec::new(),
        sources: sources(checker, &raw.sources)?,
        scope_labels: lines(checker, &raw.scope_labels, "scope_labels")?,
        auth: auth_methods(checker, &raw.auth)?,
        verification: None,
        built_in: checker.rules.own.is_some(),
    };
    for (field, raw) in fields(checker, &raw.inputs, "inputs")?
        .into_iter()
        .zip(&raw.inputs)
    {
        match &raw.ask {
            Some(ask) if *ask.get_ref() == RawAsk::After => definition.after.push(field),
            _ => definition.inputs.push(field),
        }
    }
    check_questions(checker, raw, &definition)?;
    if let Some(raw) = &raw.verification {
        definition.verification = Some(verification(checker, raw)?);
    }
    check_calls(checker, raw, &definition)?;
    mark_host_labels(checker, &mut definition);
    Ok(definition)
}

fn slug(checker: &Checker<'_>, raw: &Raw) -> Checked<String> {
    let slug = checker.line(&raw.slug, "slug", 40)?;
    if !slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    {
        return checker.fail(&raw.slug, "slug", "may hold small letters and digits only");
    }
    let name = checker
        .source
        .file
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    if name.strip_suffix(".toml") != Some(slug.as_str()) {
        let message = format!("does not match the file's name; call the file {slug}.toml");
        return checker.fail(&raw.slug, "slug", message);
    }
    Ok(slug)
}

fn color(checker: &Checker<'_>, raw: &Raw) -> Checked<Option<String>> {
    let Some(value) = &raw.color else {
        return Ok(None);
    };
    let hex = value.get_ref().strip_prefix('#').unwrap_or_default();
    if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return checker.fail(
            value,
            "color",
            "is not a colour; write # and six hexadecimal digits",
        );
    }
    Ok(Some(value.get_ref().to_ascii_lowercase()))
}

fn api_base_url(checker: &Checker<'_>, raw: &Raw) -> Checked<Template> {
    let mut template = checker.url(&raw.api_base_url, "api_base_url")?;
    if template.0.contains('?') {
        return checker.fail(
            &raw.api_base_url,
            "api_base_url",
            "holds a query; take it out",
        );
    }
    template.0.truncate(template.0.trim_end_matches('/').len());
    Ok(template)
}

fn headers(checker: &Checker<'_>, raw: &Map) -> Checked<BTreeMap<String, Template>> {
    raw.iter()
        .map(|(name, value)| {
            let at = format!("headers.{name}");
            let name = checker.header_name(name, value, &at)?;
            let template = checker.template(value, &at, |name| checker.is_plain_name(name))?;
            Ok((name, template))
        })
        .collect()
}

/// Name to one line of text.
pub fn lines(checker: &Checker<'_>, raw: &Map, at: &str) -> Checked<BTreeMap<String, String>> {
    raw.iter()
        .map(|(name, value)| {
            let text = checker.line(value, &format!("{at}.{name}"), 500)?;
            Ok((name.clone(), text))
        })
        .collect()
}

/// The inputs of a form.
pub fn fields(checker: &Checker<'_>, raw: &[RawField], at: &str) -> Checked<Vec<FieldSpec>> {
    raw.iter()
        .enumerate()
        .map(|(index, field)| field_spec(checker, field, &format!("{at}[{index}]")))
        .collect()
}

fn field_spec(checker: &Checker<'_>, raw: &RawField, at: &str) -> Checked<FieldSpec> {
    let optional = |value: &Option<_>, name: &str, max| {
        checker.optional_line(value.as_ref(), &format!("{at}.{name}"), max)
    };
    let pattern = optional(&raw.pattern, "pattern", MAX_PATTERN)?;
    if let (Some(text), Some(value)) = (&pattern, &raw.pattern)
        && regex_lite::Regex::new(&format!("^(?:{text})$")).is_err()
    {
        let message = "is not a regular expression that Patchbay can use";
        return checker.fail(value, &format!("{at}.pattern"), message);
    }
    Ok(FieldSpec {
        choices: choices(checker, raw, at)?,
        name: raw.name.get_ref().clone(),
        label: checker.line(&raw.label, &format!("{at}.label"), 80)?,
        secret: raw.secret,
        multiline: raw.multiline,
        optional: raw.optional,
        help: optional(&raw.help, "help", 500)?,
        placeholder: optional(&raw.placeholder, "placeholder", 200)?,
        pattern,
        host_label: false,
    })
}

fn verification(
    checker: &Checker<'_>,
    raw: &toml::Spanned<RawVerification>,
) -> Checked<Verification> {
    let offset = raw.span().start;
    let raw = raw.get_ref();
    let at = call_at(checker, (&raw.path, &raw.url), offset, "verification")?;
    let path = |value: &Option<_>, name: &str| {
        let at = format!("verification.{name}");
        value
            .as_ref()
            .map(|value| checker.json_path(value, &at))
            .transpose()
    };
    Ok(Verification {
        method: verification_method(checker, raw)?,
        at,
        account_name: path(&raw.account_name, "account_name")?,
        account_id: path(&raw.account_id, "account_id")?,
    })
}

/// Where one of Patchbay's own calls goes.
pub fn call_at(
    checker: &Checker<'_>,
    address: (&Option<Text>, &Option<Text>),
    offset: usize,
    at: &str,
) -> Checked<CallAt> {
    match address {
        (Some(path), None) => {
            let field = format!("{at}.path");
            let known = |name: &str| checker.is_plain_name(name);
            let template = checker.template(path, &field, known)?;
            if !template.0.starts_with('/') || template.0.contains('#') {
                return checker.fail(path, &field, "does not begin with /, or holds a #");
            }
            Ok(CallAt::Path(template))
        }
        (None, Some(url)) => Ok(CallAt::Url(checker.url(url, &format!("{at}.url"))?)),
        _ => {
            let message = "needs either a path or a url";
            Err(checker.source.error(offset, at, message))
        }
    }
}

fn verification_method(checker: &Checker<'_>, raw: &RawVerification) -> Checked<String> {
    match &raw.method {
        None => Ok("GET".to_owned()),
        Some(value) if ["GET", "POST", "HEAD"].contains(&value.get_ref().as_str()) => {
            Ok(value.get_ref().clone())
        }
        Some(value) => checker.fail(value, "verification.method", "is not GET, POST or HEAD"),
    }
}

/// A call that has no body cannot carry a credential in it.
fn check_calls(checker: &Checker<'_>, raw: &Raw, definition: &Definition) -> Checked<()> {
    let in_body = |auth: &AuthMethod| auth.inject.member.is_some();
    if !definition.auth.iter().any(in_body) {
        return Ok(());
    }
    if let Some(source) = raw.sources.first() {
        let message =
            "asks by GET, which has no body for the credential; ask for the value in a field";
        return checker.fail(&source.id, "sources[0]", message);
    }
    let auth = raw.auth.iter().zip(&definition.auth).enumerate();
    for (index, (raw, _)) in auth.filter(|(_, (_, auth))| in_body(auth)) {
        if let Some(lookup) = &raw.get_ref().lookup {
            let message = "asks by GET, which has no body for the credential; leave it out";
            return checker.fail(&lookup.url, &format!("auth[{index}].lookup"), message);
        }
    }
    let asks = definition
        .verification
        .as_ref()
        .zip(raw.verification.as_ref());
    if let Some((call, raw)) = asks
        && call.method != "POST"
    {
        let method = raw.get_ref().method.as_ref();
        let at = method.map_or(raw.span().start, |method| method.span().start);
        let message = "has to be POST: the credential goes into the body";
        return Err(checker.source.error(at, "verification.method", message));
    }
    Ok(())
}

fn mark_host_labels(checker: &Checker<'_>, definition: &mut Definition) {
    let in_hosts = checker.in_hosts.borrow();
    let forms = definition
        .auth
        .iter_mut()
        .map(|auth| auth.kind.fields_mut());
    let questions = definition.inputs.iter_mut().chain(&mut definition.after);
    for field in forms.flatten().chain(questions) {
        field.host_label = in_hosts.contains(&field.name);
    }
}
