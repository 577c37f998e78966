//! Test persons. Their numbers are reserved for tests and belong to nobody.

/// A person with a simulated BankID.
#[derive(Clone, Copy)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) personal_number: &'static str,
}

/// The person who holds the phone by default.
pub(super) const FIRST: Person = Person { name: "Anna Andersson", personal_number: "200211242383" };

/// All test persons.
pub(super) const ALL: [Person; 4] = [
    FIRST,
    Person { name: "Bo Berg", personal_number: "197311108711" },
    Person { name: "Cia Ceder", personal_number: "199908072391" },
    Person { name: "David Dahl", personal_number: "196911292032" },
];

/// Returns the name for a number. All numbers outside [`ALL`] share one name.
pub(super) fn name_of(personal_number: &str) -> &'static str {
    ALL.iter()
        .find(|person| person.personal_number == personal_number)
        .map_or("Test Testsson", |person| person.name)
}

/// `true` if a text has the form of a personal identity number. Accepts wrong check digits, as BankID's test
/// environment does.
pub(super) fn is_personal_number(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
