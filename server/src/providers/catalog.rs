//! The providers that are known: those inside the binary, and those of a folder beside it.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rust_embed::RustEmbed;

use crate::{
    domain::definition::{Definition, DefinitionError, OwnAddresses, Rules},
    ports::provider::Definitions,
};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../catalog"]
struct Embedded;

/// Definitions that may name Patchbay's own addresses, and that nothing replaces.
const BUILT_IN: [&str; 2] = ["sandbox", "sandboxkey"];

/// Largest logo that is taken from a folder, in bytes.
const MAX_LOGO: u64 = 64 * 1024;

/// All definitions, checked.
pub struct Catalog {
    by_slug: BTreeMap<String, Arc<Definition>>,
    by_name: Vec<Arc<Definition>>,
    logos: BTreeMap<String, Vec<u8>>,
}

impl Catalog {
    /// Reads what is embedded, then `extra_dir`, whose `*.toml` add to it or replace a definition of the
    /// same slug; `logos/{slug}.svg` there are logos. Every mistake in any file is told at once.
    pub fn load(
        rules: &Rules,
        extra_dir: Option<&Path>,
        own: &OwnAddresses,
    ) -> Result<Self, Vec<DefinitionError>> {
        let mut loader = Loader {
            rules,
            found: BTreeMap::new(),
            logos: BTreeMap::new(),
            errors: Vec::new(),
        };
        loader.embedded(own);
        if let Some(folder) = extra_dir {
            loader.folder(folder);
        }
        if !loader.errors.is_empty() {
            return Err(loader.errors);
        }
        let mut by_name: Vec<_> = loader.found.values().cloned().collect();
        by_name.sort_by_cached_key(|definition| {
            (definition.name.to_lowercase(), definition.slug.clone())
        });
        Ok(Self {
            by_slug: loader.found,
            by_name,
            logos: loader.logos,
        })
    }

    pub fn get(&self, slug: &str) -> Option<&Arc<Definition>> {
        self.by_slug.get(slug)
    }

    /// By name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.by_name.iter()
    }
}

impl Definitions for Catalog {
    fn get(&self, slug: &str) -> Option<Arc<Definition>> {
        self.by_slug.get(slug).cloned()
    }

    fn all(&self) -> Vec<Arc<Definition>> {
        self.by_name.clone()
    }

    fn logo(&self, slug: &str) -> Option<Cow<'static, [u8]>> {
        self.get(slug)?;
        match self.logos.get(slug) {
            Some(bytes) => Some(Cow::Owned(bytes.clone())),
            None => Some(Embedded::get(&format!("logos/{slug}.svg"))?.data),
        }
    }
}

struct Loader<'a> {
    rules: &'a Rules,
    found: BTreeMap<String, Arc<Definition>>,
    logos: BTreeMap<String, Vec<u8>>,
    errors: Vec<DefinitionError>,
}

impl Loader<'_> {
    fn embedded(&mut self, own: &OwnAddresses) {
        let outer = Rules {
            own: None,
            ..self.rules.clone()
        };
        let inner = Rules {
            own: Some(own.clone()),
            ..self.rules.clone()
        };
        for file in Embedded::iter().filter(|file| file.ends_with(".toml")) {
            let Some(found) = Embedded::get(&file) else {
                continue;
            };
            let built_in = file
                .strip_suffix(".toml")
                .is_some_and(|slug| BUILT_IN.contains(&slug));
            let rules = if built_in { &inner } else { &outer };
            self.add(
                &format!("catalog/{file}"),
                &String::from_utf8_lossy(&found.data),
                rules,
            );
        }
    }

    fn folder(&mut self, folder: &Path) {
        let mut files: Vec<PathBuf> = match std::fs::read_dir(folder) {
            Ok(entries) => entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect(),
            Err(error) => return self.unreadable(folder, &error),
        };
        files.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        });
        files.sort();
        let rules = Rules {
            own: None,
            ..self.rules.clone()
        };
        for path in files {
            match std::fs::read_to_string(&path) {
                Ok(text) => self.add(&path.display().to_string(), &text, &rules),
                Err(error) => self.unreadable(&path, &error),
            }
        }
        let slugs: Vec<String> = self.found.keys().cloned().collect();
        for slug in slugs {
            let path = folder.join("logos").join(format!("{slug}.svg"));
            if std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= MAX_LOGO)
                && let Ok(bytes) = std::fs::read(&path)
            {
                self.logos.insert(slug, bytes);
            }
        }
    }

    fn add(&mut self, file: &str, text: &str, rules: &Rules) {
        match Definition::parse(file, text, rules) {
            Ok(definition) => {
                let built_in = self
                    .found
                    .get(&definition.slug)
                    .is_some_and(|other| other.built_in);
                if built_in {
                    let message = "is built into Patchbay; choose another slug".to_owned();
                    return self.errors.push(whole_file(file, "slug", message));
                }
                self.found
                    .insert(definition.slug.clone(), Arc::new(definition));
            }
            Err(error) => self.errors.push(error),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        let message = format!("cannot be read: {error}");
        self.errors
            .push(whole_file(&path.display().to_string(), "", message));
    }
}

fn whole_file(file: &str, field: &str, message: String) -> DefinitionError {
    DefinitionError {
        file: file.to_owned(),
        line: 0,
        field: field.to_owned(),
        message,
    }
}
