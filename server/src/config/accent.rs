//! The organisation's accent colour, and its contrast (WCAG 2.2, 1.4.3 and 1.4.11).

/// Minimum contrast of text with its background.
const TEXT: f64 = 4.5;

/// Minimum contrast of a button with the page.
const BUTTON: f64 = 3.0;

/// The darkest background of light pages (`--ground` of the style sheet) and the lightest one of dark pages
/// (`--sunken`). A colour that is visible on these is visible on the others.
const LIGHT_PAGE: Rgb = Rgb([0xf4, 0xf1, 0xec]);
const DARK_PAGE: Rgb = Rgb([0x25, 0x2c, 0x32]);

/// The colour of buttons and of the page's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accent {
    /// The colour on light pages: the configured one.
    pub light: Shade,
    /// The colour on dark pages: made paler until it stands out.
    pub dark: Shade,
}

/// A colour and the colours that go with it, all as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// The colour.
    pub colour: String,
    /// The colour of text on it: black or white, whichever reads better.
    pub on: &'static str,
    /// The colour under the pointer. Text on it reads no worse.
    pub hover: String,
    /// The colour of a line or of text on the page.
    pub ink: String,
}

impl Accent {
    /// Returns the style sheet that sets the pages' colour. It is outside all layers, so it overrides the
    /// pages' own.
    pub fn style_sheet(&self) -> String {
        let (light, dark) = (self.light.declarations(), self.dark.declarations());
        format!(
            ":root{{{light}}}\n\
             @media (prefers-color-scheme:dark){{:root:not([data-theme=\"light\"]){{{dark}}}}}\n\
             :root[data-theme=\"dark\"]{{{dark}}}\n"
        )
    }
}

impl Shade {
    /// Returns the colour as red, green and blue.
    pub fn rgb(&self) -> [u8; 3] {
        Rgb::parse(&self.colour).unwrap_or(Rgb::BLACK).0
    }

    fn declarations(&self) -> String {
        let Self { colour, on, hover, ink } = self;
        format!("--accent:{colour};--on-accent:{on};--accent-hover:{hover};--accent-ink:{ink}")
    }
}

/// Reads `#rrggbb` and checks that its contrast suffices.
pub(super) fn parse(text: &str) -> Result<Accent, String> {
    let colour = Rgb::parse(text.trim()).ok_or("must be a colour such as #005a9c")?;
    if colour.contrast(LIGHT_PAGE) < BUTTON {
        return Err(format!(
            "is too pale to be seen on the page: it needs a contrast of {BUTTON}:1"
        ));
    }
    let paler = colour.towards(Rgb::WHITE, |c| c.contrast(DARK_PAGE) >= BUTTON && c.on().1 >= TEXT);
    if colour.on().1 < TEXT {
        return Err(format!("bears no readable text: it needs a contrast of {TEXT}:1"));
    }
    Ok(Accent {
        light: colour.shade(colour.towards(Rgb::BLACK, |c| c.contrast(LIGHT_PAGE) >= TEXT)),
        dark: paler.shade(paler.towards(Rgb::WHITE, |c| c.contrast(DARK_PAGE) >= TEXT)),
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Rgb([u8; 3]);

impl Rgb {
    const WHITE: Self = Self([255; 3]);
    const BLACK: Self = Self([0; 3]);

    fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#')?;
        if hex.len() != 6 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        Some(Self([r, g, b]))
    }

    fn hex(self) -> String {
        let Self([r, g, b]) = self;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Returns the relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Returns the contrast ratio (WCAG 2.2).
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Returns this colour mixed with a part of another, in percent.
    fn mixed(self, other: Self, percent: u16) -> Self {
        let mut mixed = self.0;
        for (mine, theirs) in mixed.iter_mut().zip(other.0) {
            let sum = u16::from(*mine) * (100 - percent) + u16::from(theirs) * percent;
            *mine = u8::try_from(sum / 100).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// Returns the first colour towards `end` that is `good`, or `end`.
    fn towards(self, end: Self, good: impl Fn(Self) -> bool) -> Self {
        (0..100).map(|percent| self.mixed(end, percent)).find(|c| good(*c)).unwrap_or(end)
    }

    /// Returns the better text colour and its contrast.
    fn on(self) -> (Self, f64) {
        let (white, black) = (self.contrast(Self::WHITE), self.contrast(Self::BLACK));
        if white >= black { (Self::WHITE, white) } else { (Self::BLACK, black) }
    }

    fn shade(self, ink: Self) -> Shade {
        let white = self.on().0 == Self::WHITE;
        let (on, away) = if white { ("#ffffff", Self::BLACK) } else { ("#000000", Self::WHITE) };
        Shade { colour: self.hex(), on, hover: self.mixed(away, 14).hex(), ink: ink.hex() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dark_colour_bears_white_text_and_is_paler_on_dark_pages() {
        let accent = parse("#003366").expect("a usable colour");
        assert_eq!(accent.light.colour, "#003366");
        assert_eq!(accent.light.on, "#ffffff");
        assert_eq!(accent.light.ink, "#003366");
        assert_ne!(accent.dark.colour, "#003366");
    }

    #[test]
    fn the_style_sheet_sets_both_themes() {
        let accent = parse("#0b5d6e").expect("a usable colour");
        let sheet = accent.style_sheet();
        assert!(
            sheet.starts_with(
                ":root{--accent:#0b5d6e;--on-accent:#ffffff;--accent-hover:#094f5e;\
             --accent-ink:#0b5d6e}\n"
            ),
            "{sheet}"
        );
        assert_eq!(sheet.matches(&format!("--accent:{};", accent.dark.colour)).count(), 2);
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    }

    #[test]
    fn a_pale_colour_is_refused() {
        for pale in ["#ffffff", "#ffff00", "#a0c0ff", "#00ff00"] {
            assert!(parse(pale).is_err_and(|wrong| wrong.starts_with("is too pale")), "{pale}");
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#", "005a9c", "#05c", "#005a9cff", "#00 a9c", "#+05a9c", "#å05a9", "red"]
        {
            assert_eq!(parse(text), Err("must be a colour such as #005a9c".into()), "{text}");
        }
    }

    #[test]
    fn the_contrast_is_wcags() {
        assert!((Rgb::WHITE.contrast(Rgb::BLACK) - 21.0).abs() < 1e-9);
        let grey = Rgb([0x76; 3]).contrast(Rgb::WHITE);
        assert!((4.54..4.55).contains(&grey), "{grey}");
    }

    proptest! {
        #[test]
        fn a_colour_that_is_taken_is_seen_on_light_and_dark_pages(rgb in any::<[u8; 3]>()) {
            if let Ok(accent) = parse(&Rgb(rgb).hex()) {
                for (shade, page) in [(&accent.light, LIGHT_PAGE), (&accent.dark, DARK_PAGE)] {
                    let colour = Rgb::parse(&shade.colour).expect("a colour");
                    let on = Rgb::parse(shade.on).expect("a colour");
                    prop_assert!(colour.contrast(page) >= BUTTON);
                    prop_assert!(colour.contrast(on) >= TEXT);
                    let hover = Rgb::parse(&shade.hover).expect("a colour");
                    prop_assert!(hover.contrast(on) >= colour.contrast(on));
                    prop_assert!(Rgb::parse(&shade.ink).expect("a colour").contrast(page) >= TEXT);
                }
                prop_assert_eq!(accent.light.colour, Rgb(rgb).hex());
            }
        }
    }
}
