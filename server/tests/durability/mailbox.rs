//! The mail that arrived. A message that arrives twice must be the same.

use mail_parser::{MessageParser, MimeHeaders};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use test_support::mail_server::MailServer;
use tokio::time;

/// A message as its recipient reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) id: String,
    /// Everything that can be read in it, and when it was written.
    words: String,
    /// The code, if it has one.
    pub(crate) code: Option<String>,
    /// The link token, if it has a link.
    pub(crate) token: Option<String>,
}

#[derive(Default)]
struct Bag {
    messages: HashMap<String, Vec<Letter>>,
    by_id: HashMap<String, Letter>,
    repeats: usize,
}

/// Everybody's mailbox.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Arc<Mutex<Bag>>);

impl Mailbox {
    /// Reads what a mail server accepts from now on.
    pub(crate) fn of(server: Arc<MailServer>) -> Self {
        let post = Self::default();
        let bag = post.clone();
        tokio::spawn(async move {
            let mut read = 0;
            let mut turns = time::interval(Duration::from_millis(5));
            loop {
                for caught in server.caught_since(read) {
                    read += 1;
                    bag.take(&caught.to, &caught.data);
                }
                turns.tick().await;
            }
        });
        post
    }

    fn take(&self, to: &str, data: &[u8]) {
        let letter = read(data);
        let mut bag = self.0.lock().expect("a lock");
        if let Some(before) = bag.by_id.get(&letter.id) {
            assert_eq!(before, &letter, "what comes twice is the same");
            bag.repeats += 1;
            return;
        }
        bag.by_id.insert(letter.id.clone(), letter.clone());
        bag.messages.entry(to.to_owned()).or_default().push(letter);
    }

    /// Returns the different messages to an address.
    pub(crate) fn to(&self, address: &str) -> Vec<Letter> {
        self.0.lock().expect("the reader lives").messages.get(address).cloned().unwrap_or_default()
    }

    /// Returns the number of messages, and how many arrivals were repeats.
    pub(crate) fn count(&self) -> (usize, usize) {
        let bag = self.0.lock().expect("the reader lives");
        (bag.by_id.len(), bag.repeats)
    }
}

fn read(data: &[u8]) -> Letter {
    let mail = MessageParser::new().parse(data).expect("a message");
    let text = mail.body_text(0).expect("plain text").into_owned();
    let html = mail.body_html(0).expect("HTML").into_owned();
    let files: Vec<String> = mail
        .attachments()
        .map(|file| format!("{:?} {:?}", file.attachment_name(), file.text_contents()))
        .collect();
    let digits = |line: &&str| !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.lines().map(str::trim).find(digits).map(str::to_owned);
    let token = secret_in(&text);
    let id = mail.message_id().expect("a Message-ID").to_owned();
    let words = format!(
        "{:?}\n{:?}\n{text}\n{html}\n{}",
        mail.subject(),
        mail.date().map(mail_parser::DateTime::to_timestamp),
        files.join("\n")
    );
    Letter { id, words, code, token }
}

/// Returns the link token in a text.
fn secret_in(text: &str) -> Option<String> {
    let secret = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let (_, rest) = text.split_once("/m/")?;
    Some(rest.chars().take_while(secret).collect())
}
