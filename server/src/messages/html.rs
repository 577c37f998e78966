//! A message as HTML, for mail programs from old Outlook to a phone in dark mode.

use super::{
    content::SenderDetails,
    page::{Block, Page, line},
};
use askama::Template;

#[derive(Template)]
#[template(path = "message.html")]
struct HtmlMessage<'a> {
    language: &'static str,
    subject: &'a str,
    organisation: String,
    accent: String,
    on_accent: &'static str,
    page: &'a Page,
}

/// Renders the page as an HTML document.
pub(crate) fn html(
    organisation: &SenderDetails,
    language: &'static str,
    subject: &str,
    page: &Page,
) -> String {
    let [red, green, blue] = organisation.accent;
    let context = HtmlMessage {
        language,
        subject,
        organisation: line(&organisation.name),
        accent: format!("#{red:02x}{green:02x}{blue:02x}"),
        on_accent: on(organisation.accent),
        page,
    };
    // Writing into a string can't fail.
    context.render().unwrap_or_default()
}

/// Returns black or white, whichever has more contrast with this colour (WCAG 2.2, relative luminance). The
/// contrast is at least 4.5 to 1.
fn on([red, green, blue]: [u8; 3]) -> &'static str {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 { "#ffffff" } else { "#000000" }
}

#[cfg(test)]
mod tests {
    use super::on;

    #[test]
    fn words_on_the_accent_stand_out_from_it() {
        assert_eq!(on([0, 80, 120]), "#ffffff");
        assert_eq!(on([255, 204, 0]), "#000000");
        assert_eq!(on([0, 0, 0]), "#ffffff");
    }
}
