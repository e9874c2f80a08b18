//! Handles for the fields of generated builders: each offers the conditions that make sense for its type. In: a builder and
//! a path. Out: the builder with one condition more.
//!
//! Generated code wraps [`PatternBuilder`] in a type of its own and gives out a handle for each field:
//!
//! ```
//! use schemactl_pattern::field::{NumberField, StringField};
//! use schemactl_pattern::{Pattern, PatternBuilder};
//!
//! pub struct OrderPlacedPattern(PatternBuilder);
//!
//! impl OrderPlacedPattern {
//!     pub fn order_id(self) -> StringField<Self> {
//!         StringField::new(self, &["detail", "orderId"])
//!     }
//!
//!     pub fn total_amount(self) -> NumberField<Self> {
//!         NumberField::new(self, &["detail", "totalAmount"])
//!     }
//!
//!     pub fn build(self) -> Pattern {
//!         self.0.build()
//!     }
//! }
//!
//! impl From<PatternBuilder> for OrderPlacedPattern {
//!     fn from(builder: PatternBuilder) -> Self {
//!         Self(builder)
//!     }
//! }
//!
//! impl From<OrderPlacedPattern> for PatternBuilder {
//!     fn from(pattern: OrderPlacedPattern) -> Self {
//!         pattern.0
//!     }
//! }
//!
//! let builder = OrderPlacedPattern(PatternBuilder::new().detail_type("order.placed"));
//! let pattern = builder.order_id().prefix("ord-").total_amount().greater_than(100).build();
//! assert_eq!(
//!     pattern.to_json(),
//!     r#"{"detail":{"orderId":[{"prefix":"ord-"}],"totalAmount":[{"numeric":[">",100]}]},"detail-type":["order.placed"]}"#
//! );
//! ```
//!
//! A second condition on the same field is an alternative to the first, as in EventBridge's lists.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::build::PatternBuilder;
use crate::matcher::{AnythingBut, Matcher};
use crate::scalar::{Number, Scalar};

/// A place in the event, and the builder that the conditions there go to. Generated code gives one out for each object.
pub struct Place<P> {
    builder: PatternBuilder,
    path: Vec<Cow<'static, str>>,
    pattern: PhantomData<fn() -> P>,
}

impl<P> Place<P> {
    /// Returns the place at `path`, which starts at the event's envelope: `["detail", "shippingAddress"]`.
    pub fn new(builder: impl Into<PatternBuilder>, path: &[&'static str]) -> Self {
        Self {
            builder: builder.into(),
            path: path.iter().map(|&name| name.into()).collect(),
            pattern: PhantomData,
        }
    }

    /// Returns the member of that name.
    #[must_use]
    pub fn member(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.path.push(name.into());
        self
    }
}

/// As the path of the place, which says what the builder does not.
impl<P> fmt::Debug for Place<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.join("."))
    }
}

/// An object whose properties the schema does not name.
#[derive(Debug)]
#[must_use = "a field without a condition is not part of the pattern"]
pub struct MapField<P>(Place<P>);

impl<P: From<PatternBuilder>> MapField<P> {
    /// Returns the object at `path`, which starts at the event's envelope: `["detail", "labels"]`.
    pub fn new(builder: impl Into<PatternBuilder>, path: &[&'static str]) -> Self {
        Self(Place::new(builder, path))
    }

    /// Returns the object at a place.
    pub fn at(place: Place<P>) -> Self {
        Self(place)
    }

    /// Returns the property of that name.
    pub fn key(self, name: impl Into<String>) -> AnyField<P> {
        AnyField::at(self.0.member(name.into()))
    }
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        #[must_use = "a field without a condition is not part of the pattern"]
        pub struct $name<P>(Place<P>);

        impl<P: From<PatternBuilder>> $name<P> {
            /// Returns the field at `path`, which starts at the event's envelope: `["detail", "orderId"]`.
            pub fn new(builder: impl Into<PatternBuilder>, path: &[&'static str]) -> Self {
                Self(Place::new(builder, path))
            }

            /// Returns the field at a place.
            pub fn at(place: Place<P>) -> Self {
                Self(place)
            }

            /// Adds any condition.
            pub fn matching(self, matcher: Matcher) -> P {
                self.any_of([matcher])
            }

            /// Matches if the field is there, `null` included. EventBridge sees no objects: what holds one is not there.
            pub fn exists(self) -> P {
                self.matching(Matcher::exists())
            }

            /// Matches if the field is not there, or holds an object.
            pub fn absent(self) -> P {
                self.matching(Matcher::absent())
            }

            /// Matches if the field is `null`.
            pub fn null(self) -> P {
                self.matching(Matcher::null())
            }

            /// Matches one of these conditions. Without any, nothing matches, and EventBridge refuses the pattern.
            pub fn any_of(self, matchers: impl IntoIterator<Item = Matcher>) -> P {
                let Place { builder, path, .. } = self.0;
                let path: Vec<&str> = path.iter().map(|name| name.as_ref()).collect();
                builder.any_of_field(&path, matchers).into()
            }
        }
    )*};
}

handles! {
    /// A field of type string.
    StringField
    /// A field of type number or integer.
    NumberField
    /// A field of type boolean.
    BoolField
    /// A field of several types, or of none known.
    AnyField
}

impl<P: From<PatternBuilder>> StringField<P> {
    /// Matches exactly this text.
    pub fn eq(self, text: impl Into<String>) -> P {
        self.matching(Matcher::eq(text.into()))
    }

    /// Matches one of these texts.
    pub fn one_of<S: Into<String>>(self, texts: impl IntoIterator<Item = S>) -> P {
        self.any_of(texts.into_iter().map(|text| Matcher::eq(text.into())))
    }

    /// Matches a text that starts with `text`.
    pub fn prefix(self, text: impl Into<String>) -> P {
        self.matching(Matcher::prefix(text))
    }

    /// Matches a text that ends with `text`.
    pub fn suffix(self, text: impl Into<String>) -> P {
        self.matching(Matcher::suffix(text))
    }

    /// Matches the text in any case.
    pub fn equals_ignore_case(self, text: impl Into<String>) -> P {
        self.matching(Matcher::equals_ignore_case(text))
    }

    /// Matches a text that fits, `*` standing for any characters.
    pub fn wildcard(self, text: impl Into<String>) -> P {
        self.matching(Matcher::wildcard(text))
    }

    /// Matches any value but these texts.
    pub fn anything_but<S: Into<String>>(self, texts: impl IntoIterator<Item = S>) -> P {
        self.matching(Matcher::anything_but(texts.into_iter().map(Into::into)))
    }

    /// Matches any value but texts that start with `text`.
    pub fn anything_but_prefix(self, text: impl Into<String>) -> P {
        self.matching(Matcher::AnythingBut(AnythingBut::Prefix(vec![text.into()])))
    }

    /// Matches any value but texts that end with `text`.
    pub fn anything_but_suffix(self, text: impl Into<String>) -> P {
        self.matching(Matcher::AnythingBut(AnythingBut::Suffix(vec![text.into()])))
    }

    /// Matches an IP address of the network, such as `10.0.0.0/24`.
    pub fn cidr(self, network: impl Into<String>) -> P {
        self.matching(Matcher::cidr(network))
    }
}

impl<P: From<PatternBuilder>> NumberField<P> {
    /// Matches exactly this number.
    pub fn eq(self, number: impl Into<Number>) -> P {
        self.matching(Matcher::eq(number.into()))
    }

    /// Matches one of these numbers.
    pub fn one_of<N: Into<Number>>(self, numbers: impl IntoIterator<Item = N>) -> P {
        self.any_of(numbers.into_iter().map(|number| Matcher::eq(number.into())))
    }

    /// Matches any value but these numbers.
    pub fn anything_but<N: Into<Number>>(self, numbers: impl IntoIterator<Item = N>) -> P {
        self.matching(Matcher::anything_but(numbers.into_iter().map(Into::into)))
    }

    /// Matches a number above this one.
    pub fn greater_than(self, number: impl Into<Number>) -> P {
        self.matching(Matcher::greater_than(number))
    }

    /// Matches this number or one above it.
    pub fn at_least(self, number: impl Into<Number>) -> P {
        self.matching(Matcher::at_least(number))
    }

    /// Matches a number below this one.
    pub fn less_than(self, number: impl Into<Number>) -> P {
        self.matching(Matcher::less_than(number))
    }

    /// Matches this number or one below it.
    pub fn at_most(self, number: impl Into<Number>) -> P {
        self.matching(Matcher::at_most(number))
    }

    /// Matches a number from `lower` to `upper`, both included.
    pub fn between(self, lower: impl Into<Number>, upper: impl Into<Number>) -> P {
        self.matching(Matcher::between(lower, upper))
    }
}

impl<P: From<PatternBuilder>> BoolField<P> {
    /// Matches this flag.
    pub fn eq(self, flag: bool) -> P {
        self.matching(Matcher::eq(flag))
    }
}

impl<P: From<PatternBuilder>> AnyField<P> {
    /// Matches exactly this value.
    pub fn eq(self, value: impl Into<Scalar>) -> P {
        self.matching(Matcher::eq(value))
    }

    /// Matches one of these values.
    pub fn one_of<S: Into<Scalar>>(self, values: impl IntoIterator<Item = S>) -> P {
        self.any_of(values.into_iter().map(Matcher::eq))
    }
}
