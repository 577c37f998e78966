//! A visitor's actions: the forms of the pages, and the ways through several of them.

use crate::{
    browser::{Browser, Page},
    test_app::{Invitation, TestApp},
};
use app::wire::Progress;

impl Browser {
    /// Starts the identification, from the method page.
    pub async fn begin(&self, invitation: &Invitation) -> Page {
        self.go("/do/begin", &[("invitation", &invitation.token)]).await
    }

    /// Submits an e-mail address.
    pub async fn give(&self, invitation: &Invitation, email: &str) -> Page {
        self.go("/do/address", &[("invitation", &invitation.token), ("email", email)]).await
    }

    /// Submits a code.
    pub async fn enter(&self, invitation: &Invitation, code: &str) -> Page {
        self.go("/do/code", &[("invitation", &invitation.token), ("code", code)]).await
    }

    /// Requests another code.
    pub async fn resend(&self, invitation: &Invitation) -> Page {
        self.go("/do/resend", &[("invitation", &invitation.token)]).await
    }

    /// Continues from the opened invitation to the meeting page.
    pub async fn connect(&self, invitation: &Invitation) -> Page {
        self.go("/do/enter", &[("invitation", &invitation.token)]).await
    }

    /// Enters the room.
    pub async fn join(&self, invitation: &Invitation) -> Page {
        self.go("/do/join", &[("invitation", &invitation.token)]).await
    }

    /// Ends the session.
    pub async fn end(&self, invitation: &Invitation) -> Page {
        self.go("/do/end", &[("invitation", &invitation.token)]).await
    }

    /// Walks from the link to the code page with the right address. Returns the code.
    pub async fn ask(&self, app: &TestApp, invitation: &Invitation) -> String {
        let page = self.ask_at(invitation).await;
        assert_eq!(page.screen(), "code", "{:?}", page.view());
        app.code(&invitation.email).await
    }

    /// Walks from the link to the page that the right address leads to.
    pub async fn ask_at(&self, invitation: &Invitation) -> Page {
        self.begin(invitation).await;
        self.give(invitation, &invitation.email).await
    }

    /// Walks from the link to the opened invitation.
    pub async fn identify(&self, app: &TestApp, invitation: &Invitation) {
        let code = self.ask(app, invitation).await;
        let page = self.enter(invitation, &code).await;
        assert_eq!(page.screen(), "invitation", "{:?}", page.view());
    }

    /// Chooses the way to identify, such as `bankid-here`.
    pub async fn choose(&self, invitation: &Invitation, way: &str) -> Page {
        self.go("/do/choose", &[("invitation", &invitation.token), ("way", way)]).await
    }

    /// Cancels the identification.
    pub async fn cancel(&self, invitation: &Invitation) -> Page {
        self.go("/do/cancel", &[("invitation", &invitation.token)]).await
    }

    /// Continues after a completed identification.
    pub async fn finish(&self, invitation: &Invitation) -> Page {
        self.go("/do/finish", &[("invitation", &invitation.token)]).await
    }

    /// Walks from the link to the choice, with this address.
    pub async fn to_choice(&self, invitation: &Invitation, email: &str) {
        let page = self.give(invitation, email).await;
        assert_eq!(page.screen(), "method", "{}", page.text());
        let page = self.begin(invitation).await;
        assert_eq!(page.screen(), "choice", "{}", page.text());
    }

    /// Walks from the link to BankID, on another device or this one.
    pub async fn to_bankid(&self, invitation: &Invitation, way: &str) -> Page {
        self.to_choice(invitation, &invitation.email).await;
        let page = self.choose(invitation, way).await;
        assert_eq!(page.screen(), "bankid", "{}", page.text());
        page
    }

    /// Returns the progress of an identification, as the BankID screen polls it.
    pub async fn progress(&self, invitation: &Invitation) -> Progress {
        let page = self.get(&invitation.step("progress")).await;
        serde_json::from_value(page.json()).expect("progress")
    }

    /// Opens the BankID app on this device. Returns the order.
    pub async fn open_app(&self, app: &TestApp, invitation: &Invitation) -> String {
        let page = self.to_bankid(invitation, "bankid-here").await;
        app.phone().start_by(&page.progress().start.expect("a link")).await
    }
}
