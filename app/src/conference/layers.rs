//! The picture that a tile needs.

use crate::wire::signal::Layer;

/// Pixels of the screen up to which the small picture, 320 wide, is enough.
const SMALL: f64 = 400.0;

/// Returns the quality for a tile of this width in CSS pixels. A screen of high density shows more of a picture, but
/// nobody needs more than two pixels for one.
pub(crate) fn layer(width: f64, density: f64) -> Layer {
    let pixels = width * density.clamp(1.0, 2.0);
    if pixels < 1.0 {
        Layer::None
    } else if pixels <= SMALL {
        Layer::Low
    } else {
        Layer::High
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_gets_the_picture_of_its_size() {
        assert_eq!(layer(0.0, 1.0), Layer::None);
        assert_eq!(layer(160.0, 2.0), Layer::Low);
        assert_eq!(layer(160.0, 3.0), Layer::Low);
        assert_eq!(layer(400.0, 1.0), Layer::Low);
        assert_eq!(layer(401.0, 1.0), Layer::High);
        assert_eq!(layer(320.0, 2.0), Layer::High);
    }
}
