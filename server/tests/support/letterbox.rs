//! A mailer and gateway that keeps what it is given, and takes it or not as the test says.

use async_trait::async_trait;
use server::deliver::{
    DeliveryError, Gateway, Mailer, Refusal, Trouble,
    compose::Composed,
    letter::{CodeLetter, Content, Letter},
};
use std::{
    future::pending,
    sync::{Mutex, MutexGuard},
};
use tokio::sync::watch;

/// What the mailer does with a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes it.
    #[default]
    Takes,
    /// Refuses it for good.
    Refuses,
    /// Can't take it for now.
    Fails,
    /// Takes codes only; can't take anything else for now.
    Falters,
    /// Never comes to an end with it.
    Hangs,
}

/// A letter that was handed to the mailer, taken or not.
#[derive(Clone)]
pub(crate) struct Post {
    pub(crate) letter: Letter,
    pub(crate) composed: Composed,
    pub(crate) taken: bool,
}

impl Post {
    /// The code that it carries, if it is about one.
    pub(crate) fn code(&self) -> Option<&CodeLetter> {
        match &self.letter.content {
            Content::Code(code) => Some(code),
            _ => None,
        }
    }

    /// The link that it carries, if it is an invitation.
    pub(crate) fn link(&self) -> Option<&str> {
        match &self.letter.content {
            Content::Invitation(invitation) => Some(&invitation.link),
            _ => None,
        }
    }

    /// Everything that can be read in it.
    pub(crate) fn words(&self) -> String {
        let Composed { from_name, subject, text, html, calendar, links } = &self.composed;
        let calendar = calendar.as_ref().map_or("", |file| &file.text);
        let id = &self.letter.message_id;
        format!("{id}\n{from_name}\n{subject}\n{text}\n{html}\n{calendar}\n{}", links.join("\n"))
    }
}

/// Keeps every letter.
pub(crate) struct Letterbox {
    post: Mutex<Vec<Post>>,
    manner: Mutex<Manner>,
    count: watch::Sender<usize>,
}

impl Letterbox {
    pub(crate) fn new() -> Self {
        Self { post: Mutex::default(), manner: Mutex::default(), count: watch::Sender::new(0) }
    }

    /// From now on letters are met like this.
    pub(crate) fn becomes(&self, manner: Manner) {
        *self.manner.lock().expect("a lock") = manner;
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Post>> {
        self.post.lock().expect("a lock")
    }

    /// Every letter so far, taken or not, in the order in which they came.
    pub(crate) fn post(&self) -> Vec<Post> {
        self.kept().clone()
    }

    /// The letters to an address so far, and the text messages to its owner's phone.
    pub(crate) fn to(&self, address: &str) -> Vec<Post> {
        let phone = phone_of(address);
        let there = |post: &Post| post.letter.to == address || post.letter.to == phone;
        self.post().into_iter().filter(there).collect()
    }

    /// How many letters came so far.
    pub(crate) fn count(&self) -> usize {
        self.kept().len()
    }

    /// Waits until so many letters have come.
    pub(crate) async fn holds(&self, count: usize) {
        self.count.subscribe().wait_for(|it| *it >= count).await.expect("a letterbox");
    }
}

/// The phone of whoever has an address: another for each, with the same two digits at its end.
pub(crate) fn phone_of(address: &str) -> String {
    let mark = address
        .to_lowercase()
        .bytes()
        .fold(7_u32, |mark, byte| mark.wrapping_mul(31).wrapping_add(u32::from(byte)) % 100_000);
    format!("+4670{mark:05}05")
}

#[async_trait]
impl Mailer for Letterbox {
    async fn deliver(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        self.meet(letter, composed).await
    }
}

#[async_trait]
impl Gateway for Letterbox {
    async fn send(
        &self,
        letter: &Letter,
        composed: &Composed,
    ) -> Result<Option<String>, DeliveryError> {
        self.meet(letter, composed).await?;
        Ok(Some(format!("sms-{}", letter.id())))
    }
}

impl Letterbox {
    async fn meet(&self, letter: &Letter, composed: &Composed) -> Result<(), DeliveryError> {
        let manner = *self.manner.lock().expect("a lock");
        let is_code = matches!(letter.content, Content::Code(_));
        let taken = manner == Manner::Takes || (manner == Manner::Falters && is_code);
        let post = Post { letter: letter.clone(), composed: composed.clone(), taken };
        self.kept().push(post);
        self.count.send_modify(|count| *count += 1);
        match manner {
            _ if taken => Ok(()),
            Manner::Refuses => Err(DeliveryError::Refused(Refusal::Recipient(550))),
            Manner::Hangs => pending().await,
            _ => Err(DeliveryError::Temporary(Trouble::Unreachable)),
        }
    }
}
