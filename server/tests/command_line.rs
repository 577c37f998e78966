//! The command line: what the program prints if it can't start, and its exit status.

#![expect(clippy::expect_used, reason = "a test that can't run the program has failed")]

use std::process::{Command, Output};

const SECRET: &str = "smtps://user:hemligt@";

fn call(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let nowhere = tempfile::tempdir().expect("a directory");
    Command::new(env!("CARGO_BIN_EXE_anslut"))
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(&nowhere)
        .output()
        .expect("a run")
}

fn said(output: &Output) -> (Option<i32>, String) {
    assert!(output.stdout.is_empty());
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_wrong_configuration_stops_every_call_with_one_line() {
    for arguments in [
        &["serve"][..],
        &["meeting", "create", "--file", "m.json"],
        &["token", "create", "--name", "n"],
    ] {
        let said = said(&call(arguments, &[]));
        assert_eq!(said, (Some(2), "anslut: organisation.name: must be set\n".into()));
    }
}

#[test]
fn a_secret_is_never_repeated() {
    let variables = [
        ("ANSLUT_ORGANISATION__NAME", "Exempelkommunen"),
        ("ANSLUT_HTTP__PUBLIC_URL", "https://mote.kommun.example"),
        ("ANSLUT_MAIL__URL", SECRET),
    ];
    let (status, line) = said(&call(&["serve"], &variables));
    assert_eq!(status, Some(2));
    assert!(line.starts_with("anslut: mail.url: ") && !line.contains("hemligt"), "{line}");
    assert_eq!(line.lines().count(), 1);
}

#[test]
fn a_configuration_file_that_is_not_there_is_named() {
    let (status, line) = said(&call(&["serve", "--config", "/nowhere/anslut.toml"], &[]));
    assert_eq!(status, Some(2));
    assert!(line.starts_with("anslut: /nowhere/anslut.toml: can't be read: "), "{line}");
}

#[test]
fn a_call_that_is_not_understood_says_how_to_call() {
    for arguments in [&["serv"][..], &["serve", "--port", "1"], &["meeting", "create"]] {
        let (status, text) = said(&call(arguments, &[]));
        assert_eq!(status, Some(2), "{arguments:?}");
        assert!(text.contains("Usage: anslut"), "{text}");
    }
}

#[test]
fn the_demo_is_served_on_a_loopback_address_only() {
    let (status, text) =
        said(&call(&["serve", "--demo"], &[("ANSLUT_HTTP__LISTEN", "0.0.0.0:3000")]));
    assert_eq!(status, Some(2));
    assert!(text.contains("must be a loopback address"), "{text}");
}

#[test]
fn a_name_that_looks_like_another_stops_the_start() {
    for name in
        ["Exempel\u{202e}kommunen", "\u{200b}", "Exempel\u{2028}kommunen", "Kommunen\u{feff}"]
    {
        let variables = [("ANSLUT_ORGANISATION__NAME", name)];
        let (status, line) = said(&call(&["serve"], &variables));
        assert_eq!(status, Some(2));
        assert!(line.starts_with("anslut: organisation.name: must "), "{line}");
        assert!(!line.contains(name) && line.lines().count() == 1, "{line}");
    }
}

#[test]
fn the_number_that_people_are_told_to_call_can_be_called() {
    let variables = [
        ("ANSLUT_ORGANISATION__NAME", "Exempelkommunen"),
        ("ANSLUT_ORGANISATION__PHONE", "+460300834000"),
    ];
    let (status, line) = said(&call(&["serve"], &variables));
    assert_eq!(status, Some(2));
    assert!(line.starts_with("anslut: organisation.phone: "), "{line}");
}
