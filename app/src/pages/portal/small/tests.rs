use super::*;

fn each(mut check: impl FnMut(Language, &str, &str, &[&str])) {
    for language in Language::ALL {
        let list = language.small().list();
        for (text, (name, holes)) in list.into_iter().zip(Small::NAMES) {
            check(language, name, text, holes);
        }
    }
}

#[test]
fn every_language_has_every_placeholder_and_no_other() {
    each(|language, name, text, holes| {
        for hole in holes {
            let there = text.contains(&format!("{{{hole}}}"));
            assert!(there, "{language:?}, {name} lacks {hole}: {text}");
        }
        let mut found: Vec<_> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), holes.len(), "{language:?}, {name}: {text}");
    });
}

#[test]
fn every_sentence_says_something_of_its_own_in_a_quiet_voice() {
    let english = Language::English.small().list();
    for language in Language::ALL {
        for (place, text) in language.small().list().into_iter().enumerate() {
            let (name, _) = Small::NAMES[place];
            assert_eq!(text.trim(), text, "{language:?}, {name}");
            assert!(!text.is_empty(), "{language:?}, {name}");
            let loud = text.contains(['!', '\u{ff01}', '\u{a1}']);
            assert!(!loud, "{language:?}, {name}: {text}");
            let own = language == Language::English || text != english[place];
            assert!(own, "{language:?}, {name} was left in English: {text}");
        }
    }
}
