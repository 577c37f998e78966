//! The gallery's frame: the groups of states on the left, switches on top, and the screens in `iframe`s, so that
//! the styles see their width.

use super::{
    brand::{ACCENTS, LOGOS},
    groups::Group,
    hash::{Hash, Subject, THEMES, WIDTHS},
};
use crate::wire::Language;
use leptos::prelude::*;

/// The frame around what the address names.
#[component]
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
pub fn Frame(hash: RwSignal<Hash>) -> impl IntoView {
    view! {
        <div class="gallery">
            <States hash/>
            <div class="gallery-stage">
                {move || hash.with(switches)}
                <Stage hash/>
            </div>
        </div>
    }
}

/// A group's states side by side, or one state.
#[component]
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
pub fn Stage(hash: RwSignal<Hash>) -> impl IntoView {
    // As long as it stays the same, so does the element, and the screen need not load again.
    let group = Memo::new(move |_| {
        hash.with(|hash| match &hash.subject {
            Subject::Sheet(group) => Some(group.clone()),
            Subject::State(_) => None,
        })
    });
    move || match group.get() {
        Some(group) => sheet(hash, &group),
        None => screen(hash, None),
    }
}

fn sheet(hash: RwSignal<Hash>, group: &str) -> AnyView {
    let screens = Group::all()
        .filter(|it| it.name == group)
        .flat_map(Group::states)
        .map(|state| {
            let to =
                move || hash.with(|hash| Hash { bare: false, ..hash.of_state(state) }.address());
            view! {
                <figure>
                    <figcaption><a href=to>{state}</a></figcaption>
                    {screen(hash, Some(state))}
                </figure>
            }
            .into_any()
        })
        .collect_view();
    // A browser focuses one element of a new page: this one, not a field in one of the screens.
    view! { <div class="gallery-sheet" tabindex="-1" autofocus>{screens}</div> }.into_any()
}

/// Returns the address's own screen, or one of many: that is loaded when it comes into view, and can't be used.
fn screen(hash: RwSignal<Hash>, one_of_many: Option<&'static str>) -> AnyView {
    let state = move || match one_of_many {
        Some(state) => state.to_owned(),
        None => hash.with(|hash| hash.subject.name().to_owned()),
    };
    // Two pixels are the border's.
    let wide = |width| format!("inline-size: {}px", width + 2);
    view! {
        <iframe
            prop:loading=if one_of_many.is_some() { "lazy" } else { "eager" }
            inert=one_of_many.is_some()
            title=state
            style=move || hash.with(|hash| hash.width.map(wide))
            src=move || hash.with(|hash| hash.framed(&state()))
        ></iframe>
    }
    .into_any()
}

/// A link to each state, under the headings of the groups. The field hides those without the typed text.
#[component]
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
pub fn States(hash: RwSignal<Hash>) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let groups = move || {
        let text = typed.get().trim().to_lowercase();
        Group::all().filter_map(|group| hash.with(|hash| links(hash, group, &text))).collect_view()
    };
    // The page loads again whenever a file is saved.
    Effect::new(|| {
        let current = document().query_selector(".gallery nav [aria-current]");
        if let Ok(Some(current)) = current {
            current.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <div class="gallery-states">
            <label>
                "Filter "
                <input type="search" on:input=move |event| typed.set(event_target_value(&event))/>
            </label>
            <nav aria-label="Screens">{groups}</nav>
        </div>
    }
}

/// Returns the links to the states of a group whose names contain this text, if there are any.
fn links(hash: &Hash, group: &Group, text: &str) -> Option<AnyView> {
    let links: Vec<_> = group
        .states()
        .filter(|state| state.contains(text))
        .map(|state| {
            let to = hash.of_state(state);
            let current = (to == *hash).then_some("page");
            view! { <a data-screen=state href=to.address() aria-current=current>{state}</a> }
                .into_any()
        })
        .collect();
    (!links.is_empty()).then(|| view! { <h2>{group.heading}</h2> {links} }.into_any())
}

/// Returns the links to the same subject in another manner.
fn switches(hash: &Hash) -> AnyView {
    let same = || hash.clone();
    let group = match &hash.subject {
        Subject::Sheet(group) => group,
        Subject::State(state) => Group::of(state).name,
    };
    let languages =
        Language::ALL.map(|language| (language.tag(), Hash { language, ..same() })).to_vec();
    let mut themes = vec![("auto", Hash { theme: None, ..same() })];
    themes.extend(THEMES.map(|theme| (theme, Hash { theme: Some(theme), ..same() })));
    let sheet = matches!(hash.subject, Subject::Sheet(_));
    let widths = WIDTHS.into_iter().filter(|width| width.is_some() || !sheet).map(|width| {
        let name = width.map_or_else(|| "full".to_owned(), |width| width.to_string());
        (name, Hash { width, ..same() })
    });
    let sizes =
        [("100 %", false), ("200 %", true)].map(|(name, large)| (name, Hash { large, ..same() }));
    let mut accents = vec![("default", Hash { accent: None, ..same() })];
    accents.extend(ACCENTS.iter().map(|it| (it.name, Hash { accent: Some(it), ..same() })));
    let mut logos = vec![("none", Hash { logo: None, ..same() })];
    logos.extend(LOGOS.iter().map(|it| (it.name, Hash { logo: Some(it), ..same() })));
    let views = [
        ("group side by side", Hash { subject: Subject::Sheet(group.to_owned()), ..same() }),
        ("without this frame", Hash { bare: true, ..same() }),
    ];
    view! {
        <div class="gallery-switches">
            {switch(hash, "Language", languages)}
            {switch(hash, "Theme", themes)}
            {switch(hash, "Width", widths)}
            {switch(hash, "Text", sizes)}
            {switch(hash, "Accent", accents)}
            {switch(hash, "Logo", logos)}
            {switch(hash, "Show", views)}
        </div>
    }
    .into_any()
}

fn switch<N: Into<String>>(
    hash: &Hash,
    name: &'static str,
    choices: impl IntoIterator<Item = (N, Hash)>,
) -> AnyView {
    let links = choices
        .into_iter()
        .map(|(name, to)| {
            let current = (to == *hash).then_some("true");
            view! { <a href=to.address() aria-current=current>{name.into()}</a> }.into_any()
        })
        .collect_view();
    view! { <p role="group" aria-label=name><span>{name}</span> {links}</p> }.into_any()
}
