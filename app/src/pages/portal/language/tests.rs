use super::*;

/// The placeholders of a template, in order, each once.
fn holes(template: &str) -> Vec<&str> {
    let mut holes: Vec<_> = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    holes.sort_unstable();
    holes.dedup();
    holes
}

/// Each string of each language, with its name and the placeholders it must have.
fn each(mut check: impl FnMut(Language, &str, &str, Vec<&str>)) {
    for language in Language::ALL {
        let list = language.strings().list();
        for (text, (name, wanted)) in list.into_iter().zip(Strings::NAMES) {
            let mut wanted = wanted.to_vec();
            wanted.sort_unstable();
            check(language, name, text, wanted);
        }
    }
}

#[test]
fn every_language_has_every_placeholder_and_no_other() {
    each(|language, name, text, wanted| {
        assert_eq!(holes(text), wanted, "{language:?}, {name}: {text}");
        let braces = text.matches(['{', '}']).count();
        assert_eq!(braces % 2, 0, "{language:?}, {name}: {text}");
    });
}

#[test]
fn every_string_says_something_in_a_quiet_voice() {
    each(|language, name, text, _| {
        assert!(!text.trim().is_empty(), "{language:?}, {name}");
        assert_eq!(text.trim(), text, "{language:?}, {name}");
        let loud = text.contains(['!', '\u{ff01}', '\u{a1}']);
        assert!(!loud, "{language:?}, {name}: {text}");
    });
}

#[test]
fn no_string_was_left_in_english() {
    let english = Language::English.strings().list();
    for language in Language::ALL {
        if language == Language::English {
            continue;
        }
        let list = language.strings().list();
        for ((text, source), (name, _)) in list.into_iter().zip(&english).zip(Strings::NAMES) {
            // Only the order of a date may be the same.
            let same = text == *source && *name != "date";
            assert!(!same, "{language:?}, {name}: {text}");
        }
    }
}

#[test]
fn a_year_has_twelve_months() {
    for language in Language::ALL {
        let months = language.strings().months.split(' ').count();
        assert_eq!(months, 12, "{language:?}");
    }
}

#[test]
fn the_strings_travel_in_order() {
    for language in Language::ALL {
        let mut list = language.strings().list().into_iter();
        let read = Strings::read(|| list.next().unwrap_or_default());
        assert_eq!(&read, language.strings(), "{language:?}");
        assert_eq!(list.next(), None);
    }
}

#[test]
fn what_was_asked_for_goes_first() {
    let choose = Language::choose;
    assert_eq!(choose(Some("de"), Some("fr")), Language::German);
    assert_eq!(choose(Some("pt-PT"), None), Language::Portuguese);
    assert_eq!(choose(Some("zh_TW"), None), Language::Chinese);
    assert_eq!(choose(Some("AR-eg"), None), Language::Arabic);
    // A prefix is a whole subtag: this is Frisian, not French.
    assert_eq!(choose(Some("fry"), Some("es-MX")), Language::Spanish);
    assert_eq!(choose(Some(""), None), Language::English);
    assert_eq!(choose(None, None), Language::English);
}

#[test]
fn the_browser_s_languages_count_by_weight() {
    let of = |header| Language::choose(None, Some(header));
    assert_eq!(of("nl, ja;q=0.4, fr;q=0.8"), Language::French);
    assert_eq!(of("de-CH, de;q=0.9, en;q=0.8"), Language::German);
    assert_eq!(of("es, fr"), Language::Spanish);
    assert_eq!(of("de;q=0, ar; q=0.1"), Language::Arabic);
    for nothing in ["", "*", "nl", "de;q=x", ",;,"] {
        assert_eq!(of(nothing), Language::English, "{nothing}");
    }
}

#[test]
fn each_tag_leads_to_its_language() {
    for language in Language::ALL {
        assert_eq!(Language::choose(Some(language.tag()), None), language);
    }
}
