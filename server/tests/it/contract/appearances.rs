//! How portals look.

use app::{
    color::Rgb,
    contract::appearance::{Font, Theme},
};
use server::domain::appearance::{Appearance, Logo, LogoKind, address};

use super::stories;
use crate::support::{
    rows::{at, project, stored_project},
    store::{Database, assert_refused, read, write},
};

stories!(
    what_was_chosen_comes_back,
    a_logo_comes_back_by_its_hash,
    a_logo_outlives_a_change_of_the_rest,
    an_appearance_belongs_to_one_project,
    an_appearance_needs_its_project,
);

fn chosen() -> Appearance {
    Appearance {
        accent: Some(Rgb([1, 2, 3])),
        radius: Some(0),
        font: Font::Georgia,
        theme: Theme::Dark,
        logo: None,
    }
}

fn logo(seed: u8) -> Logo {
    Logo {
        kind: LogoKind::Png,
        bytes: vec![seed, 0, 255],
        hash: vec![seed; 32],
    }
}

async fn what_was_chosen_comes_back(database: Database) {
    let project = stored_project(&database).await;
    assert_eq!(read!(database, appearances.lookup(project.id)), None);
    for look in [chosen(), Appearance::default()] {
        write!(database, appearances.put(project.id, &look, at(1))).expect("put");
        assert_eq!(read!(database, appearances.lookup(project.id)), Some(look));
    }
}

async fn a_logo_comes_back_by_its_hash(database: Database) {
    let project = stored_project(&database).await;
    write!(database, appearances.put(project.id, &chosen(), at(1))).expect("put");
    for seed in [1, 2] {
        let logo = logo(seed);
        write!(database, appearances.put_logo(project.id, Some(&logo))).expect("put");
        assert_eq!(
            read!(database, appearances.find_logo(&logo.hash)),
            Some(logo.clone())
        );
        let look = read!(database, appearances.lookup(project.id)).expect("there");
        assert_eq!(look.logo, Some(address(&logo.hash, logo.kind)));
    }
    assert_eq!(
        read!(database, appearances.find_logo(&[1; 32])),
        None,
        "it was replaced"
    );
    write!(database, appearances.put_logo(project.id, None)).expect("removed");
    assert_eq!(read!(database, appearances.find_logo(&[2; 32])), None);
    assert_eq!(
        read!(database, appearances.lookup(project.id)),
        Some(chosen())
    );
}

async fn a_logo_outlives_a_change_of_the_rest(database: Database) {
    let project = stored_project(&database).await;
    write!(database, appearances.put(project.id, &chosen(), at(1))).expect("put");
    write!(database, appearances.put_logo(project.id, Some(&logo(1)))).expect("put");
    write!(
        database,
        appearances.put(project.id, &Appearance::default(), at(2))
    )
    .expect("put");
    let look = read!(database, appearances.lookup(project.id)).expect("there");
    assert_eq!((look.accent, look.logo.is_some()), (None, true));
}

async fn an_appearance_belongs_to_one_project(database: Database) {
    let project = stored_project(&database).await;
    let other = stored_project(&database).await;
    for id in [project.id, other.id] {
        write!(database, appearances.put(id, &chosen(), at(1))).expect("put");
        write!(database, appearances.put_logo(id, Some(&logo(1)))).expect("two have the same");
    }
    write!(database, appearances.put_logo(project.id, None)).expect("removed");
    assert_eq!(
        read!(database, appearances.find_logo(&[1; 32])),
        Some(logo(1)),
        "the other's"
    );
}

async fn an_appearance_needs_its_project(database: Database) {
    let unknown = project().id;
    assert_refused!(
        write!(database, appearances.put(unknown, &chosen(), at(1))),
        NotFound
    );
    assert_refused!(
        write!(database, appearances.put_logo(unknown, None)),
        NotFound
    );
}
