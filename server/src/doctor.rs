//! The doctor: checks everything that the configuration names, without changing or sending anything. It has a
//! line for each part, for an operator who sets the service up or looks for a fault.

mod jitsi;
mod room;

use crate::{
    clock::Clock,
    config::{self, Config},
    messages::{sms, smtp::SmtpMailer},
    metrics::Metrics,
    service::{self, BuildError},
    state::AppState,
    store::{self, Health},
};
use futures_util::future::join_all;
use std::{fmt, sync::Arc};

/// The name of the database's part.
const DATABASE: &str = "database";

/// The finding about one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    part: String,
    state: State,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Ok(String),
    Failed(String),
    Off,
}

impl Finding {
    fn new(part: &str, found: Result<String, String>) -> Self {
        let state = match found {
            Ok(told) => State::Ok(told),
            Err(wrong) => State::Failed(wrong),
        };
        Self { part: part.to_owned(), state }
    }

    fn off(part: &str) -> Self {
        Self { part: part.to_owned(), state: State::Off }
    }

    /// `true` if the part is not in order.
    pub const fn failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = &self.part;
        match &self.state {
            State::Ok(told) => write!(f, "ok      {part}: {told}"),
            State::Failed(wrong) => write!(f, "FAILED  {part}: {wrong}"),
            State::Off => write!(f, "off     {part}"),
        }
    }
}

/// Returns the finding if there is no configuration to go by.
pub fn configuration(error: &config::Error) -> Finding {
    Finding::new("configuration", Err(error.to_string()))
}

/// Checks every part. Answers of other services are not repeated, because they could hold anything.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let told = format!("pages at {}", config.http.public_url.as_str());
    let mut findings = vec![Finding::new("configuration", Ok(told))];
    let (database, mail, sms, e_ids, livekit, jitsi) = tokio::join!(
        database(config),
        mail(config),
        sms(config),
        e_identifications(config),
        room::livekit(config),
        jitsi::jitsi(config)
    );
    findings.extend([database, mail, sms]);
    findings.extend(e_ids);
    findings.push(room::room(config));
    findings.extend(livekit);
    findings.extend(jitsi);
    findings.extend(secrets(config));
    if !findings.iter().any(|finding| finding.part == DATABASE && finding.failed()) {
        findings.extend(in_database(config).await);
    }
    findings
}

/// Returns findings about weak keys and about files that others can access. Empty if all is well.
fn secrets(config: &Config) -> Vec<Finding> {
    let weak = config.secrets.weak().into_iter().map(|key| {
        let wrong =
            "repeats a few bytes and was made by no chance: anybody can find it out, make another";
        Finding::new(key, Err(wrong.to_owned()))
    });
    let open = config.files.iter().filter_map(|file| {
        let part = file.key.as_deref().unwrap_or("configuration");
        Some(Finding::new(part, Err(file.laid_open()?)))
    });
    weak.chain(open).collect()
}

/// Returns findings about what the database says of this configuration.
async fn in_database(config: &Config) -> Vec<Finding> {
    match service::state(config, Clock::system()).await {
        Ok(state) => {
            let mut findings = lost_keys(&state).await;
            findings.extend(room::shared_name(&state, config).await);
            findings
        }
        Err(error) => vec![Finding::new(DATABASE, Err(error.to_string()))],
    }
}

/// Returns findings about keys that invitations still need but that are no longer configured.
async fn lost_keys(state: &AppState) -> Vec<Finding> {
    let part = "secrets.previous";
    match state.look_for_lost_keys().await {
        Ok(lost) => lost
            .into_iter()
            .map(|(key, count)| {
                let wrong = format!(
                    "lacks the key {key}, which {count} invitations were made with: no code can be sent for \
                     them"
                );
                Finding::new(part, Err(wrong))
            })
            .collect(),
        Err(fault) => vec![Finding::new(DATABASE, Err(fault.to_string()))],
    }
}

async fn database(config: &Config) -> Finding {
    let found = match store::check(&config.database).await {
        Ok(Health::Sound { version }) => Ok(format!("version {version}, whole and writable")),
        Ok(Health::Behind { by }) => {
            Err(format!("is {by} versions behind the program: run `anslut migrate`"))
        }
        Ok(Health::Newer) => Err("was brought further by a newer program".to_owned()),
        Ok(Health::Damaged) => Err("is damaged: restore a backup".to_owned()),
        Ok(Health::Full) => Err(format!("{}: its disk has no room", store::DISK_FULL)),
        Err(error) => Err(error.to_string()),
    };
    Finding::new(DATABASE, found)
}

async fn mail(config: &Config) -> Finding {
    let found = match SmtpMailer::from_config(&config.mail) {
        Ok(mailer) => mailer.check().await.map_err(|trouble| trouble.to_string()),
        Err(error) => Err(error.to_string()),
    };
    Finding::new("mail", found.map(|()| "the server lets us in".to_owned()))
}

async fn sms(config: &Config) -> Finding {
    let Some(sms) = &config.sms else { return Finding::off("sms") };
    let found = match sms::gateway(sms, String::new()) {
        Ok(gateway) => gateway.check().await.map_err(|trouble| trouble.to_string()),
        Err(error) => Err(error.to_string()),
    };
    Finding::new("sms", found.map(|()| "the gateway knows the account".to_owned()))
}

async fn e_identifications(config: &Config) -> Vec<Finding> {
    let metrics = Arc::new(Metrics::default());
    let identity_providers = match service::identity_providers(config, &Clock::system(), &metrics) {
        Ok(identity_providers) => identity_providers,
        Err(BuildError::Provider(id, error)) => {
            return vec![Finding::new(&format!("oidc {id}"), Err(error.to_string()))];
        }
        Err(error) => return vec![Finding::new("bankid", Err(error.to_string()))],
    };
    let bankid = async {
        match &identity_providers.bankid {
            None => Finding::off("bankid"),
            Some(bankid) => {
                let found = bankid.check().await.map_err(|trouble| trouble.to_string());
                Finding::new("bankid", found.map(|()| "it lets our certificate in".to_owned()))
            }
        }
    };
    let providers = join_all(identity_providers.providers.iter().map(async |provider| {
        let found = provider.check().await.map_err(|error| error.to_string());
        let found = found.map(|manners| format!("its description and keys are there; {manners}"));
        Finding::new(&format!("oidc {}", provider.id()), found)
    }));
    let (bankid, mut providers) = tokio::join!(bankid, providers);
    if providers.is_empty() {
        providers.push(Finding::off("oidc"));
    }
    providers.insert(0, bankid);
    providers
}
