//! The organisation's colour, and whether people can see it (WCAG 2.2, 1.4.3 and 1.4.11).

/// What text on the colour needs.
const TEXT: f64 = 4.5;

/// What a button needs against the page.
const BUTTON: f64 = 3.0;

/// The pages' darkest light background and their lightest dark one.
const LIGHT_PAGE: Rgb = Rgb([0xf4, 0xf4, 0xf2]);
const DARK_PAGE: Rgb = Rgb([0x22, 0x26, 0x2b]);

/// The colour of buttons and of the page's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accent {
    /// On light pages: the configured colour itself.
    pub light: Shade,
    /// On dark pages: made paler until it stands out from them.
    pub dark: Shade,
}

/// A colour and the text on it, both as `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shade {
    /// The colour.
    pub colour: String,
    /// The text on it: black or white, whichever reads better.
    pub on: &'static str,
}

/// Reads `#rrggbb` and makes sure that it can be used.
pub(super) fn parse(text: &str) -> Result<Accent, String> {
    let colour = Rgb::parse(text.trim()).ok_or("must be a colour such as #005a9c")?;
    if colour.contrast(LIGHT_PAGE) < BUTTON {
        return Err(format!(
            "is too pale to be seen on the page: it needs a contrast of {BUTTON}:1"
        ));
    }
    let dark = (0..=100_u8)
        .map(|percent| colour.paler(percent))
        .find(|shade| shade.contrast(DARK_PAGE) >= BUTTON && shade.on().1 >= TEXT)
        .unwrap_or(Rgb::WHITE);
    match (colour.shade(), dark.shade()) {
        (Some(light), Some(dark)) => Ok(Accent { light, dark }),
        _ => Err(format!("bears no readable text: it needs a contrast of {TEXT}:1")),
    }
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

    /// WCAG's relative luminance.
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// WCAG's contrast ratio.
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn paler(self, percent: u8) -> Self {
        let mix = |c: u8| u16::from(c) + (255 - u16::from(c)) * u16::from(percent) / 100;
        Self(self.0.map(|c| u8::try_from(mix(c)).unwrap_or(u8::MAX)))
    }

    /// The better text colour and its contrast.
    fn on(self) -> (Self, f64) {
        let (white, black) = (self.contrast(Self::WHITE), self.contrast(Self::BLACK));
        if white >= black { (Self::WHITE, white) } else { (Self::BLACK, black) }
    }

    fn shade(self) -> Option<Shade> {
        let (on, contrast) = self.on();
        let on = if on == Self::WHITE { "#ffffff" } else { "#000000" };
        (contrast >= TEXT).then(|| Shade { colour: self.hex(), on })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dark_colour_bears_white_text_and_is_paler_on_dark_pages() {
        let accent = parse("#003366").expect("a usable colour");
        assert_eq!(accent.light, Shade { colour: "#003366".into(), on: "#ffffff" });
        assert_ne!(accent.dark.colour, "#003366");
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
                }
                prop_assert_eq!(accent.light.colour, Rgb(rgb).hex());
            }
        }
    }
}
