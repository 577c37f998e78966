//! Lists whose items stay the same elements while others come and go: a focus or a picture within stays.

use crate::wizard::effect;
use leptos::{
    prelude::*,
    tachys::view::{Mountable, any_view::AnyViewState},
};
use web_sys::Element;

/// An item that is shown.
struct Item {
    key: String,
    state: AnyViewState,
    /// Dropped, it ends the item's effects.
    _owner: Owner,
}

/// The keys of a list, in order.
type Keys = Box<dyn Fn() -> Vec<String>>;

/// Draws the item of a key.
type Draw = Box<dyn Fn(&str) -> AnyView>;

/// Keeps an item for each key in an element, which has no other content. New ones come last.
pub(super) fn fill(
    place: impl Fn() -> Option<Element> + 'static,
    keys: impl Fn() -> Vec<String> + 'static,
    item: impl Fn(&str) -> AnyView + 'static,
) {
    let (keys, item): (Keys, Draw) = (Box::new(keys), Box::new(item));
    let outer = Owner::current().unwrap_or_default();
    let mut items: Vec<Item> = Vec::new();
    effect(move || {
        let (Some(place), keys) = (place(), keys()) else { return };
        items.retain_mut(|item| {
            let kept = keys.contains(&item.key);
            if !kept {
                item.state.unmount();
            }
            kept
        });
        for key in keys {
            if items.iter().any(|item| item.key == key) {
                continue;
            }
            let owner = outer.child();
            let mut state = untrack(|| owner.with(|| item(&key).build()));
            state.mount(&place, None);
            items.push(Item { key, state, _owner: owner });
        }
    });
}
