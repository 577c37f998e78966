//! Requests to the service.

use crate::client::{get, post};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Response, UrlSearchParams};

/// An answer: its status and its content.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

/// Sends a form of an invitation. `None` if there is no answer.
pub(super) async fn send(call: &str, token: &str, fields: &[(&str, &str)]) -> Option<Answer> {
    let form = UrlSearchParams::new().ok()?;
    form.append("invitation", token);
    for (name, value) in fields {
        form.append(name, value);
    }
    content(post(&["/do/", call].concat(), &JsValue::from(form)).await?).await
}

/// Requests a resource. `None` if there is no answer.
pub(super) async fn ask(path: &str) -> Option<Answer> {
    content(get(path).await?).await
}

async fn content(response: Response) -> Option<Answer> {
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some(Answer { status: response.status(), text: text.as_string()? })
}
