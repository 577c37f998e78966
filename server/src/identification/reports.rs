//! Reports of accessibility problems: taken from anybody, and sent to the organisation.

use crate::{
    keys::new_ordered_id,
    metrics::Refusal,
    rules::report::{MOST, PERIOD, Report, readable},
    state::{AppState, InternalError},
    store::Tx,
};
use app::{
    backend::{PageRef, PageResponse, Visitor},
    wire::{Accessibility, Problem, Screen},
};

impl AppState {
    /// Takes a report and returns the page that thanks for it, or the statement with the problem. `None` if the
    /// organisation takes no reports.
    pub(crate) async fn report(
        &self,
        visitor: &Visitor,
        typed: &str,
    ) -> Result<Option<PageResponse>, InternalError> {
        if self.settings.accessibility.email.is_none() {
            return Ok(None);
        }
        let taken = match Report::parse(typed) {
            Ok(report) if self.take(&report).await? => Ok(()),
            Ok(_) => Err((Problem::TooManyReports, 429)),
            Err(problem) => Err((problem, 422)),
        };
        let language = visitor.language.unwrap_or_default();
        let Err((problem, status)) = taken else {
            let mut answer = self.show_place(&PageRef::Reported, language);
            answer.view.session = self.session_outside_invitation(visitor).await?;
            return Ok(Some(answer));
        };
        self.metrics.refused(Refusal::from(problem));
        let mut answer = self.show_place(&PageRef::Accessibility, language);
        answer.status = status;
        answer.view.session = self.session_outside_invitation(visitor).await?;
        answer.view.problem = Some(problem);
        answer.view.screen = Screen::Accessibility(Accessibility {
            typed: readable(typed),
            ..self.settings.accessibility.clone()
        });
        Ok(Some(answer))
    }

    /// Stores a report with its message, sealed. Returns `false` if there are too many.
    async fn take(&self, report: &Report) -> Result<bool, InternalError> {
        let now = self.clock.now();
        let (id, message) = (new_ordered_id(now)?, new_ordered_id(now)?);
        let sealed = self.keys.seal(&id, report.as_str().as_bytes())?;
        let job = async move |tx: &mut Tx| {
            tx.add_report((&id, &message), &sealed, (now - PERIOD, MOST), now).await
        };
        let taken = self.store.write(job).await?;
        self.posted.notify_one();
        Ok(taken)
    }
}
