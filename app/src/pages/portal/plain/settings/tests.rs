use super::*;

fn setting(kind: SettingType) -> SettingField {
    SettingField {
        id: "a".to_owned(),
        kind,
        title: "A".to_owned(),
        required: true,
        ..SettingField::default()
    }
}

fn values(pairs: &[(&str, &str)]) -> FieldValues {
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    FieldValues(pairs.iter().map(own).collect())
}

fn combo() -> SettingField {
    let list = crate::contract::setting::SettingList { searches: false };
    SettingField {
        lists: vec![list, list],
        ..setting(SettingType::ComboInput)
    }
}

#[test]
fn nothing_is_stored_while_something_is_missing() {
    for kind in SettingType::ALL {
        let settings = [setting(kind)];
        let empty = Filled::typed(&settings, values(&[]), true).complete(&settings);
        // The others have nothing to be missing, or the server says so.
        let asks = !kind.is_switch()
            && !matches!(
                kind,
                SettingType::Permission
                    | SettingType::CopyableButtonInput
                    | SettingType::FieldMapper
            );
        assert_eq!(empty.is_none(), asks, "{kind:?}");
        let mut settings = settings;
        settings[0].required = false;
        let empty = Filled::typed(&settings, values(&[]), true).complete(&settings);
        assert!(empty.is_some(), "{kind:?}");
    }
}

#[test]
fn a_second_list_that_is_another_now_is_looked_at_first() {
    let settings = [combo()];
    let sent = |now: &str| {
        let sent = [("a", now), ("a.for", "m1"), ("a.dependent", "d1")];
        Filled::typed(&settings, values(&sent), true)
    };
    let same = sent("m1").complete(&settings).unwrap();
    assert_eq!(same, values(&[("a", "m1"), ("a.dependent", "d1")]));
    let moved = sent("m2");
    assert_eq!(moved.complete(&settings), None);
    assert_eq!(moved.value(&settings[0], "a.dependent"), "");
    let wanted = moved.wanted(&settings);
    assert_eq!(wanted.len(), 2);
    assert_eq!(wanted[1].chosen.as_deref(), Some("m2"));
}

#[test]
fn fields_of_two_choices_are_shown_once_both_are_made() {
    let list = crate::contract::setting::SettingList { searches: false };
    let settings = [SettingField {
        lists: vec![list; 3],
        fields: vec!["Name".to_owned()],
        ..combo()
    }];
    let sent = |now: &str| {
        let before = [("a", "m"), ("a.for", "m"), ("a.for2", "d1")];
        let after = [("a.dependent", now), ("a.field.Name", "f1")];
        Filled::typed(&settings, values(&[&before[..], &after].concat()), true)
    };
    let whole = values(&[("a", "m"), ("a.dependent", "d1"), ("a.field.Name", "f1")]);
    assert_eq!(sent("d1").complete(&settings), Some(whole));
    assert_eq!(sent("d1").wanted(&settings)[2].then.as_deref(), Some("d1"));
    // Another choice has other fields.
    let moved = sent("d2");
    assert_eq!(moved.complete(&settings), None);
    assert_eq!(moved.value(&settings[0], "a.field.Name"), "");
    assert_eq!(sent("").wanted(&settings).len(), 2);
}

#[test]
fn a_list_that_waits_is_not_asked_for_and_one_that_failed_says_so() {
    let settings = [combo()];
    let mut filled = Filled::default();
    let wanted = filled.wanted(&settings);
    assert_eq!(wanted.len(), 1);
    assert!(!wanted[0].second);
    filled.take(wanted, vec![None]);
    let first = provided(&settings[0], &filled, 0);
    let second = provided(&settings[0], &filled, 1);
    assert!(first.state == ListState::Away && second.state == ListState::Waits);
    let list = SettingChoices {
        next: Some("2".to_owned()),
        ..SettingChoices::default()
    };
    filled.take(filled.wanted(&settings), vec![Some(list)]);
    assert!(provided(&settings[0], &filled, 0).state == ListState::Cut);
}

#[test]
fn a_new_file_takes_the_place_of_the_one_that_the_page_kept() {
    let settings = [setting(SettingType::File)];
    let sent = |new: &str| {
        let sent = [("a", "old"), ("a.file", new)];
        let filled = Filled::typed(&settings, values(&sent), true);
        filled.complete(&settings).unwrap()
    };
    assert_eq!(sent(""), values(&[("a", "old")]));
    assert_eq!(sent("new"), values(&[("a", "new")]));
}

#[test]
fn a_row_that_was_taken_away_is_gone() {
    let field = SettingField {
        key: Some("Task".to_owned()),
        ..setting(SettingType::FieldMapper)
    };
    let settings = [field];
    let sent = [
        ("a.map.Colour", "x"),
        ("a.new.Colour", "true"),
        ("a.drop.Colour", "true"),
        ("a.map.Size", "y"),
    ];
    let filled = Filled::typed(&settings, values(&sent), true);
    assert_eq!(
        filled.complete(&settings),
        Some(values(&[("a.map.Size", "y")]))
    );
}
