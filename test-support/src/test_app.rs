//! A service as a process runs it, on its own port and database.

use crate::{
    browser::{Browser, Kind, Page, send},
    captured_messages::{CapturedMessage, CapturedMessages, phone_of},
    database::{self, Database},
    phone::Phone,
    variables,
};
use app::wire;
use axum::{
    body::Bytes,
    http::{Method, Request, header},
};
use http_body_util::Full;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use server::{
    clock::{Clock, Time},
    config::{Config, Mode},
    demo::Seeds,
    http::serve,
    messages::{Gateway, Mailer, smtp::SmtpMailer},
    model::Meeting,
    service,
    state::AppState,
    store::{StoreError, Tx},
};
use std::{collections::BTreeMap, ffi::OsString, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time};

/// The time at which every test starts, unless it says otherwise.
pub const BEGINNING: &str = "2026-12-01T08:00:00Z";

/// Time limit of any wait, for a machine however busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// One second.
pub const SECOND: Duration = Duration::from_secs(1);
/// One minute.
pub const MINUTE: Duration = Duration::from_mins(1);
/// One hour.
pub const HOUR: Duration = Duration::from_hours(1);
/// One day.
pub const DAY: Duration = Duration::from_hours(24);

/// The address of the tests' meetings.
pub const ROOM: &str = "https://video.example/rum/42?hemligt=x7";

/// The password at the SMS gateway.
pub const SMS_PASSWORD: &str = "hemligt-hos-gatewayen";

/// The recipient's address.
pub const ANNA: &str = "anna@example.org";

/// The address of a recipient who identifies by e-ID.
pub const CIA: &str = "cia@example.org";

/// The sender's address.
pub const KIM: &str = "kim@kommun.example";

/// The configuration of a service that is not yet started.
pub struct TestAppBuilder {
    mode: Mode,
    database: database::Kind,
    /// The recipients' method, unless the meeting has another.
    method: wire::Method,
    settings: Vec<(&'static str, String)>,
    bankid: bool,
    /// The text of the configuration file, for keys that only a file can set.
    file: String,
    sms: bool,
    /// Time limit of one delivery over SMTP. `None` without a real mail server.
    smtp: Option<Duration>,
}

impl TestAppBuilder {
    /// Returns the product's configuration, with the database and the method of [`variables`].
    pub fn product() -> Self {
        Self::of(Mode::Product)
    }

    /// Returns the demo's configuration, with the database and the method of [`variables`].
    pub fn demo() -> Self {
        Self::of(Mode::Demo)
    }

    fn of(mode: Mode) -> Self {
        Self {
            mode,
            database: variables::database(),
            method: variables::method(),
            settings: Vec::new(),
            bankid: false,
            file: String::new(),
            sms: false,
            smtp: None,
        }
    }

    /// Puts the service on PostgreSQL.
    #[must_use]
    pub fn on_postgres(self) -> Self {
        Self { database: database::Kind::Postgres, ..self }
    }

    /// Lets recipients identify with codes by SMS.
    #[must_use]
    pub fn by_sms(self) -> Self {
        Self { method: wire::Method::SmsCode, ..self }
    }

    /// Sets a gateway for codes by SMS.
    #[must_use]
    pub fn with_sms(mut self, provider: &str) -> Self {
        self.sms = true;
        self.with("sms.provider", provider)
    }

    /// Sends mail over SMTP to this server, with this time limit for each message.
    #[must_use]
    pub fn with_smtp(mut self, server: SocketAddr, limit: Duration) -> Self {
        self.smtp = Some(limit);
        self.with("mail.url", &format!("smtp://{server}"))
    }

    /// Sets a configuration key, such as `code.length`.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        self.settings.push((key, value.to_owned()));
        self
    }

    /// Adds a simulated BankID.
    #[must_use]
    pub fn with_bankid(self) -> Self {
        Self { bankid: true, ..self }
    }

    /// Sets the text of the configuration file.
    #[must_use]
    pub fn with_file(self, text: &str) -> Self {
        Self { file: text.to_owned(), ..self }
    }

    /// Starts the service.
    pub async fn start(mut self) -> TestApp {
        let database = Database::fresh(self.database).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let clock = Clock::standing(BEGINNING.parse::<jiff::Timestamp>().expect("a time").into());
        let messages = Arc::<CapturedMessages>::default();
        let phone = if self.bankid {
            let phone = Phone::start(clock.clone()).await;
            self.settings.push(("bankid.url", phone.url()));
            Some(phone)
        } else {
            None
        };
        let config = self.config(address, &database);
        let origin = config.http.public_url.as_str().to_owned();
        let running = Running::start(&config, &clock, &messages, listener, self.smtp).await;
        let token = running.state.create_token("test").await.expect("a token");
        let others = Vec::new();
        TestApp {
            plan: self,
            database,
            address,
            origin,
            clock,
            messages,
            token,
            running,
            others,
            phone,
        }
    }

    fn config(&self, address: SocketAddr, database: &Database) -> Config {
        let mut keys = BTreeMap::from([
            ("organisation.name", "Mölndals stad".to_owned()),
            ("organisation.phone", "+46313151000".to_owned()),
            ("http.listen", address.to_string()),
            ("http.public_url", format!("http://{address}")),
            ("database.url", database.url()),
            ("mail.url", "smtp://localhost".to_owned()),
            ("mail.from", "mote@kommun.example".to_owned()),
            // Tests that move the clock by days count messages.
            ("reminder.mail", String::new()),
            ("reminder.sms", String::new()),
            ("secrets.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
        ]);
        if self.sms || self.method == wire::Method::SmsCode {
            keys.extend([
                ("sms.provider", "46elks".to_owned()),
                ("sms.user", "AC0123".to_owned()),
                ("sms.password", SMS_PASSWORD.to_owned()),
                ("sms.from", "Kommunen".to_owned()),
            ]);
        }
        keys.extend(self.settings.iter().cloned());
        let environment = keys.into_iter().map(|(key, value)| {
            let name = format!("ANSLUT_{}", key.to_uppercase().replace('.', "__"));
            (OsString::from(name), OsString::from(value))
        });
        let file = database.folder().join("anslut.toml");
        std::fs::write(&file, &self.file).expect("a file");
        Config::load(Some(&file), environment, self.mode, || None).expect("a configuration")
    }
}

struct Running {
    state: AppState,
    seeds: Seeds,
    /// The address of its metrics.
    metrics: SocketAddr,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    async fn start(
        config: &Config,
        clock: &Clock,
        messages: &Arc<CapturedMessages>,
        listener: TcpListener,
        smtp: Option<Duration>,
    ) -> Self {
        let mut mailer: Arc<dyn Mailer> = Arc::<CapturedMessages>::clone(messages);
        let gateway: Arc<dyn Gateway> = Arc::<CapturedMessages>::clone(messages);
        let state = service::serving_state(config, clock.clone()).await.expect("a state");
        state.give_up_rooms().await.expect("the rooms of the process before");
        if let (Some(limit), Some(url)) = (smtp, &config.mail.url) {
            let real = SmtpMailer::new(url.expose_secret(), config.mail.from.as_str());
            let real = real.expect("a mailer").within(limit).telling(state.mail.clone());
            mailer = Arc::new(real);
        }
        let service = service::assemble(config, state, mailer, Some(gateway));
        let (stop, told) = watch::channel(false);
        let mut tasks: Vec<_> = service.work(&told);
        let watchers = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let metrics = watchers.local_addr().expect("an address");
        for (listener, routes) in [(listener, service.router), (watchers, service.metrics)] {
            let mut end = told.clone();
            tasks.push(tokio::spawn(serve::serve(listener, routes, async move {
                end.wait_for(|stop| *stop).await.ok();
            })));
        }
        Self { state: service.state, seeds: service.seeds, metrics, stop, tasks }
    }
}

/// An invitation as its recipient has it.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The meeting's id.
    pub meeting: String,
    /// The recipient's id.
    pub id: String,
    /// The recipient's e-mail address.
    pub email: String,
    /// The link token.
    pub token: String,
}

impl Invitation {
    /// Returns the path of its link.
    pub fn path(&self) -> String {
        format!("/m/{}", self.token)
    }

    /// Returns the path of one of its steps.
    pub fn step(&self, slug: &str) -> String {
        format!("/m/{}/{slug}", self.token)
    }
}

/// A running service with everything that surrounds it.
pub struct TestApp {
    plan: TestAppBuilder,
    /// Its address, which stays the same over restarts.
    pub address: SocketAddr,
    /// Its public address, as browsers send it in `Origin`.
    pub origin: String,
    /// Its clock, which stands still unless the test moves it.
    pub clock: Clock,
    /// Its mailer and SMS gateway.
    pub messages: Arc<CapturedMessages>,
    /// A token for the API.
    pub token: String,
    running: Running,
    others: Vec<Running>,
    phone: Option<Phone>,
    /// Last, so that it is dropped after everything that uses it.
    database: Database,
}

impl TestApp {
    /// Starts a service with the default configuration.
    pub async fn start() -> Self {
        TestAppBuilder::product().start().await
    }

    /// Returns the method by which the recipients of [`Self::meeting`] identify.
    pub fn method(&self) -> wire::Method {
        self.plan.method
    }

    /// Books the demo's invitations and returns the text that lists them, as at the demo's start.
    pub async fn greeting(&self) -> String {
        server::demo::greeting(self.state(), &self.running.seeds).await.expect("a greeting")
    }

    /// Returns the shared state, for what no interface shows.
    pub fn state(&self) -> &AppState {
        &self.running.state
    }

    /// Runs a job in a writing transaction of the store, and commits.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl AsyncFnOnce(&mut Tx) -> T + Send + 'static,
    ) -> T {
        let job = async move |tx: &mut Tx| Ok::<_, StoreError>(job(tx).await);
        self.state().store.write(job).await.expect("committed")
    }

    /// Cancels a meeting and notifies nobody. Returns `false` if it was cancelled before.
    pub async fn cancel_silently(&self, meeting: &str) -> bool {
        let (meeting, now) = (meeting.to_owned(), self.now());
        let cancel =
            async move |tx: &mut Tx| tx.cancel_meeting(&meeting, now).await.expect("cancelled");
        self.write(cancel).await
    }

    /// Moves a meeting by this time and notifies nobody.
    pub async fn move_silently(&self, meeting: &str, by: Duration) {
        let (meeting, now) = (meeting.to_owned(), self.now());
        self.write(async move |tx| {
            let was = tx.meeting(&meeting).await.expect("read").expect("there");
            tx.keep_details(&was).await.expect("kept");
            let moved = Meeting {
                starts_at: was.starts_at + by,
                ends_at: was.ends_at + by,
                sequence: was.sequence + 1,
                changed_at: Some(now),
                ..was
            };
            tx.put_meeting(&moved).await.expect("put");
        })
        .await;
    }

    /// Returns the shared state of the server that was started last.
    pub fn other_state(&self) -> &AppState {
        &self.others.last().expect("another").state
    }

    /// Stops the first server for good, as a power loss would: nothing is finished. Other servers continue.
    pub async fn die(&mut self) {
        for task in self.running.tasks.drain(..) {
            task.abort();
            task.await.ok();
        }
    }

    /// Stops it as [`Self::die`] does, and starts it again.
    pub async fn crash(&mut self) {
        self.die().await;
        let listener = TcpListener::bind(self.address).await.expect("the port, free again");
        let config = self.plan.config(self.address, &self.database);
        self.running =
            Running::start(&config, &self.clock, &self.messages, listener, self.plan.smtp).await;
    }

    /// Stops it and starts it again with these configuration keys.
    pub async fn restart_with(&mut self, settings: &[(&'static str, &str)]) {
        for (key, value) in settings {
            self.plan.settings.push((key, (*value).to_owned()));
        }
        self.crash().await;
    }

    /// Returns the response to a scrape of its metrics.
    pub async fn scrape(&self) -> Page {
        let request = Request::get("/metrics")
            .header(header::HOST, self.running.metrics.to_string())
            .body(Full::default());
        send(self.running.metrics, request.expect("a request")).await
    }

    /// Returns the value of one series, by its name and labels.
    pub async fn figure(&self, series: &str) -> Option<f64> {
        let page = self.scrape().await;
        let text = page.text();
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
        Some(line.parse().expect("a number"))
    }

    /// Returns the bytes of the database's files, free space and journals included.
    pub fn files(&self) -> Vec<u8> {
        let entries = std::fs::read_dir(self.database.folder()).expect("a folder");
        let paths = entries.map(|entry| entry.expect("a file").path());
        let ours = paths.filter(|path| path.to_string_lossy().contains("anslut.db"));
        ours.flat_map(|path| std::fs::read(path).expect("read")).collect()
    }

    /// Starts another server on the same database. Returns its address.
    pub async fn another(&mut self) -> SocketAddr {
        self.another_with(|_| {}).await
    }

    /// Starts another server on the same database, with a changed configuration. Returns its address.
    pub async fn another_with(&mut self, change: impl FnOnce(&mut Config)) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut config = self.plan.config(self.address, &self.database);
        config.http.listen = address;
        config.room.server = format!("other-{}", self.others.len() + 1);
        change(&mut config);
        self.others.push(
            Running::start(&config, &self.clock, &self.messages, listener, self.plan.smtp).await,
        );
        address
    }

    /// Shuts it down and waits until it has stopped.
    pub async fn stop(&mut self) {
        self.running.stop.send_replace(true);
        for task in self.running.tasks.drain(..) {
            task.await.expect("a clean end");
        }
    }

    /// Returns the phone with the BankID app.
    pub fn phone(&self) -> &Phone {
        self.phone.as_ref().expect("a plan with BankID")
    }

    /// Lets the service poll BankID once about every open order.
    pub async fn follow(&self) {
        self.wait(SECOND * 2).await;
    }

    /// Signs the last order as this person, and lets the service poll BankID.
    pub async fn sign(&self, number: &str) {
        self.phone().sign(&self.order_ref().await, number).await;
        self.follow().await;
    }

    /// Moves the clock, second by second for the first five minutes, and waits for the work on orders that
    /// becomes due.
    pub async fn wait(&self, by: Duration) {
        self.settled_orders().await;
        let whole = by.min(MINUTE * 5);
        for _ in 0..whole.as_secs() {
            self.clock.forward(SECOND);
            self.state().orders.notify_one();
            self.settled_orders().await;
        }
        self.clock.forward(by.saturating_sub(whole));
        self.settled_orders().await;
    }

    /// Waits until all work on orders that is due has been done.
    pub async fn settled_orders(&self) {
        time::timeout(PATIENCE, async {
            let due = "SELECT COUNT(*) FROM bankid_orders WHERE state IN ('opening', 'open', 'cancelling')
                AND ((due_at <= $1 AND leased_until <= $1) OR (leased_until > $1 AND due_at > $1 + 1000))";
            let mut turns = time::interval(Duration::from_millis(3));
            loop {
                if self.database.count(due, self.now()).await == 0 {
                    break;
                }
                turns.tick().await;
            }
        })
        .await
        .expect("what is due is done");
    }

    /// Returns BankID's `orderRef` of the order that was started last.
    pub async fn order_ref(&self) -> String {
        self.settled_orders().await;
        let (id, sealed) = self.database.last_order().await;
        let opened = self.state().keys.unseal(&id, &sealed).expect("opened");
        let started: Value = serde_json::from_slice(&opened).expect("JSON");
        started["orderRef"].as_str().expect("a text").to_owned()
    }

    /// Returns a browser without scripts.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address, &self.origin, Kind::Plain)
    }

    /// Returns a browser with the loaded app.
    pub fn loaded(&self) -> Browser {
        Browser::new(self.address, &self.origin, Kind::Loaded)
    }

    /// Returns the time of the service's clock.
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Waits for the work that is due, moves the clock, and waits for the work that has become due.
    pub async fn forward(&self, by: Duration) {
        self.settled().await;
        self.jump(by).await;
    }

    /// Moves the clock before the work that is due is done.
    pub async fn jump(&self, by: Duration) {
        self.clock.forward(by);
        self.state().posted.notify_one();
        self.settled().await;
    }

    /// Waits until every message that is due has been delivered or rescheduled.
    pub async fn settled(&self) {
        time::timeout(PATIENCE, async {
            let due = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND due_at <= $1";
            let mut turns = time::interval(Duration::from_millis(3));
            loop {
                if self.database.count(due, self.now()).await == 0 {
                    break;
                }
                turns.tick().await;
            }
        })
        .await
        .expect("what is due is handed over");
    }

    /// Returns the messages to an address, once everything due has been sent.
    pub async fn mail(&self, to: &str) -> Vec<CapturedMessage> {
        self.settled().await;
        self.messages.to(to)
    }

    /// Returns the code in the last message to an address.
    pub async fn code(&self, to: &str) -> String {
        let mail = self.mail(to).await;
        let code = mail.iter().rev().find_map(CapturedMessage::code).expect("a code was sent");
        code.code.clone()
    }

    /// Returns how many codes were sent to an address.
    pub async fn codes(&self, to: &str) -> usize {
        self.mail(to).await.iter().filter(|post| post.code().is_some()).count()
    }

    /// Calls the API with this service's token.
    pub async fn api(&self, method: Method, path: &str, body: Option<&Value>) -> Page {
        let body = body.map(ToString::to_string);
        send(self.address, self.api_request(method, path, body.as_deref())).await
    }

    /// Returns the request of such a call.
    pub fn api_request(
        &self,
        method: Method,
        path: &str,
        body: Option<&str>,
    ) -> Request<Full<Bytes>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(Full::from(body.unwrap_or_default().to_owned())).expect("a request")
    }

    /// Returns a meeting's JSON. It starts after this time and lasts 45 minutes.
    pub fn meeting(&self, starts_in: Duration, recipients: &[&str]) -> Value {
        let at = |time: Time| time.timestamp().to_string();
        let starts = self.now() + starts_in;
        let recipients: Vec<Value> = recipients
            .iter()
            .map(|email| {
                let mut recipient = json!({ "name": "Anna Andersson", "email": email,
                    "assurance": "loa2", "method": self.method(), "language": "sv" });
                if self.method() == wire::Method::SmsCode {
                    recipient["phone"] = phone_of(email).into();
                }
                recipient
            })
            .collect();
        json!({
            "title": "Uppföljningsmöte",
            "description": "Vi går igenom planen.",
            "starts_at": at(starts),
            "ends_at": at(starts + MINUTE * 45),
            "organiser": { "name": "Kim Handläggare", "email": KIM, "phone": "+46300834000" },
            "room": { "kind": "link", "url": ROOM },
            "recipients": recipients,
        })
    }

    /// Books a meeting whose room is open, and waits for the invitation.
    pub async fn invite(&self, email: &str) -> Invitation {
        self.invite_to(&self.meeting(MINUTE * 5, &[email])).await
    }

    /// Books a meeting that is days ahead, and waits for the invitation.
    pub async fn invite_early(&self, email: &str) -> Invitation {
        self.invite_to(&self.meeting(DAY * 20, &[email])).await
    }

    /// Books a meeting for [`CIA`], who must use an e-ID, and waits for the invitation.
    pub async fn invite_with_e_id(&self) -> Invitation {
        self.invite_to(&self.e_id_meeting()).await
    }

    /// Books a meeting as [`Self::invite_with_e_id`] does, for the person of this personal number alone.
    pub async fn invite_by_number(&self, number: &str) -> Invitation {
        let mut meeting = self.e_id_meeting();
        meeting["recipients"][0]["personal_number"] = number.into();
        self.invite_to(&meeting).await
    }

    fn e_id_meeting(&self) -> Value {
        let mut meeting = self.meeting(MINUTE * 5, &[CIA]);
        meeting["recipients"][0]["assurance"] = "loa3".into();
        meeting["recipients"][0]["method"] = "e-id".into();
        meeting
    }

    /// Books a meeting and waits for its first recipient's invitation.
    pub async fn invite_to(&self, meeting: &Value) -> Invitation {
        let booked = self.api(Method::POST, "/api/v1/meetings", Some(meeting)).await;
        assert_eq!(booked.status, 201, "{}", booked.text());
        let booked = booked.json();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let email = text(&booked["recipients"][0]["email"]);
        let mail = self.mail(&email).await;
        let link =
            mail.iter().rev().find_map(CapturedMessage::link).expect("an invitation was sent");
        let token = link.rsplit('/').next().expect("a token").to_owned();
        Invitation {
            meeting: text(&booked["id"]),
            id: text(&booked["recipients"][0]["id"]),
            email,
            token,
        }
    }

    /// Returns an invitation's status from the API.
    pub async fn status(&self, invitation: &Invitation) -> String {
        let path = format!("/api/v1/meetings/{}", invitation.meeting);
        let meeting = self.api(Method::GET, &path, None).await.json();
        let recipients = meeting["recipients"].as_array().expect("recipients");
        let recipient = recipients.iter().find(|it| it["id"] == *invitation.id);
        recipient.expect("the recipient")["status"].as_str().expect("a status").to_owned()
    }

    /// Returns the kinds of a meeting's events from the API.
    pub async fn events(&self, invitation: &Invitation) -> Vec<String> {
        self.settled().await;
        let path = format!("/api/v1/meetings/{}/events", invitation.meeting);
        let events = self.api(Method::GET, &path, None).await.json();
        let events = events.as_array().expect("events");
        events.iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect()
    }

    /// Returns the last event of a kind from the API.
    pub async fn event(&self, invitation: &Invitation, kind: &str) -> Value {
        let path = format!("/api/v1/meetings/{}/events", invitation.meeting);
        let events = self.api(Method::GET, &path, None).await.json();
        let events = events.as_array().expect("events").iter().rev();
        events.clone().find(|it| it["kind"] == kind).cloned().expect("an event")
    }

    /// Returns how many events of a kind a meeting has.
    pub async fn happened(&self, invitation: &Invitation, kind: &str) -> usize {
        self.events(invitation).await.iter().filter(|it| *it == kind).count()
    }

    /// Executes a statement on the database directly.
    pub async fn execute_sql(&self, statement: &'static str) {
        self.database.execute_sql(statement).await;
    }

    /// Returns how many rows of a table meet a condition.
    pub async fn rows(&self, table: &str, condition: &str) -> i64 {
        // The statement must use the time, which is always bound.
        let statement = format!("SELECT COUNT(*) FROM {table} WHERE $1 > 0 AND {condition}");
        self.database.count(&statement, self.now()).await
    }

    /// Returns all rows about visitors, without the last use of sessions and tokens, and leases.
    pub async fn memory(&self) -> BTreeMap<String, Vec<String>> {
        self.database.memory().await
    }
}

/// Returns a code that is not this one.
pub fn other_than(code: &str) -> String {
    let digits = code.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10));
    digits.collect()
}
