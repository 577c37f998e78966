//! The documents of the configuration, generated from its keys: the example file and the tables.

use super::{SECTIONS, oidc};
use std::fmt::Write;
use toml::Value as Toml;

/// A section of the configuration.
pub(super) struct Section {
    /// Its name.
    pub(super) name: &'static str,
    /// Its comment in the example. Empty if its keys say enough.
    pub(super) about: &'static str,
    /// Its keys, in the order of the documents.
    pub(super) keys: &'static [Key],
}

/// A key: its default, and how the documents show it.
pub(super) struct Key {
    /// Its name, with its section's.
    pub(super) name: &'static str,
    /// The default, or a value for the example. Written as in TOML, where text needs no quotes.
    value: &'static str,
    /// Words for the case that the key is not set. `None` if the value is the default.
    unset: Option<&'static str>,
    /// `true` if the example sets it.
    set: bool,
    /// `true` if the example names a file with the value.
    in_file: bool,
    meaning: &'static str,
}

impl Key {
    /// A key with a default.
    pub(super) const fn new(
        name: &'static str,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { name, value: default, unset: None, set: false, in_file: false, meaning }
    }

    /// A key that must be set.
    pub(super) const fn required(
        name: &'static str,
        example: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self { set: true, ..Self::new(name, example, meaning).or("must be set") }
    }

    /// A key without a default that need not be set.
    pub(super) const fn optional(
        name: &'static str,
        example: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self::new(name, example, meaning).or("none")
    }

    /// Says in other words what holds if the key is not set.
    pub(super) const fn or(self, unset: &'static str) -> Self {
        Self { unset: Some(unset), ..self }
    }

    /// Names a file with the value in the example.
    pub(super) const fn in_file(self) -> Self {
        Self { in_file: true, ..self }
    }

    /// Returns the default. `None` if there is none.
    pub(super) fn default(&self) -> Option<Toml> {
        self.unset.is_none().then(|| self.value())
    }

    fn value(&self) -> Toml {
        match self.value.parse() {
            Ok(value @ (Toml::Boolean(_) | Toml::Array(_))) => value,
            // A phone number would be an integer with a sign.
            Ok(Toml::Integer(number)) if number.to_string() == self.value => number.into(),
            _ => Toml::String(self.value.to_owned()),
        }
    }

    /// Returns the key's comment and line in the example.
    fn lines(&self, section: &str) -> (String, String) {
        let mut about = sentence(self.meaning);
        if let Some(words) = self.unset.filter(|_| !self.set) {
            let is_rule = words.starts_with("must") || words.starts_with("this");
            let by_default = if is_rule { "" } else { " by default" };
            about.extend([" ", &sentence(&format!("{words}{by_default}"))]);
        }
        let name = self.name.strip_prefix(section).unwrap_or(self.name).trim_start_matches('.');
        let file = if self.in_file { "_file" } else { "" };
        let quote = if matches!(self.value(), Toml::String(_)) { "\"" } else { "" };
        let line = format!("{name}{file} = {quote}{}{quote}", self.value);
        (about, line)
    }

    /// Returns the key's row in the table.
    fn row(&self) -> String {
        let default = match (self.unset, self.value()) {
            (Some(words), _) => words.to_owned(),
            (None, Toml::Array(items)) => {
                let items = items.iter().filter_map(Toml::as_str);
                items.map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
            }
            (None, _) => format!("`{}`", self.value),
        };
        format!("| `{}` | {default} | {} |\n", self.name, self.meaning)
    }
}

/// The head of the example.
const HEAD: &str = "\
# The configuration of Anslut, read from anslut.toml or the file named with --config.
#
# Each key can also be set by a variable: ANSLUT_ and the key in capitals, with two underscores for
# the dot, such as ANSLUT_HTTP__LISTEN. Lists have commas between. A variable overrides this file.
# A key that ends in _file names a file with the value. Use it for secrets: mail.url_file,
# ANSLUT_SECRETS__KEY_FILE.
#
# Keys after a # show their default. If there is none, the comment says so.
";

/// Returns the example file.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    for section in SECTIONS {
        text += "\n";
        comment(&mut text, "# ", section.about);
        let _ = writeln!(text, "[{}]", section.name);
        for key in section.keys {
            let (about, line) = key.lines(section.name);
            comment(&mut text, "# ", &about);
            let _ = writeln!(text, "{}{line}", if key.set { "" } else { "#" });
        }
    }
    let providers = oidc::SECTION;
    text += "\n";
    comment(&mut text, "# ", providers.about);
    let _ = writeln!(text, "# [[{}]]", providers.name);
    for key in providers.keys {
        let (about, line) = key.lines(providers.name);
        comment(&mut text, "# # ", &about);
        let shown = key.set || key.unset.is_none();
        let _ = writeln!(text, "# {}{line}", if shown { "" } else { "# " });
    }
    text
}

/// Returns a paper with its tables of keys renewed: those of the sections, and that of providers.
pub fn renewed(paper: &str) -> String {
    let providers = format!("key in `[[{}]]`", oidc::NAME);
    let sections = SECTIONS.iter().flat_map(|section| section.keys);
    let paper = with_table(paper, "key", sections);
    with_table(&paper, &providers, oidc::SECTION.keys.iter())
}

/// Replaces the table whose first column has this head.
fn with_table<'a>(paper: &str, column: &str, keys: impl Iterator<Item = &'a Key>) -> String {
    let head = format!("| {column} | default | meaning |\n| --- | --- | --- |\n");
    let Some((before, old)) = paper.split_once(&head) else { return paper.to_owned() };
    let (_, after) = old.split_once("\n\n").unwrap_or_default();
    let rows: String = keys.map(Key::row).collect();
    format!("{before}{head}{rows}\n{after}")
}

/// Returns a meaning as a sentence without Markdown.
fn sentence(meaning: &str) -> String {
    let mut text = String::new();
    let mut rest = meaning;
    // A link's text is in brackets, and its target, a paper beside this one, in parentheses.
    while let Some((before, link)) = rest.split_once('[') {
        let Some((_, after)) = link.split_once("](") else { break };
        let (target, after) = after.split_once(')').unwrap_or_default();
        text.extend([before, "docs/operations/", target]);
        rest = after;
    }
    text = (text + rest).replace('`', "");
    let first = meaning.chars().next().into_iter().flat_map(char::to_uppercase);
    if meaning.starts_with(char::is_alphabetic) {
        text = first.chain(text.chars().skip(1)).collect();
    }
    text + "."
}

/// Writes a comment in lines of at most 100 characters.
fn comment(into: &mut String, mark: &str, text: &str) {
    let mut line = mark.to_owned();
    for word in text.split_ascii_whitespace() {
        if line.len() > mark.len() && line.chars().count() + word.chars().count() > 100 {
            let _ = writeln!(into, "{}", line.trim_end());
            line.truncate(mark.len());
        }
        line.extend([word, " "]);
    }
    if line.len() > mark.len() {
        let _ = writeln!(into, "{}", line.trim_end());
    }
}
