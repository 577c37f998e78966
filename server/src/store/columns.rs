//! The columns of each row, by name.
//!
//! A newer server beside this one may add columns. PostgreSQL would then refuse a prepared `*`, because its
//! meaning has changed.

macro_rules! meeting_columns {
    () => {
        "id, title, description, starts_at, ends_at, time_zone, organiser_name, \
         organiser_email, organiser_phone, organiser_language, room, sequence, \
         created_at, cancelled_at, changed_at, version"
    };
}

macro_rules! invitation_columns {
    () => {
        "id, meeting_id, position, name, email, phone, assurance, method, language, generation, \
         key_id, token_hash, allow_e_id, personal_number_hash, personal_number_key_id, personal_number_sealed, sent_at, \
         opened_at, identified_at, joined_at, locked_at, e_id_locked_at, failed_at, \
         withdrawn_at"
    };
}

/// Query of a session by the hash of its cookie value. `identified` is true if it has a proof.
macro_rules! session_query {
    () => {
        "SELECT id, last_active_at, EXISTS (SELECT 1 FROM flows WHERE flows.session_id = sessions.id \
         AND flows.proven_at IS NOT NULL) AS identified \
         FROM sessions WHERE value_hash = $1 AND last_active_at > $2"
    };
}

macro_rules! flow_columns {
    () => {
        "session_id, invitation_id, generation, typed, instead, address, challenge_id, \
         order_id, login_id, flash, level, method, name, proven_at, entered_at, joined_at"
    };
}

/// Condition that a flow has named nothing yet. A typed text that is no address names nothing either.
macro_rules! names_nothing {
    () => {
        "COALESCE(flows.address, flows.challenge_id, flows.order_id, flows.login_id, \
         flows.level) IS NULL"
    };
}

macro_rules! challenge_columns {
    () => {
        "id, session_id, invitation_id, address, decoy, key_id, made_at, sent_at, expires_at, \
         sends, attempts, consumed_at, expired_at"
    };
}

macro_rules! bankid_order_columns {
    () => {
        "id, session_id, invitation_id, generation, address, same_device, mobile, key_id, \
         return_hash, device, started, completion, state, hint, begun_at, issued_at, unreachable_since, \
         returned_at, leased_until, network"
    };
}

macro_rules! oidc_login_columns {
    () => {
        "id, session_id, invitation_id, generation, address, provider, key_id, state_hash, url, \
         begun_at, used_at, network"
    };
}

macro_rules! message_columns {
    () => {
        "id, kind, invitation_id, generation, challenge_id, suppressed, sequence, failures, \
         written_at, expires_at, done_at, reference, again_at"
    };
}
