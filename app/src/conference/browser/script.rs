//! Tasks that JavaScript does more easily: values from JSON, listeners, pauses, and properties that web-sys leaves out.

use js_sys::{Function, JSON, Promise, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, EventTarget, window};

/// Returns a value from its JSON. `undefined` if it is malformed.
pub(super) fn value(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

/// Returns a property.
pub(super) fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method that web-sys leaves out. `None` if there is none or if it fails.
pub(super) fn call(of: &JsValue, name: &str, argument: &JsValue) -> Option<JsValue> {
    property(of, name).dyn_into::<Function>().ok()?.call1(of, argument).ok()
}

/// Waits for a promise. A value that is none is returned as it is.
pub(super) async fn settled(promise: JsValue) -> Result<JsValue, JsValue> {
    match promise.dyn_into::<Promise>() {
        Ok(promise) => JsFuture::from(promise).await,
        Err(value) => Ok(value),
    }
}

/// Listens to an event as long as its source exists.
pub(super) fn on(target: &EventTarget, kind: &str, listener: Rc<dyn Fn(Event)>) {
    let closure = Closure::<dyn Fn(Event)>::new(move |event| listener(event));
    let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Waits some milliseconds.
pub(super) async fn pause(milliseconds: u32) {
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    let over = Promise::new(&mut |resolve, _| {
        let _ = window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
        });
    });
    let _ = JsFuture::from(over).await;
}
