//! The schema, step by step. Read from the binary at run time: the macro of the library that does it
//! while compiling would compile both database drivers a second time, for the compiler.

use rust_embed::{Embed, EmbeddedFile};
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../migrations/sqlite"]
struct Sqlite;

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../migrations/postgres"]
struct Postgres;

pub(super) fn sqlite() -> Migrator {
    migrator::<Sqlite>()
}

pub(super) fn postgres() -> Migrator {
    migrator::<Postgres>()
}

fn migrator<F: Embed>() -> Migrator {
    let steps = F::iter().map(|name| {
        let file = F::get(&name).expect("a file that is listed is there");
        step(&name, &file)
    });
    Migrator::with_migrations(steps.collect())
}

/// `0007_revocations.sql`: a number, and what it is about.
fn step(name: &str, file: &EmbeddedFile) -> Migration {
    let (number, about) = name
        .strip_suffix(".sql")
        .and_then(|name| name.split_once('_'))
        .expect("a migration is called NUMBER_NAME.sql");
    let sql = std::str::from_utf8(&file.data).expect("a migration is text");
    Migration::new(
        number.parse().expect("a migration has a number"),
        about.replace('_', " ").into(),
        MigrationType::Simple,
        AssertSqlSafe(sql.to_owned()).into_sql_str(),
        false,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_engines_take_the_same_steps() {
        let steps = |migrator: Migrator| -> Vec<_> {
            let steps = migrator.iter();
            steps
                .map(|step| (step.version, step.description.clone()))
                .collect()
        };
        let steps = (steps(sqlite()), steps(postgres()));
        assert_eq!(steps.0, steps.1);
        assert_eq!(steps.0[0], (1, "initial".into()));
        assert!(steps.0.is_sorted());
    }
}
