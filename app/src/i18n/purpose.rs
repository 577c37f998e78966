//! The purpose of an identification, as the app of an e-ID shows it.

use crate::wire::Language;

/// Returns the purpose of an identification for this organisation.
pub fn purpose(language: Language, organisation: &str) -> String {
    match language {
        Language::Swedish => format!(
            "Jag identifierar mig för att öppna en inbjudan till ett videomöte från {organisation}."
        ),
        Language::English => format!(
            "I identify myself to open an invitation to a video meeting from {organisation}."
        ),
    }
}
