//! The deserializer of sections and values. No error repeats a value, so it need not know which are secret.

use super::Error;
use serde::{
    Deserializer,
    de::{self, IntoDeserializer, MapAccess, Visitor, value::SeqDeserializer},
    forward_to_deserialize_any,
};
use std::{collections::BTreeMap, fmt::Display, slice};
use toml::Value as Toml;

/// A key's value before it is read.
#[derive(Clone, PartialEq)]
pub(super) enum Value {
    /// From the environment or a separate file, where everything is text.
    Text(String),
    /// From the TOML file, or a default.
    Toml(Toml),
}

/// The keys with their values, by dotted name.
pub(super) type Values = BTreeMap<String, Value>;

/// A key or a section among the values. Reading removes it.
pub(super) struct Place<'a> {
    pub(super) values: &'a mut Values,
    pub(super) name: String,
}

impl Place<'_> {
    fn value(self) -> Result<Value, Error> {
        self.values.remove(&self.name).ok_or_else(Error::missing)
    }
}

impl<'de> Deserializer<'de> for Place<'_> {
    type Error = Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let Place { values, name } = self;
        let fields = Fields { values, section: name, left: fields.iter(), field: "" };
        visitor.visit_map(fields)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value()? {
            Value::Toml(Toml::Boolean(yes)) => visitor.visit_bool(yes),
            Value::Text(text) if text.trim() == "true" => visitor.visit_bool(true),
            Value::Text(text) if text.trim() == "false" => visitor.visit_bool(false),
            _ => Err(Error::value("must be true or false")),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let number = match self.value()? {
            Value::Text(text) => text.trim().parse().ok(),
            Value::Toml(number) => number.as_integer(),
        };
        visitor.visit_i64(number.ok_or_else(|| Error::value("must be a whole number"))?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value()? {
            Value::Text(text) | Value::Toml(Toml::String(text)) => visitor.visit_string(text),
            Value::Toml(_) => Err(Error::value("must be text in quotes")),
        }
    }

    /// Reads one of several words.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let word: String = de::Deserialize::deserialize(self)?;
        visitor.visit_enum(word.trim().into_deserializer())
    }

    /// Reads a list of texts: an array in TOML, or commas between them where everything is text.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let items: Vec<String> = match self.value()? {
            Value::Text(text) => items(&text).map(str::to_owned).collect(),
            Value::Toml(Toml::Array(items)) => {
                let text = |item: Toml| item.as_str().map(str::to_owned);
                let items: Option<_> = items.into_iter().map(text).collect();
                items.ok_or_else(|| Error::value("must be a list of texts in quotes"))?
            }
            Value::Toml(_) => {
                return Err(Error::value("must be a list such as [\"one\", \"two\"]"));
            }
        };
        visitor.visit_seq(SeqDeserializer::new(items.into_iter()))
    }

    /// Reads a value that may be of several types.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value()? {
            Value::Text(text) => visitor.visit_string(text),
            // It would be read as text.
            Value::Toml(Toml::Datetime(_)) => Err(Error::value("is of another type")),
            Value::Toml(value) => {
                value.deserialize_any(visitor).map_err(|_| Error::value("is of another type"))
            }
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct
        tuple tuple_struct map identifier ignored_any
    }
}

/// Returns the items of a list where everything is text, with commas between them.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// The fields of a section that are set, in the order of their declaration.
struct Fields<'a> {
    values: &'a mut Values,
    section: String,
    left: slice::Iter<'static, &'static str>,
    field: &'static str,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        for field in self.left.by_ref() {
            let name = format!("{}.{field}", self.section);
            let below = format!("{name}.");
            let mut from = self.values.range(name.clone()..);
            if from.next().is_some_and(|(key, _)| *key == name || key.starts_with(&below)) {
                self.field = field;
                return seed.deserialize(field.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: de::DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let name = format!("{}.{}", self.section, self.field);
        let place = Place { values: self.values, name };
        seed.deserialize(place).map_err(|error| error.below(self.field))
    }
}

impl de::Error for Error {
    fn custom<T: Display>(wrong: T) -> Self {
        Self::value(wrong.to_string())
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::value("is of another type")
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::value("is not allowed")
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        Self::value(format!("must be {} or {last}", others.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::missing().below(field)
    }
}
