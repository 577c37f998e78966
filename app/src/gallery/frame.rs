//! The gallery's frame: all states on the left, switches on top, and the screen in an `iframe`, so that the
//! styles see its width.

use super::{
    hash::{Hash, THEMES, WIDTHS},
    states::STATES,
};
use crate::wire::Language;
use leptos::prelude::*;

/// Returns the frame around a screen.
pub(super) fn frame(hash: &Hash) -> AnyView {
    // A browser doesn't load a frame whose address is the page's, whatever follows the `#`.
    let screen = ["?bare", &Hash { width: None, ..hash.clone() }.address()].concat();
    let manner = match hash.width {
        Some(320) => "w320",
        Some(360) => "w360",
        Some(768) => "w768",
        _ => "full",
    };
    view! {
        <div class="gallery">
            <nav aria-label="Screens">{states(hash)}</nav>
            <div class="gallery-stage">
                <p class="gallery-switches">{switches(hash)}</p>
                <iframe class=manner title=hash.state.clone() src=screen></iframe>
            </div>
        </div>
    }
    .into_any()
}

fn states(hash: &Hash) -> Vec<AnyView> {
    STATES
        .iter()
        .map(|state| {
            let to = Hash { state: state.name.to_owned(), ..hash.clone() };
            let current = state.name == hash.state;
            view! {
                <a
                    data-screen=state.name
                    href=to.address()
                    aria-current=current.then_some("page")
                >
                    {state.name}
                </a>
            }
            .into_any()
        })
        .collect()
}

fn switches(hash: &Hash) -> Vec<AnyView> {
    let languages = Language::ALL
        .map(|language| (language.tag().to_owned(), Hash { language, ..hash.clone() }));
    let themes =
        THEMES.map(|theme| (theme.to_owned(), Hash { theme: Some(theme), ..hash.clone() }));
    let widths = WIDTHS.map(|width| {
        let name = width.map_or("full".to_owned(), |width| width.to_string());
        (name, Hash { width, ..hash.clone() })
    });
    let alone = [("alone".to_owned(), Hash { bare: true, ..hash.clone() })];
    languages
        .into_iter()
        .chain(themes)
        .chain(widths)
        .chain(alone)
        .map(|(name, to)| {
            let current = to == *hash;
            view! { <a href=to.address() aria-current=current.then_some("true")>{name}</a> }
                .into_any()
        })
        .collect()
}
