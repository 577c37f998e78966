//! The shape of a page's markup: which elements, texts and comments it is made of, in their order.
//!
//! The server writes a digest of it beside the page, and the app takes over what still has that shape.
//! What reads, translates, fills in or shrinks pages for people may have changed it on the way, and
//! taking over walks through it node by node.

/// A digest that is made as the nodes come (FNV-1a).
pub(crate) struct Shape(u32);

impl Shape {
    pub(crate) const fn new() -> Self {
        Self(0x811c_9dc5)
    }

    /// A node begins, by the name that the browser's document has for it.
    pub(crate) fn begins(&mut self, name: &str) {
        for byte in name.bytes() {
            self.take(byte.to_ascii_lowercase());
        }
    }

    /// A node ends.
    pub(crate) const fn ends(&mut self) {
        self.take(b'/');
    }

    const fn take(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u32).wrapping_mul(0x0100_0193);
    }

    /// The digest, as it is written beside the page.
    pub(crate) fn written(&self) -> String {
        self.0.to_string()
    }
}

/// The shape of what stands within an element of our own markup, up to the tag that ends it.
#[cfg(feature = "ssr")]
pub(crate) fn of_markup(mut rest: &str) -> String {
    /// Elements without an end tag.
    const VOID: [&str; 4] = ["br", "hr", "img", "input"];
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

/// The shape of what stands within a node of the document.
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
