//! A sentence, drawn.

use leptos::{either::Either, prelude::*};

use crate::pages::portal::phrase::{Part, Phrase};

/// Names stand apart from the words around them, so that each keeps its own direction.
#[component]
pub fn Words(phrase: Phrase) -> impl IntoView {
    let draw = |part| match part {
        Part::Own(text) => Either::Left(text),
        Part::Given(text) => Either::Right(view! { <bdi>{text}</bdi> }),
    };
    phrase.0.into_iter().map(draw).collect_view()
}
