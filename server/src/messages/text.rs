//! A message as plain text.

use super::page::{Block, Fact, Page};

/// Renders the page as plain text, with one empty line between its parts. A code is alone on its line.
pub(crate) fn text(page: &Page) -> String {
    let mut parts = vec![page.heading.clone()];
    parts.extend(page.blocks.iter().map(part));
    parts.join("\n\n") + "\n"
}

fn part(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("{text}:"),
        Block::Text(text) => text.clone(),
        Block::List(points) => lines(points.iter().map(|point| format!("- {point}"))),
        Block::Facts(facts) => {
            lines(facts.iter().map(|Fact { label, text, .. }| format!("{label}: {text}")))
        }
        Block::Code(code) => code.clone(),
        Block::Door { label, link, .. } => format!("{label}:\n{link}"),
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
