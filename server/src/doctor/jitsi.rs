//! The doctor's look at Jitsi Meet: whether its address answers, since pages only lead there.

use super::Finding;
use crate::{
    config::Config,
    http_client::{HttpClient, Trust},
};
use axum::http::Request;

/// Returns the finding about the configured Jitsi. `None` if there is none.
pub(super) async fn jitsi(config: &Config) -> Option<Finding> {
    let jitsi = config.jitsi.as_ref()?;
    let found = answers(&jitsi.url).await.map(|()| "its address answers".to_owned());
    Some(Finding::new("jitsi", found))
}

async fn answers(url: &str) -> Result<(), String> {
    let client = HttpClient::new(&Trust::default()).map_err(|error| error.to_string())?;
    let request = Request::get(url).body(Vec::new());
    let request = request.map_err(|_| "jitsi.url can't be called".to_owned())?;
    match client.call(request).await {
        Ok(response) if response.status < 400 => Ok(()),
        Ok(response) => Err(format!("its address answers with status {}", response.status)),
        Err(trouble) => Err(trouble.to_string()),
    }
}
