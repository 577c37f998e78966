//! Contents of pages from before their visitor is known: the first page of an invitation, the statements, and the page
//! for an unknown address. But for the link's token they are the same for many visitors, so each is rendered once.

use app::{
    content,
    wire::{MethodPage, PageView, Screen},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Contents that are kept: a language has a few, and each sender has their own first page.
const KEPT: usize = 256;

/// Stands where a kept content has the token. It has a token's letters, so that it is written as one.
const TOKEN: &str = "TOKENTOKENTOKENTOKENTOKENTO";

/// The contents that have been rendered, by their views.
#[derive(Clone, Default)]
pub(super) struct FirstPages(Arc<Mutex<HashMap<String, Arc<str>>>>);

impl FirstPages {
    /// Returns the content of a view.
    pub(super) fn content(&self, view: &PageView) -> String {
        let Some(general) = general(view) else { return content(view) };
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&general).cloned();
        let Some(kept) = kept.or_else(|| self.keep(general)) else { return content(view) };
        match &view.token {
            Some(token) => kept.replace(TOKEN, token),
            None => (*kept).to_owned(),
        }
    }

    fn keep(&self, general: String) -> Option<Arc<str>> {
        let rendered: Arc<str> = content(&serde_json::from_str(&general).ok()?).into();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(general, Arc::clone(&rendered));
        Some(rendered)
    }
}

/// Returns the view as JSON with a stand-in for its token. `None` if the view may say something about its visitor:
/// nobody's data are kept.
fn general(view: &PageView) -> Option<String> {
    let PageView { session: None, notice: None, problem: None, .. } = view else { return None };
    match &view.screen {
        Screen::Method(MethodPage { phone: None, .. }) | Screen::NotFound => {}
        screen if screen.is_statement() => {}
        _ => return None,
    }
    let written = serde_json::to_string(view).ok()?;
    match &view.token {
        None => Some(written),
        // A name could be spelt like the stand-in.
        Some(_) if written.contains(TOKEN) => None,
        Some(token) => Some(written.replace(token.as_str(), TOKEN)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::{
        steps::Track,
        wire::{Help, Language, Method, Organisation, Session},
    };

    fn view(token: &str, screen: Screen) -> PageView {
        PageView {
            language: Language::Swedish,
            path: format!("/m/{token}/method"),
            token: Some(token.to_owned()),
            organisation: Organisation {
                name: "Exempelby kommun".to_owned(),
                phone: None,
                logo: None,
                logo_dark: None,
            },
            track: Track::default(),
            help: Some(Help { name: "Kim Ek".to_owned(), phone: "+46701740605".to_owned() }),
            session: None,
            notice: None,
            problem: None,
            link: None,
            screen,
        }
    }

    fn method(phone: Option<&str>) -> Screen {
        let (way, phone) = (Method::EmailCode, phone.map(str::to_owned));
        Screen::Method(MethodPage { way, code_length: 4, phone, e_id: false })
    }

    const TOKENS: [&str; 3] = [
        "HGlfQSABE5t_8w3xyYA7_iQmgCw",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "-----__--------------------",
    ];

    #[test]
    fn a_kept_content_is_what_is_rendered_anew() {
        let first = FirstPages::default();
        for language in Language::ALL {
            for token in TOKENS.iter().cycle().take(6) {
                let view = PageView { language, ..view(token, method(None)) };
                assert_eq!(first.content(&view), content(&view), "{token}");
            }
        }
        let kept = first.0.lock().expect("a lock").len();
        assert_eq!(kept, Language::ALL.len(), "one for all tokens");
    }

    #[test]
    fn two_senders_have_two_pages() {
        let first = FirstPages::default();
        for name in ["Kim Ek", "Li Alm", "Kim Ek", TOKEN] {
            let mut view = view(TOKENS[0], method(None));
            view.help = Some(Help { name: name.to_owned(), phone: "+46701740605".to_owned() });
            assert_eq!(first.content(&view), content(&view), "{name}");
        }
        assert_eq!(first.0.lock().expect("a lock").len(), 2, "none that holds the stand-in");
    }

    #[test]
    fn nothing_that_may_be_about_a_visitor_is_kept() {
        let first = FirstPages::default();
        let session =
            Session { ends_in: 900, warned_before: 120, can_stay: true, elsewhere: false };
        let known = PageView { session: Some(session), ..view(TOKENS[0], method(None)) };
        for view in
            [known, view(TOKENS[0], method(Some("•••• 05"))), view(TOKENS[0], Screen::Ended)]
        {
            assert_eq!(first.content(&view), content(&view));
        }
        assert!(first.0.lock().expect("a lock").is_empty());
    }

    #[test]
    fn their_number_has_a_bound() {
        let first = FirstPages::default();
        for number in 0..=KEPT {
            let mut view = view(TOKENS[0], method(None));
            view.organisation.name = number.to_string();
            first.content(&view);
        }
        assert_eq!(first.0.lock().expect("a lock").len(), 1, "begun anew");
    }
}
