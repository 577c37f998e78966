//! The shape of a page's markup: its elements, texts and comments, in their order.
//!
//! Hydration walks through the page node by node, so it fails on markup that has changed. Translators,
//! readers, password managers and proxies may have changed it. So the server writes a digest of the shape
//! beside the page, and the app hydrates only what still has that shape.

/// A digest that is computed node by node (FNV-1a).
pub(crate) struct Shape(u32);

impl Shape {
    pub(crate) const fn new() -> Self {
        Self(0x811c_9dc5)
    }

    /// Adds the start of a node, with the name that the browser's document has for it.
    pub(crate) fn begins(&mut self, name: &str) {
        for byte in name.bytes() {
            self.take(byte.to_ascii_lowercase());
        }
    }

    /// Adds the end of a node.
    pub(crate) const fn ends(&mut self) {
        self.take(b'/');
    }

    const fn take(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u32).wrapping_mul(0x0100_0193);
    }

    /// Returns the digest as it is written beside the page.
    pub(crate) fn written(&self) -> String {
        self.0.to_string()
    }
}

/// Returns the shape of the content of an element in our markup, up to its end tag.
#[cfg(feature = "ssr")]
pub(crate) fn of_markup(mut rest: &str) -> String {
    /// Elements without an end tag.
    const VOID: [&str; 5] = ["br", "hr", "img", "input", "source"];
    let mut shape = Shape::new();
    let mut open = 0_u32;
    while let Some(next) = rest.chars().next() {
        let end = if next != '<' {
            shape.begins("#text");
            shape.ends();
            rest.find('<').unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("<!") {
            shape.begins("#comment");
            shape.ends();
            let end = if comment.starts_with("--") { "-->" } else { ">" };
            rest.find(end).map_or(rest.len(), |at| at + end.len())
        } else {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1);
            if rest.starts_with("</") {
                if open == 0 {
                    break;
                }
                open -= 1;
                shape.ends();
            } else {
                let name = rest[1..end].split([' ', '/', '>']).next().unwrap_or_default();
                shape.begins(name);
                if VOID.contains(&name) {
                    shape.ends();
                } else {
                    open += 1;
                }
            }
            end
        };
        rest = rest.get(end..).unwrap_or_default();
    }
    shape.written()
}

/// Returns the shape of the content of a node of the document.
#[cfg(feature = "hydrate")]
pub(crate) fn of_node(node: &web_sys::Node) -> String {
    let mut shape = Shape::new();
    walk(&mut shape, node);
    shape.written()
}

#[cfg(feature = "hydrate")]
fn walk(shape: &mut Shape, parent: &web_sys::Node) {
    let mut next = parent.first_child();
    while let Some(node) = next {
        shape.begins(&node.node_name());
        walk(shape, &node);
        shape.ends();
        next = node.next_sibling();
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    const FORM: &str =
        "<p class=\"a\">Namn<!>n</p><form><input name=\"b\"><svg><path d=\"\"></path></svg></form>";

    #[test]
    fn a_shape_is_that_of_the_nodes_and_not_of_their_attributes_and_texts() {
        let other = FORM
            .replace("Namn", "Name &amp; more")
            .replace("class=\"a\"", "class=\"a\" title=\"b\"");
        assert_eq!(of_markup(&other), of_markup(FORM));
        assert_eq!(
            of_markup(&format!("{FORM}</div><p>after</p>")),
            of_markup(FORM),
            "its end is the end"
        );
        assert_eq!(of_markup("<p>a<!-- > --></p>"), of_markup("<p>a<!></p>"));
    }

    #[test]
    fn whatever_is_put_in_or_taken_away_changes_the_shape() {
        for (from, to) in [
            ("<!>", ""),
            ("Namn", "<font>Namn</font>"),
            ("<input name=\"b\">", "<input name=\"b\"><div></div>"),
            ("<form>", "<form><span></span>"),
            ("</p><form>", "</p> <form>"),
            ("<form>", "<div>"),
            ("</p>", "</p><p></p>"),
            ("<path d=\"\"></path></svg>", "</svg><path d=\"\"></path>"),
            ("<input name=\"b\">", ""),
        ] {
            let changed = FORM.replace(from, to);
            assert_ne!(changed, FORM);
            assert_ne!(of_markup(&changed), of_markup(FORM), "{changed}");
        }
    }

    #[test]
    fn markup_that_is_cut_off_does_no_harm() {
        for end in 0..FORM.len() {
            of_markup(&FORM[..end]);
        }
    }
}
