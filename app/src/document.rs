//! HTML documents, as the server sends them.

use crate::{
    Wizard,
    components::{LIVE, in_app},
    pages, shape,
    wire::{BankId, Language, PageView, Progress, Screen},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// The parts of a document.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// The view to show.
    pub view: &'a PageView,
    /// Its [`content`].
    pub content: &'a str,
    /// The bundle's tags for the head, with the nonce filled in. They are written unescaped.
    pub head: String,
    /// The nonce of the page's own script.
    pub nonce: String,
}

/// The bundle that a page loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bundle {
    /// That of the wizard, which takes the page over.
    Wizard(Language),
    /// That of the built-in room, which is mounted within the page.
    Room(Language),
    /// The same with LiveKit's client, for a room whose media go there.
    RoomAtLiveKit(Language),
}

impl Bundle {
    /// Returns the bundle for a view. `None` for a statement, which has nothing for a script to do, and for a browser
    /// within an app, which the page advises to leave.
    pub fn of(view: &PageView) -> Option<Self> {
        match &view.screen {
            _ if view.link.is_some() => None,
            screen if screen.is_statement() => None,
            screen if screen.uses_livekit() => Some(Self::RoomAtLiveKit(view.language)),
            screen if screen.uses_devices() => Some(Self::Room(view.language)),
            _ => Some(Self::Wizard(view.language)),
        }
    }

    /// Returns its name: that of the folder that `make bundle` builds it in.
    pub fn name(self) -> String {
        match self {
            Self::Wizard(language) => language.tag().to_owned(),
            Self::Room(language) | Self::RoomAtLiveKit(language) => {
                [language.tag(), "-room"].concat()
            }
        }
    }
}

/// The site map: every page that people can open. The server's routes are generated from it. It is never
/// rendered: the server has found the route already when it renders a [`document`].
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=path!("/m/:token") view=|| ()/>
                <Route path=path!("/m/:token/:step") view=|| ()/>
                <Route path=path!("/accessibility") view=|| ()/>
                <Route path=path!("/accessibility/reported") view=|| ()/>
                <Route path=path!("/ended") view=|| ()/>
                <Route path=path!("/privacy") view=|| ()/>
            </Routes>
        </Router>
    }
}

/// The element that the browser hydrates. It contains nothing else.
#[component]
fn Content(view: PageView) -> impl IntoView {
    // `HYDRATED` is how it begins.
    view! { <div id="app"><crate::Page wizard=Wizard::new(view)/></div> }
}

/// Renders the content of a document: all that depends on its view alone. Nothing in it is asynchronous, so it needs
/// neither streaming nor a script of Leptos to assemble it.
pub fn content(view: &PageView) -> String {
    Owner::new().with(|| {
        let body = view! { <Content view=view.clone()/> }.to_html();
        let shape = body.split_once(HYDRATED).map(|(_, within)| shape::of_markup(within));
        let (shape, view) = (shape.unwrap_or_default(), inline_view(view));
        format!(
            r#"{body}<script type="application/json" data-shape="{shape}" id="view">{view}</script>"#
        )
    })
}

/// Puts a document together.
pub fn document(document: &Document) -> String {
    let (language, head) = (document.view.language.tag(), head(document));
    let content = document.content;
    let copies = match document.view.link {
        Some(_) => format!(r#"<script nonce="{}">{}</script>"#, document.nonce, in_app::SCRIPT),
        None => String::new(),
    };
    format!(
        r#"<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{content}{copies}</body></html>"#
    )
}

/// The beginning of the element that the browser hydrates.
const HYDRATED: &str = r#"<div id="app">"#;

/// Returns the inline view. Nothing in it can end its `script` element.
fn inline_view(view: &PageView) -> String {
    serde_json::to_string(view).unwrap_or_default().replace('<', "\\u003c")
}

fn head(document: &Document) -> String {
    let title = escaped(&pages::title(document.view));
    let waiting = renewal(&document.view.screen, &document.nonce).unwrap_or_default();
    let late =
        if document.view.screen.uses_devices() { notice(&document.nonce) } else { String::new() };
    let tags = &document.head;
    format!(
        r##"<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no"><meta name="color-scheme" content="light dark"><meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)"><meta name="theme-color" content="#15191d" media="(prefers-color-scheme: dark)"><link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="apple-touch-icon" href="/icon-180.png"><link rel="manifest" href="/manifest.webmanifest">{tags}<link rel="stylesheet" href="/brand.css">{waiting}{late}"##
    )
}

/// Returns the script that shows that the room's bundle has not started: in a browser that is too old, or without a
/// part of the page.
fn notice(nonce: &str) -> String {
    let wait = LATEST_START * 1_000;
    format!(
        r#"<script nonce="{nonce}">setTimeout(function(){{var page=document.documentElement;page.hasAttribute("data-room")||page.setAttribute("data-room","late")}},{wait})</script>"#
    )
}

/// Seconds within which the room's bundle must start, on a slow phone in a weak network too.
const LATEST_START: u32 = 15;

/// Returns the tags that reload a page that waits. `None` if the page does not wait.
///
/// The app does it if it runs, else this script, else the browser itself, whether or not it claims to run
/// scripts. The script hides the `meta` element before the browser reads it, since a refresh can't be revoked
/// afterwards.
fn renewal(screen: &Screen, nonce: &str) -> Option<String> {
    let (seconds, url) = refresh(screen)?;
    let (there, goes) = match url {
        Some(url) => (["; url=", &escaped(url)].concat(), format!("replace({})", in_script(url))),
        None => (String::new(), "reload()".to_owned()),
    };
    let wait = SLOWEST_START.max(seconds) * 1_000;
    Some(format!(
        r#"<script nonce="{nonce}">document.write("<noscript>");setTimeout(function(){{document.documentElement.hasAttribute("{LIVE}")||location.{goes}}},{wait})</script><meta http-equiv="refresh" content="{seconds}{there}"></noscript>"#
    ))
}

/// Seconds within which the app must hydrate a page. A QR code can be scanned for five.
const SLOWEST_START: u32 = 3;

/// Returns the seconds after which a page that waits reloads without the app, and the address to load. It
/// waits for a room to open or for an identification to progress. A finished identification continues at
/// once.
fn refresh(screen: &Screen) -> Option<(u32, Option<&str>)> {
    Some(match screen {
        Screen::BankId(BankId { progress: Progress { done: Some(url), .. }, .. }) => (0, Some(url)),
        // A QR code can be scanned for a few seconds only.
        Screen::BankId(BankId { progress: Progress { qr: Some(_), .. }, .. }) => (2, None),
        Screen::BankId(_) => (3, None),
        screen if screen.waits() => (30, None),
        _ => return None,
    })
}

/// Returns a text as a JavaScript string. Nothing in it can end its `script` element.
fn in_script(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default().replace('<', "\\u003c")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{gallery::states::STATES, steps::REPORT_PATH, wire::read};

    fn printed(view: &PageView) -> String {
        let (head, nonce) = ("<link rel=preload>".to_owned(), "NONCE".to_owned());
        let content = content(view);
        document(&Document { view, content: &content, head, nonce })
    }

    fn everything() -> Vec<(&'static str, Language, String)> {
        STATES
            .iter()
            .flat_map(|state| {
                Language::ALL
                    .map(|language| (state.name, language, printed(&(state.view)(language))))
            })
            .collect()
    }

    #[test]
    fn every_screen_is_a_whole_document_in_its_language() {
        for (name, language, html) in everything() {
            assert!(html.starts_with("<!DOCTYPE html><html lang=\""), "{name}: {html}");
            assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{name}");
            assert!(html.contains("<link rel=preload>"), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert_eq!(html.matches("<main").count(), 1, "{name}");
            assert!(html.ends_with("</html>"), "{name}");
        }
    }

    #[test]
    fn no_screen_holds_a_style_or_a_script_but_those_that_renew_what_waits_and_tell_what_is_late() {
        for (name, _, html) in everything() {
            assert!(!html.contains(" style="), "{name}");
            assert!(!html.contains(" onclick="), "{name}");
            let renewed = usize::from(html.contains("http-equiv=\"refresh\""));
            // One more for what is late, or for the link to copy.
            let late = usize::from(html.contains("id=\"room\"") || html.contains("to-copy"));
            assert_eq!(html.matches("<script nonce=\"NONCE\">").count(), renewed + late, "{name}");
            assert_eq!(html.matches("<script").count(), 1 + renewed + late, "{name}");
            assert!(html.contains("<script type=\"application/json\""), "{name}");
        }
    }

    #[test]
    fn what_stands_in_the_page_s_script_can_t_end_it() {
        let mut view = STATES.iter().find(|state| state.name == "bankid-here-done");
        let mut view = view.take().map(|state| (state.view)(Language::Swedish)).expect("a state");
        let Screen::BankId(bankid) = &mut view.screen else { panic!("no BankID") };
        bankid.progress.done = Some("/back/\"</script><script>alert(1)//".to_owned());
        let html = printed(&view);
        assert_eq!(html.matches("<script").count(), 2);
        assert!(
            html.contains(r#"location.replace("/back/\"\u003c/script>\u003cscript>alert(1)//")"#)
        );
    }

    #[test]
    fn the_shape_of_what_is_taken_over_stands_beside_it() {
        for (name, _, html) in everything() {
            let (_, within) = html.split_once(HYDRATED).expect(name);
            let (within, after) = within.split_once("</div><script type=").expect(name);
            let shape = shape::of_markup(within);
            assert!(after.contains(&format!(" data-shape=\"{shape}\" id=\"view\">")), "{name}");
        }
    }

    #[test]
    fn each_form_says_above_its_button_that_nobody_answered() {
        for (name, _, html) in everything() {
            for form in html.split("<form").skip(1) {
                let (form, _) = form.split_once("</form>").expect(name);
                // A dialog's own form is not sent, and a statement has no app.
                let sent = form.contains("method=\"post\"") && !form.contains(REPORT_PATH);
                assert_eq!(form.matches("role=\"alert\"").count(), usize::from(sent), "{name}");
            }
        }
    }

    #[test]
    fn no_line_of_running_text_breaks_at_the_hyphen_of_such_a_word() {
        for (name, language, html) in everything() {
            let texts = ["<p", "<li"].iter().flat_map(|tag| html.split(tag).skip(1));
            // Names of methods stay as scripts know them.
            let texts = texts.filter(|text| {
                !text.starts_with(" class=\"big\"") && !text.contains("class=\"step-name\"")
            });
            for text in texts.filter_map(|text| text.split("</").next()) {
                let broken = ["e-post", "E-post", "e-legitimation", "BankID-app", "QR-kod"]
                    .iter()
                    .any(|word| text.contains(word));
                assert!(language != Language::Swedish || !broken, "{name}: {text}");
            }
        }
    }

    #[test]
    fn no_id_is_used_twice_and_every_description_is_there() {
        for (name, _, html) in everything() {
            let ids = attributes(&html, " id=\"");
            for (index, id) in ids.iter().enumerate() {
                assert!(!ids[..index].contains(id), "{name}: {id}");
            }
            let described = attributes(&html, " aria-describedby=\"");
            for id in described.iter().flat_map(|list| list.split(' ')) {
                assert!(ids.contains(&id), "{name}: {id}");
            }
        }
    }

    #[test]
    fn a_problem_is_in_the_title_and_something_is_focused() {
        for state in STATES {
            let view = (state.view)(Language::Swedish);
            let problem = view.problem;
            let html = printed(&view);
            assert_eq!(html.contains("<title>Fel: "), problem.is_some(), "{}", state.name);
            if problem.is_some() {
                assert_eq!(html.matches(" autofocus").count(), 1, "{}", state.name);
            }
        }
    }

    #[test]
    fn the_inline_view_is_read_back_and_nothing_in_it_ends_its_element() {
        let mut view = (STATES[0].view)(Language::Swedish);
        view.organisation.name = String::from("</script><script>alert(1)</script><!--");
        let html = printed(&view);
        assert_eq!(html.matches("<script").count(), 1);
        assert!(!html.contains("alert(1)</script>"));
        let start = html.find("id=\"view\">").expect("a view") + "id=\"view\">".len();
        let end = start + html[start..].find("</script>").expect("an end");
        assert_eq!(read::<PageView>(&html[start..end]), Some(view));
    }

    #[test]
    fn only_what_is_waited_for_is_reloaded_without_the_app() {
        for state in STATES {
            let html = printed(&(state.view)(Language::Swedish));
            let seconds = html
                .split_once(r#"</script><meta http-equiv="refresh" content=""#)
                .and_then(|(_, rest)| rest.split_once('"'))
                .map(|(content, _)| content);
            let expected = match state.name {
                "meeting-waiting" | "meeting-room-closed" => Some("30"),
                "bankid-here-done" => {
                    Some("0; url=/m/gallerigallerigallerigaller/return?a=1&amp;b=2")
                }
                "bankid-elsewhere-open-app" => Some("2"),
                name if name.starts_with("bankid-") => Some("3"),
                _ => None,
            };
            assert_eq!(seconds, expected, "{}", state.name);
        }
    }

    #[test]
    fn only_the_built_in_room_and_its_test_load_the_room_s_bundle() {
        for (name, language, _) in everything() {
            let state = STATES.iter().find(|state| state.name == name).expect(name);
            let bundle = Bundle::of(&(state.view)(language));
            let room = bundle == Some(Bundle::Room(language));
            let devices = name.starts_with("meeting-built-in") || name.starts_with("check");
            assert_eq!(room, devices, "{name}");
        }
        assert_eq!(Bundle::Wizard(Language::Swedish).name(), "sv");
        assert_eq!(Bundle::Room(Language::English).name(), "en-room");
    }

    #[test]
    fn the_site_map_is_listed_without_a_document() {
        let routes = leptos_axum::generate_route_list(App);
        let mut paths = routes.iter().map(leptos_axum::AxumRouteListing::path).collect::<Vec<_>>();
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                "/accessibility",
                "/accessibility/reported",
                "/ended",
                "/m/{token}",
                "/m/{token}/{step}",
                "/privacy",
            ]
        );
    }

    fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
        html.split(name).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }
}
