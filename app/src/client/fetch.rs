//! Requests to the service, answered as JSON.

#[cfg(feature = "hydrate")]
use {crate::wire::read, serde::de::DeserializeOwned};

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response, window};

/// Requests a page. `None` if there is no response.
pub(crate) async fn get(path: &str) -> Option<Response> {
    send(path, &RequestInit::new()).await
}

/// Posts a form. `None` if there is no response.
pub(crate) async fn post(action: &str, form: &JsValue) -> Option<Response> {
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(form);
    send(action, &request).await
}

async fn send(path: &str, request: &RequestInit) -> Option<Response> {
    let headers = Headers::new().ok()?;
    headers.set("Accept", "application/json").ok()?;
    request.set_headers(&headers);
    let response = JsFuture::from(window()?.fetch_with_str_and_init(path, request)).await.ok()?;
    response.dyn_into().ok()
}

/// Reads the content of a response. `None` if it is of another type.
#[cfg(feature = "hydrate")]
pub(super) async fn content_of<T: DeserializeOwned>(response: Response) -> Option<T> {
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    read(&text.as_string()?)
}
