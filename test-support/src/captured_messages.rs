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
pub enum MailerMode {
    /// Accepts it.
    #[default]
    Accepts,
    /// Rejects it permanently.
    Rejects,
    /// Rejects it for now.
    Defers,
    /// Accepts codes only, and rejects anything else for now.
    AcceptsCodesOnly,
    /// Never returns.
    Hangs,
}

/// A message that was handed to the mailer, accepted or not.
#[derive(Clone)]
pub struct CapturedMessage {
    /// The content, from which it was rendered.
    pub context: MessageContext,
    /// The rendered message.
    pub rendered: RenderedMessage,
    /// `true` if it was accepted.
    pub accepted: bool,
}

impl CapturedMessage {
    /// Returns its code, if it has one.
    pub fn code(&self) -> Option<&CodeContext> {
        match &self.context.content {
            Body::Code(code) => Some(code),
            _ => None,
        }
    }

    /// Returns its link, if it is an invitation.
    pub fn link(&self) -> Option<&str> {
        match &self.context.content {
            Body::Invitation(invitation) => Some(&invitation.link),
            _ => None,
        }
    }

    /// Returns everything that can be read in it.
    pub fn full_text(&self) -> String {
        let RenderedMessage { from_name, subject, text, html, calendar, links } = &self.rendered;
        let calendar = calendar.as_ref().map_or("", |file| &file.text);
        let id = &self.context.message_id;
        format!("{id}\n{from_name}\n{subject}\n{text}\n{html}\n{calendar}\n{}", links.join("\n"))
    }
}

/// A mailer and gateway that keeps every message.
#[derive(Default)]
pub struct CapturedMessages {
    messages: Mutex<Vec<CapturedMessage>>,
    mode: Mutex<MailerMode>,
    count: watch::Sender<usize>,
}

impl CapturedMessages {
    /// Sets the behaviour from now on.
    pub fn set_mode(&self, mode: MailerMode) {
        *self.mode.lock().expect("a lock") = mode;
    }

    fn kept(&self) -> MutexGuard<'_, Vec<CapturedMessage>> {
        self.messages.lock().expect("a lock")
    }

    /// Returns every message so far, accepted or not, in the order of arrival.
    pub fn all(&self) -> Vec<CapturedMessage> {
        self.kept().clone()
    }

    /// Returns the messages to an address so far, and the SMS to its owner's phone.
    pub fn to(&self, address: &str) -> Vec<CapturedMessage> {
        let phone = phone_of(address);
        let there = |message: &CapturedMessage| {
            message.context.to == address || message.context.to == phone
        };
        self.all().into_iter().filter(there).collect()
    }

    /// Returns the number of messages so far.
    pub fn count(&self) -> usize {
        self.kept().len()
    }

    /// Waits until this many messages have arrived.
    pub async fn wait_for(&self, count: usize) {
        self.count.subscribe().wait_for(|it| *it >= count).await.expect("captured messages");
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
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        self.capture(context, rendered).await
    }
}

#[async_trait]
impl Gateway for CapturedMessages {
    async fn send(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError> {
        self.capture(context, rendered).await?;
        Ok(Some(format!("sms-{}", context.id())))
    }
}

impl CapturedMessages {
    async fn capture(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<(), DeliveryError> {
        let mode = *self.mode.lock().expect("a lock");
        let is_code = matches!(context.content, Body::Code(_));
        let accepted =
            mode == MailerMode::Accepts || (mode == MailerMode::AcceptsCodesOnly && is_code);
        let message =
            CapturedMessage { context: context.clone(), rendered: rendered.clone(), accepted };
        self.kept().push(message);
        self.count.send_modify(|count| *count += 1);
        match mode {
            _ if accepted => Ok(()),
            MailerMode::Rejects => Err(DeliveryError::Refused(Refusal::Recipient(550))),
            MailerMode::Hangs => pending().await,
            _ => Err(DeliveryError::Temporary(Trouble::Unreachable)),
        }
    }
}
