//! Reads the views from JSON in the browser.
//!
//! It takes what the server writes: JSON without white space, of types like those in `wire`. They have no maps
//! and no floats, and of serde's attributes only those that rename. The reader of `serde_json` takes any JSON and
//! says where it is malformed: the bundle would be 20 kB larger.

use serde::{
    Deserializer,
    de::{
        DeserializeOwned, DeserializeSeed, EnumAccess, Error, IntoDeserializer, VariantAccess,
        Visitor,
        value::{SeqDeserializer, U32Deserializer},
    },
    forward_to_deserialize_any,
};
use std::fmt::{Display, Formatter, Result as Formatted};

/// Reads a value. `None` if the text is not what the server writes for this type. Fields that the type does not
/// have are left out.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(Json(text)).ok()
}

/// The text of one value.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Json<'a>(&'a str);

/// The text is not what the server writes.
#[derive(Debug)]
struct Malformed;

impl Display for Malformed {
    fn fmt(&self, _: &mut Formatter<'_>) -> Formatted {
        Ok(())
    }
}

impl std::error::Error for Malformed {}

impl Error for Malformed {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

impl<'a> Json<'a> {
    const NULL: Self = Self("null");

    /// Returns the elements of an array, or the names and values of an object in turn.
    fn parts(self, open: char, close: char) -> Option<Vec<Self>> {
        let inner = self.0.strip_prefix(open)?.strip_suffix(close)?;
        let mut parts = Vec::new();
        if inner.is_empty() {
            return Some(parts);
        }
        let (mut start, mut depth, mut quoted, mut escaped) = (0, 0_u32, false, false);
        for (at, byte) in inner.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.checked_sub(1)?,
                b',' | b':' if depth == 0 => {
                    parts.push(Json(inner.get(start..at)?));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push(Json(inner.get(start..)?));
        (depth == 0 && !quoted).then_some(parts)
    }

    /// Returns the values of these fields of an object. That of a missing field is `null`.
    fn values(self, fields: &[&str]) -> Option<Vec<Self>> {
        let parts = self.parts('{', '}')?;
        let value = |field: &&str| {
            parts.chunks(2).find_map(|pair| match pair {
                [name, value] if name.unquoted() == *field => Some(*value),
                _ => None,
            })
        };
        Some(fields.iter().map(|field| value(field).unwrap_or(Self::NULL)).collect())
    }

    /// Returns the number of the variant among these, and its content.
    fn variant(self, variants: &[&str]) -> Option<Variant<'a>> {
        let (name, content) = match self.parts('{', '}').as_deref() {
            Some([name, content]) => (*name, *content),
            _ => (self, Self::NULL),
        };
        let number = variants.iter().position(|variant| *variant == name.unquoted())?;
        Some(Variant { number: u32::try_from(number).ok()?, content })
    }

    /// Returns the name of a field or variant, in which nothing is escaped.
    fn unquoted(self) -> &'a str {
        self.0.trim_matches('"')
    }

    /// Returns a text without its quotes and escapes.
    fn string(self) -> Option<String> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        let mut string = String::new();
        let mut rest = inner.chars();
        while let Some(next) = rest.next() {
            string.push(match next {
                '\\' => match rest.next()? {
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => {
                        let (digits, after) = rest.as_str().split_at_checked(4)?;
                        rest = after.chars();
                        char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
                    }
                    other => other,
                },
                other => other,
            });
        }
        Some(string)
    }
}

impl IntoDeserializer<'_, Malformed> for Json<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! integers {
    ($($name:ident)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            visitor.visit_i64(self.0.parse().map_err(|_| Malformed)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Json<'_> {
    type Error = Malformed;

    integers! { deserialize_u8 deserialize_u16 deserialize_u32 deserialize_i16 deserialize_i64 }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Malformed> {
        Err(Malformed)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        match self.0 {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(Malformed),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_string(self.string().ok_or(Malformed)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self == Self::NULL { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_seq(SeqDeserializer::new(self.parts('[', ']').ok_or(Malformed)?.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &str,
        fields: &[&str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_seq(SeqDeserializer::new(self.values(fields).ok_or(Malformed)?.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        variants: &[&str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_enum(self.variant(variants).ok_or(Malformed)?)
    }

    forward_to_deserialize_any! {
        i8 i32 i128 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct
        map identifier ignored_any
    }
}

/// A variant of an enum.
struct Variant<'a> {
    number: u32,
    content: Json<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Malformed;
    type Variant = Json<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Json<'a>), Malformed> {
        let number: U32Deserializer<Malformed> = self.number.into_deserializer();
        Ok((seed.deserialize(number)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Json<'_> {
    type Error = Malformed;

    fn unit_variant(self) -> Result<(), Malformed> {
        if self == Self::NULL { Ok(()) } else { Err(Malformed) }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Malformed> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Malformed> {
        Err(Malformed)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_struct("", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{
        gallery::states::STATES,
        wire::{Code, Language, LocalTime, PageView, Problem, Progress, Qr, Screen, Stage},
    };
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn views() -> impl Iterator<Item = PageView> {
        STATES.iter().flat_map(|state| Language::ALL.map(state.view))
    }

    fn text() -> impl Strategy<Value = String> {
        prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter)
    }

    prop_compose! {
        fn time()(
            (unix, offset, year) in any::<(i64, i16, i16)>(),
            (month, day, weekday, hour, minute) in any::<(u8, u8, u8, u8, u8)>(),
        ) -> LocalTime {
            LocalTime { unix, offset, year, month, day, weekday, hour, minute }
        }
    }

    prop_compose! {
        fn code()(
            (address, word) in (text(), text()),
            phone in prop::option::of(text()),
            (length, tries_left) in any::<(u8, u8)>(),
            (valid_for, resend_in) in any::<(u32, u32)>(),
            (valid_until, resend_at) in (time(), time()),
            (slow, unsent, e_id) in any::<(bool, bool, bool)>(),
        ) -> Code {
            Code {
                address, phone, word, length, valid_until, valid_for, resend_at, resend_in, tries_left, slow,
                unsent, e_id,
            }
        }
    }

    /// A value in the place of another one, or nothing.
    fn other() -> impl Strategy<Value = Option<Value>> {
        prop_oneof![
            Just(None),
            Just(Some(Value::Null)),
            Just(Some(json!([]))),
            Just(Some(json!({}))),
            any::<bool>().prop_map(|value| Some(value.into())),
            any::<i64>().prop_map(|value| Some(value.into())),
            (0..300_i64).prop_map(|value| Some(value.into())),
            any::<f64>().prop_map(|value| Some(value.into())),
            text().prop_map(|value| Some(value.into())),
            Just(Some("over".into())),
            Just(Some(json!({ "code-wrong": { "left": 3 } }))),
        ]
    }

    /// Returns the members of this object and of those within: the pointer of the object, and the name.
    fn members(value: &Value, pointer: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for (name, inner) in value.as_object().into_iter().flatten() {
            found.push((pointer.to_owned(), name.clone()));
            found.extend(members(inner, &format!("{pointer}/{name}")));
        }
        found
    }

    #[test]
    fn every_view_is_read_as_it_was() {
        for view in views() {
            let text = serde_json::to_string(&view).expect("json");
            assert_eq!(read::<PageView>(&text), Some(view), "{text}");
        }
    }

    #[test]
    fn a_text_that_breaks_off_is_refused() {
        for view in views() {
            let text = serde_json::to_string(&view).expect("json");
            for (end, _) in text.char_indices() {
                assert_eq!(read::<PageView>(&text[..end]), None, "{}", &text[..end]);
            }
        }
    }

    #[test]
    fn other_answers_are_refused() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            "{",
            "}",
            "\"",
            "{\"",
            "<!DOCTYPE html>",
            "{\"path\":\"/\"}",
            "\\",
            "é",
        ] {
            assert_eq!(read::<PageView>(text), None, "{text}");
            assert_eq!(read::<Progress>(text), None, "{text}");
        }
    }

    #[test]
    fn a_field_of_a_newer_server_is_left_out() {
        for view in views() {
            let mut value = serde_json::to_value(&view).expect("json");
            value["newer"] = json!({ "path": [{ "path": ":,]}\\\"{[" }], "screen": null });
            assert_eq!(read(&value.to_string()), Some(view));
        }
    }

    proptest! {
        #[test]
        fn any_content_is_read_as_it_was(
            (name, token) in (text(), prop::option::of(text())),
            code in code(),
            problem in prop::option::of((time(), any::<u32>())),
        ) {
            let mut view = (STATES[0].view)(Language::English);
            view.organisation.name = name;
            view.token = token;
            view.screen = Screen::Code(code);
            view.problem = problem.map(|(at, wait)| Problem::TooSoon { at, wait });
            let text = serde_json::to_string(&view).expect("json");
            prop_assert_eq!(read::<PageView>(&text), Some(view.clone()));
            // As in the page.
            prop_assert_eq!(read::<PageView>(&text.replace('<', "\\u003c")), Some(view));
        }

        #[test]
        fn any_progress_is_read_as_it_was(
            stage in prop::sample::select(&Stage::ALL),
            qr in prop::option::of((any::<u16>(), text())),
            (start, done) in (prop::option::of(text()), prop::option::of(text())),
        ) {
            let qr = qr.map(|(size, path)| Qr { size, path });
            let progress = Progress { stage, qr, start, done };
            let text = serde_json::to_string(&progress).expect("json");
            prop_assert_eq!(read(&text), Some(progress));
        }

        #[test]
        fn a_changed_view_is_read_or_refused_as_by_serde_json(
            state in 0..STATES.len(),
            place in any::<prop::sample::Index>(),
            other in other(),
        ) {
            let mut value = serde_json::to_value((STATES[state].view)(Language::Swedish)).expect("json");
            let (pointer, name) = place.get(&members(&value, "")).clone();
            let object = value.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("an object");
            match other {
                Some(other) => object.insert(name, other),
                None => object.remove(&name),
            };
            let text = value.to_string();
            prop_assert_eq!(read(&text), serde_json::from_str::<PageView>(&text).ok(), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}:,\"\\\\a0é]{0,24}") {
            let _ = read::<PageView>(&text);
            let _ = read::<Vec<String>>(&text);
            let _ = read::<Problem>(&text);
        }
    }
}
