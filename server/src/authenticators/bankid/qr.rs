//! The QR code of an order. It changes each second, so that a picture of it is soon worthless.

use super::AuthResponse;
use app::wire::Qr;
use fast_qr::{ECL, Mode, QRBuilder};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;

/// Light margin that readers need, in modules.
const MARGIN: usize = 4;

/// Returns the text of the QR code, `seconds` after the start of the order.
pub fn qr_text(started: &AuthResponse, seconds: u64) -> String {
    let time = seconds.to_string();
    let secret = started.qr_start_secret.as_bytes();
    // HMAC takes a key of any length.
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        return String::new();
    };
    let code = mac.chain_update(time.as_bytes()).finalize().into_bytes();
    let mut text = format!("bankid.{}.{time}.", started.qr_start_token);
    for byte in code {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Draws a text as a QR code. `None` if no QR code can hold the text.
///
/// Uses the lowest error correction, because a screen has no scratches and larger modules are easier to read.
/// The text is plain bytes, so that texts of one length give pictures of one size.
pub fn picture(text: &str) -> Option<Qr> {
    let code = QRBuilder::new(text).ecl(ECL::L).mode(Mode::Byte).build().ok()?;
    let size = u16::try_from(code.size + 2 * MARGIN).ok()?;
    let mut path = String::new();
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a.value() == b.value()) {
            let wide = run.len();
            if run.first().is_some_and(|module| module.value()) {
                // A filled path need not be closed.
                let _ = write!(path, "M{} {}h{wide}v1h-{wide}", x + MARGIN, y + MARGIN);
            }
            x += wide;
        }
    }
    Some(Qr { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rqrr::PreparedImage;

    fn started() -> AuthResponse {
        AuthResponse {
            order_ref: "131daac9-16c6-4618-beb0-365768f37288".to_owned(),
            auto_start_token: "7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6".to_owned(),
            qr_start_token: "67df3917-fa0d-44e5-b327-edcc928297f8".to_owned(),
            qr_start_secret: "d28db9a7-4cde-429e-a983-359be676944c".to_owned(),
        }
    }

    /// Returns the dark modules of a picture, row by row.
    fn modules(qr: &Qr) -> Vec<Vec<bool>> {
        let size = usize::from(qr.size);
        let mut rows = vec![vec![false; size]; size];
        for run in qr.path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').expect("a column");
            let (y, rest) = rest.split_once('h').expect("a row");
            let (wide, rest) = rest.split_once("v1h-").expect("a width");
            assert_eq!(wide, rest);
            let number = |text: &str| text.parse::<usize>().expect("a number");
            for module in rows[number(y)].iter_mut().skip(number(x)).take(number(wide)) {
                assert!(!*module, "painted twice");
                *module = true;
            }
        }
        rows
    }

    /// Returns the text that a camera reads in a picture.
    fn read(qr: &Qr) -> String {
        const SCALE: usize = 4;
        let modules = modules(qr);
        let side = usize::from(qr.size) * SCALE;
        let shade = |x: usize, y: usize| if modules[y / SCALE][x / SCALE] { 0 } else { 255 };
        let mut image = PreparedImage::prepare_from_greyscale(side, side, shade);
        let codes = image.detect_grids();
        assert_eq!(codes.len(), 1, "codes in the picture");
        codes[0].decode().expect("a text").1
    }

    #[test]
    fn the_text_is_what_the_app_expects() {
        for (seconds, code) in [
            (0, "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"),
            (1, "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2"),
            (2, "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3"),
            (29, "26049f2bc12d5b43ebe8bf701e7725abf015d2d8347aa04c924b5793ee4a196c"),
        ] {
            let text = format!("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.{seconds}.{code}");
            assert_eq!(qr_text(&started(), seconds), text);
        }
    }

    #[test]
    fn the_picture_is_read_back_as_the_text() {
        for seconds in [0, 9, 10, 29, 180] {
            let text = qr_text(&started(), seconds);
            assert_eq!(read(&picture(&text).expect("a picture")), text);
        }
        let long = "å".repeat(300);
        assert_eq!(read(&picture(&long).expect("a picture")), long);
    }

    #[test]
    fn the_picture_keeps_its_size_and_its_margin() {
        for seconds in 0..=180 {
            let qr = picture(&qr_text(&started(), seconds)).expect("a picture");
            assert_eq!(qr.size, 41 + 8);
            assert!(qr.path.len() < 7_000, "{} bytes", qr.path.len());
            let rows = modules(&qr);
            let inner = MARGIN..usize::from(qr.size) - MARGIN;
            for (y, row) in rows.iter().enumerate() {
                for (x, dark) in row.iter().enumerate() {
                    assert!(!dark || inner.contains(&x) && inner.contains(&y));
                }
            }
        }
    }

    #[test]
    fn a_text_that_is_too_long_has_no_picture() {
        assert!(picture(&"x".repeat(2_953)).is_some());
        assert!(picture(&"x".repeat(2_954)).is_none());
        assert!(picture(&"x".repeat(100_000)).is_none());
    }
}
