//! Values of the installation.

use super::stories;
use crate::support::store::{Database, assert_refused, read, write};

stories!(
    a_setting_is_added_once,
    a_setting_is_put_and_removed,
    a_conflict_leaves_the_unit_of_work_usable,
);

async fn a_setting_is_added_once(database: Database) {
    assert_eq!(read!(database, settings.lookup("check")), None);
    write!(database, settings.add("check", &[1, 0, 255])).expect("added");
    assert_refused!(write!(database, settings.add("check", &[2])), Conflict);
    assert_eq!(
        read!(database, settings.lookup("check")),
        Some(vec![1, 0, 255])
    );
}

async fn a_setting_is_put_and_removed(database: Database) {
    for value in [&[1][..], &[]] {
        write!(database, settings.put("link", value)).expect("put");
        assert_eq!(
            read!(database, settings.lookup("link")).as_deref(),
            Some(value)
        );
    }
    write!(database, settings.remove("link")).expect("removed");
    assert_eq!(read!(database, settings.lookup("link")), None);
    assert_refused!(write!(database, settings.remove("link")), NotFound);
}

async fn a_conflict_leaves_the_unit_of_work_usable(database: Database) {
    write!(database, settings.add("check", &[1])).expect("added");
    let mut unit = database.begin().await;
    assert_refused!(unit.settings().add("check", &[2]).await, Conflict);
    unit.settings().add("other", &[3]).await.expect("added");
    unit.commit().await.expect("committed");
    assert_eq!(read!(database, settings.lookup("other")), Some(vec![3]));
}
