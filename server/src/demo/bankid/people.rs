//! The test persons. Their numbers are set aside for tests and belong to nobody.

/// Somebody with a simulated BankID.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) personal_number: &'static str,
}

/// Who holds the phone unless somebody else is named.
pub(super) const FIRST: Person = Person { name: "Anna Andersson", personal_number: "200211242383" };

/// Everybody that there is.
pub(super) const ALL: [Person; 4] = [
    FIRST,
    Person { name: "Bo Berg", personal_number: "197311108711" },
    Person { name: "Cia Ceder", personal_number: "199908072391" },
    Person { name: "David Dahl", personal_number: "196911292032" },
];

/// The name to a number; the same for all numbers that are no test person's.
pub(super) fn name_of(personal_number: &str) -> &'static str {
    ALL.iter()
        .find(|person| person.personal_number == personal_number)
        .map_or("Test Testsson", |person| person.name)
}

/// Whether a text has the form of a personal number. As the service's test host does, this takes
/// numbers whose check digit is wrong.
pub(super) fn is_personal_number(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
