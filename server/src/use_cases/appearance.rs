//! How a project's portal looks.

use app::contract::appearance::LogoChange;
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    Error, Result, Services,
    audit::{self, Did},
    projects, snapshot,
};
use crate::{
    access::{MayEdit, MayRead},
    domain::{
        appearance::{Appearance, Logo, MAX_LOGO, kind_of},
        audit::Action,
        id::ProjectId,
    },
};

/// The project's name and what it has chosen.
pub async fn of_project(
    services: &Services,
    _right: MayRead,
    project: ProjectId,
) -> Result<(String, Appearance)> {
    let snapshot = snapshot::fresh(services, project).await?;
    Ok((snapshot.project.name.clone(), snapshot.appearance.clone()))
}

/// Stores what was chosen, and gives it back with the address of the logo.
pub async fn save(
    services: &Services,
    right: MayEdit,
    project: ProjectId,
    chosen: Appearance,
    logo: LogoChange,
) -> Result<Appearance> {
    let logo = match logo {
        LogoChange::Keep => None,
        LogoChange::Remove => Some(None),
        LogoChange::Replace { data } => Some(Some(read_logo(&data)?)),
    };
    let now = services.now();
    let mut work = services.store.begin().await?;
    work.projects()
        .touch(project)
        .await
        .map_err(projects::missing)?;
    work.appearances()
        .put(project, &chosen.checked(), now)
        .await?;
    if let Some(logo) = logo {
        work.appearances().put_logo(project, logo.as_ref()).await?;
    }
    let stored = work.appearances().lookup(project).await?;
    let did = Did::new(Action::AppearanceSet, Some(project), "portal");
    audit::record(&mut *work, now, right.actor(), did).await?;
    work.commit().await?;
    services.caches.snapshots.forget(project);
    Ok(stored.unwrap_or_default())
}

fn read_logo(data: &str) -> Result<Logo> {
    // A third more than the bytes, and room for the padding.
    if data.len() > MAX_LOGO / 3 * 4 + 8 {
        return Err(too_large());
    }
    let bytes = STANDARD
        .decode(data)
        .map_err(|_| Error::invalid("logo", "The file did not arrive whole. Choose it again."))?;
    if bytes.len() > MAX_LOGO {
        return Err(too_large());
    }
    let kind = kind_of(&bytes)
        .ok_or_else(|| Error::invalid("logo", "Choose an SVG, PNG or WebP picture."))?;
    Ok(Logo {
        kind,
        hash: Sha256::digest(&bytes).to_vec(),
        bytes,
    })
}

fn too_large() -> Error {
    Error::invalid("logo", "Choose a picture of at most 64 kB.")
}

/// A logo by its address's hash in hexadecimal digits.
pub async fn logo(services: &Services, hash: &str) -> Result<Logo> {
    let missing = || Error::NotFound("logo");
    let hash = bytes_of(hash).ok_or_else(missing)?;
    let mut reader = services.store.read().await?;
    reader
        .appearances()
        .find_logo(&hash)
        .await?
        .ok_or_else(missing)
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(data: &str) -> String {
        match read_logo(data) {
            Err(Error::Invalid { field, message }) if field == "logo" => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_logo_is_as_large_as_it_may_be() {
        let mut bytes = b"<svg>".to_vec();
        bytes.resize(MAX_LOGO, b' ');
        let logo = read_logo(&STANDARD.encode(&bytes)).unwrap();
        assert_eq!(logo.bytes, bytes);
        bytes.push(b' ');
        assert!(refusal(&STANDARD.encode(&bytes)).contains("64 kB"));
        assert!(refusal(&"A".repeat(1_000_000)).contains("64 kB"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(refusal("not base64!").contains("again"));
        assert!(refusal(&STANDARD.encode("<html>")).contains("SVG, PNG or WebP"));
    }

    #[test]
    fn a_hash_is_read_from_its_digits() {
        assert_eq!(bytes_of(&"0f".repeat(32)), Some(vec![15; 32]));
        for wrong in ["", "0f", &"zz".repeat(32), &"é".repeat(32), &"0".repeat(63)] {
            assert!(bytes_of(wrong).is_none(), "{wrong}");
        }
    }
}
