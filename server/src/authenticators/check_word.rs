//! The check word of a challenge. It shows which message belongs to which code page. It is no secret.

use crate::{
    keys::{Keys, Purpose},
    model::Challenge,
};

/// Short Swedish nouns that are easy to read aloud. Nobody need understand them to compare them.
const WORDS: [&str; 128] = [
    "alm", "apa", "ask", "asp", "bastu", "berg", "bil", "björk", "boll", "bro", "bäck", "dike",
    "docka", "eld", "elefant", "fana", "fil", "fisk", "flod", "glas", "gräs", "gul", "gunga",
    "gurka", "hagel", "hall", "hammare", "hamn", "harpa", "hatt", "hav", "hem", "hjul", "honung",
    "horn", "hus", "hylla", "höst", "igelkott", "jul", "kaka", "kamel", "kanin", "karta", "katt",
    "kedja", "klocka", "klöver", "kniv", "kock", "krita", "krona", "kål", "lada", "lamm", "lax",
    "lejon", "lilja", "linje", "lok", "lönn", "makrill", "matta", "moln", "morot", "myra",
    "nattljus", "not", "nyckel", "näbb", "nät", "olja", "orm", "padda", "palm", "papper", "pensel",
    "peppar", "plan", "potatis", "päron", "påse", "rad", "raps", "regn", "ring", "ris", "rönn",
    "sal", "salt", "sand", "sil", "sirap", "sko", "skog", "skål", "snö", "sol", "sommar", "spade",
    "spegel", "stege", "stjärna", "stol", "strut", "svamp", "svan", "säl", "sång", "tak", "tiger",
    "trumma", "träd", "tuba", "tupp", "ull", "vagn", "vante", "vas", "vinge", "viol", "vält",
    "vår", "älg", "äng", "äpple", "öring", "örn",
];

/// Returns the check word of a challenge, in capitals. `None` if its key is no longer configured.
pub fn check_word(keys: &Keys, challenge: &Challenge) -> Option<String> {
    let value = keys.derive(&challenge.key_id, Purpose::Word, &[challenge.id.as_bytes()])?;
    let word = WORDS.get(usize::from(value[0]) % WORDS.len())?;
    Some(word.to_uppercase())
}
