//! The values of attributes: what a person says of an annotation beyond its label.

use std::collections::BTreeMap;
use std::fmt;

/// Values by the attribute's name. An attribute that is not set is not there.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// The value of an attribute. Which kind fits is said by the label's
/// [`AttributeSpec`](crate::scheme::AttributeSpec).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AttributeValue {
    /// Free text, one of several choices, or a number in decimal digits as it was written.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Several choices, in the order of the tagset.
    Choices(Vec<String>),
}

impl fmt::Display for AttributeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeValue::Text(text) => f.write_str(text),
            AttributeValue::Flag(true) => f.write_str("yes"),
            AttributeValue::Flag(false) => f.write_str("no"),
            AttributeValue::Choices(choices) => f.write_str(&choices.join(", ")),
        }
    }
}
