//! What a form of a link's page sends, files among it.

use axum::{
    Form,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::header,
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

use crate::domain::setting::MAX_FILE;

/// The largest form, in bytes: room for a file that is too large, so that it can be told.
pub const FORM_LIMIT: usize = 8 * 1024 * 1024;

/// The inputs by name, in their order; none where it is no form. A file is in it as the address that a
/// script would make of it (`data:`, RFC 2397), and its name as an input beside it.
pub async fn sent(request: Request) -> Option<Vec<(String, String)>> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data")) {
        let form = Multipart::from_request(request, &()).await.ok()?;
        return parts(form).await.ok();
    }
    let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    form.ok().map(|Form(fields)| fields)
}

async fn parts(mut form: Multipart) -> Result<Vec<(String, String)>, MultipartError> {
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file) = field.file_name().map(str::to_owned) else {
            fields.push((name, field.text().await?));
            continue;
        };
        let address = address(field, &file).await?;
        if let (false, Some(setting)) = (file.is_empty(), name.strip_suffix(".file")) {
            fields.push((format!("{setting}.named"), file));
        }
        fields.push((name, address));
    }
    Ok(fields)
}

/// Empty where no file was chosen. One that is too large is read to its end and not kept: what is left of
/// it is no file, and is refused as such.
async fn address(mut field: Field<'_>, name: &str) -> Result<String, MultipartError> {
    let kind = field.content_type().unwrap_or_default().to_owned();
    let mut content = Vec::new();
    let mut fits = true;
    while let Some(chunk) = field.chunk().await? {
        fits &= content.len() + chunk.len() <= MAX_FILE;
        if fits {
            content.extend_from_slice(&chunk);
        }
    }
    if name.is_empty() {
        return Ok(String::new());
    }
    if !fits {
        return Ok("too large".to_owned());
    }
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    Ok(format!(
        "data:{kind};name={name};base64,{}",
        BASE64.encode(content)
    ))
}
