//! QR codes.

use qrcode::QrCode;
use qrcode::render::{svg as vector, unicode};

/// Draws the text in Unicode block characters. Empty if the text is too long for a QR code.
pub(super) fn text(text: &str) -> String {
    let draw = |code: QrCode| {
        let (dark, light) = (unicode::Dense1x2::Light, unicode::Dense1x2::Dark);
        code.render::<unicode::Dense1x2>().dark_color(dark).light_color(light).build()
    };
    QrCode::new(text).map(draw).unwrap_or_default()
}

/// Draws the text as one SVG element. Empty if the text is too long for a QR code.
pub(super) fn svg(text: &str) -> String {
    let draw = |code: QrCode| code.render::<vector::Color<'_>>().min_dimensions(200, 200).build();
    let image = QrCode::new(text).map(draw).unwrap_or_default();
    // The XML declaration before the element is for files alone.
    image.find("<svg").map(|start| image[start..].to_owned()).unwrap_or_default()
}
