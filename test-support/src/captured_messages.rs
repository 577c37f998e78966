//! A mailer and gateway that keeps its messages, and accepts them or not as the test says.

use async_trait::async_trait;
use server::messages::{
    DeliveryError, Gateway, Mailer, Refusal, Trouble,
    content::{Body, CodeContext, MessageContext},
    render::RenderedMessage,
};
use std::{
    future::pending,
    sync::{Mutex, MutexGuard},
};
use tokio::sync::watch;

/// Behaviour towards a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// Accepts it.
    #[default]
    Takes,
    /// Rejects it permanently.
    Refuses,
    /// Rejects it for now.
    Fails,
    /// Accepts codes only, and rejects anything else for now.
    Falters,
    /// Never returns.
    Hangs,
}

/// A message that was handed to the mailer, accepted or not.
#[derive(Clone)]
pub struct Post {
    /// The content, from which it was rendered.
    pub letter: MessageContext,
    /// The rendered message.
    pub composed: RenderedMessage,
    /// `true` if it was accepted.
    pub taken: bool,
}

impl Post {
    /// Returns its code, if it has one.
    pub fn code(&self) -> Option<&CodeContext> {
        match &self.letter.content {
            Body::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Returns its link, if it is an invitation.
    pub fn link(&self) -> Option<&str> {
        match &self.letter.content {
            Body::Invitation(invitation) => Some(&invitation.link),
            _ => None,
        }
    }

    /// Returns everything that can be read in it.
    pub fn words(&self) -> String {
        let RenderedMessage { from_name, subject, text, html, calendar, links } = &self.composed;
        let calendar = calendar.as_ref().map_or("", |file| &file.text);
        let id = &self.letter.message_id;
        format!("{id}\n{from_name}\n{subject}\n{text}\n{html}\n{calendar}\n{}", links.join("\n"))
    }
}

/// A mailer and gateway that keeps every message.
#[derive(Default)]
pub struct CapturedMessages {
    post: Mutex<Vec<Post>>,
    manner: Mutex<Manner>,
    count: watch::Sender<usize>,
}

impl CapturedMessages {
    /// Sets the behaviour from now on.
    pub fn becomes(&self, manner: Manner) {
        *self.manner.lock().expect("a lock") = manner;
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Post>> {
        self.post.lock().expect("a lock")
    }

    /// Returns every message so far, accepted or not, in the order of arrival.
    pub fn post(&self) -> Vec<Post> {
        self.kept().clone()
    }

    /// Returns the messages to an address so far, and the SMS to its owner's phone.
    pub fn to(&self, address: &str) -> Vec<Post> {
        let phone = phone_of(address);
        let there = |post: &Post| post.letter.to == address || post.letter.to == phone;
        self.post().into_iter().filter(there).collect()
    }

    /// Returns the number of messages so far.
    pub fn count(&self) -> usize {
        self.kept().len()
    }

    /// Waits until this many messages have arrived.
    pub async fn holds(&self, count: usize) {
        self.count.subscribe().wait_for(|it| *it >= count).await.expect("a letterbox");
    }
}

/// Returns the phone number of an address's owner. Numbers differ, and end in the same two digits.
pub fn phone_of(address: &str) -> String {
    let mark = address
        .to_lowercase()
        .bytes()
        .fold(7_u32, |mark, byte| mark.wrapping_mul(31).wrapping_add(u32::from(byte)) % 100_000);
    format!("+4670{mark:05}05")
}

#[async_trait]
impl Mailer for CapturedMessages {
    async fn deliver(
        &self,
        letter: &MessageContext,
        composed: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        self.meet(letter, composed).await
    }
}

#[async_trait]
impl Gateway for CapturedMessages {
    async fn send(
        &self,
        letter: &MessageContext,
        composed: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError> {
        self.meet(letter, composed).await?;
        Ok(Some(format!("sms-{}", letter.id())))
    }
}

impl CapturedMessages {
    async fn meet(
        &self,
        letter: &MessageContext,
        composed: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        let manner = *self.manner.lock().expect("a lock");
        let is_code = matches!(letter.content, Body::Code(_));
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
