//! What the app of an e-identification tells that the identification is for.

use crate::wire::Language;

/// For which purpose somebody identifies, in the organisation's name.
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
