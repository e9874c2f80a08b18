//! From one version of an event to another. In: the middle forms of both. Out: functions that convert, field by field, what
//! the schemas say is the same, and a list of what they do not say: the gaps, which a producer fills.
//!
//! A field is the same if it has the same key, or if the new one was renamed from the old (`x-renamed-from`), and if every
//! value of the new type is a value of the old. Nothing is parsed, rounded or guessed. An optional field that the new version
//! dropped is absent.

mod value;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use self::value::Expression;
use crate::Settings;
use crate::emit::rest_of;
use crate::ir::{Field, Shape, Structure, Type, TypeDef, Variant, VersionTypes};
use crate::names::{is_keyword, snake, unique};

/// A conversion of the root types.
pub(crate) struct Conversion {
    /// The functions; the first converts the root.
    pub(crate) functions: Vec<Function>,
    pub(crate) gaps: Vec<Gap>,
}

/// A function from one named type to another.
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) body: TokenStream,
    /// Whether it, or one that it calls, asks the producer.
    pub(crate) needs_gaps: bool,
}

/// A field whose value the schemas do not say.
pub(crate) struct Gap {
    pub(crate) method: String,
    pub(crate) key: String,
    /// The type that the producer has.
    pub(crate) from: usize,
    /// The type that has the field.
    pub(crate) to: usize,
    /// The type of the field, presence included.
    pub(crate) value: Type,
}

/// Converts the root of `new` to the root of `old`.
pub(crate) fn convert(new: &VersionTypes, old: &VersionTypes, settings: &Settings) -> Conversion {
    let mut converter = Converter {
        new,
        old,
        settings: *settings,
        names: BTreeMap::new(),
        taken: BTreeSet::new(),
        open: VecDeque::new(),
        gaps: Vec::new(),
        methods: BTreeSet::new(),
        calls: BTreeSet::new(),
        asks: false,
    };
    converter.name(new.root, old.root);
    let mut made = Vec::new();
    while let Some((from, to)) = converter.open.pop_front() {
        converter.asks = false;
        let body = converter.body(from, to);
        let calls = std::mem::take(&mut converter.calls);
        made.push(Made {
            name: converter.names[&(from, to)].clone(),
            from,
            to,
            body,
            calls,
            asks: converter.asks,
        });
    }
    let needs = needs(&made);
    let functions = made.into_iter().map(|made| Function {
        needs_gaps: needs.contains(&made.name),
        body: (made.body)(&needs),
        name: made.name,
        from: made.from,
        to: made.to,
    });
    Conversion {
        functions: functions.collect(),
        gaps: converter.gaps,
    }
}

/// The functions that need the gaps: known only when all bodies are, and with it what calls pass on.
type Needs = BTreeSet<String>;

/// Tokens that wait for that.
type Body = Box<dyn Fn(&Needs) -> TokenStream>;

struct Made {
    name: String,
    from: usize,
    to: usize,
    body: Body,
    calls: BTreeSet<String>,
    asks: bool,
}

fn needs(made: &[Made]) -> Needs {
    let mut needs: Needs = made.iter().filter(|one| one.asks).map(|one| one.name.clone()).collect();
    loop {
        let before = needs.len();
        let callers = made
            .iter()
            .filter(|one| one.calls.iter().any(|call| needs.contains(call)));
        let callers: Vec<_> = callers.map(|one| one.name.clone()).collect();
        needs.extend(callers);
        if needs.len() == before {
            return needs;
        }
    }
}

struct Converter<'v> {
    new: &'v VersionTypes,
    old: &'v VersionTypes,
    settings: Settings,
    names: BTreeMap<(usize, usize), String>,
    taken: BTreeSet<String>,
    open: VecDeque<(usize, usize)>,
    gaps: Vec<Gap>,
    methods: BTreeSet<String>,
    /// What the function that is being made calls.
    calls: BTreeSet<String>,
    /// Whether it asks the producer.
    asks: bool,
}

impl Converter<'_> {
    /// The function for a pair of types, asked for the first time or again.
    fn name(&mut self, from: usize, to: usize) -> String {
        if let Some(name) = self.names.get(&(from, to)) {
            return name.clone();
        }
        let text = &self.old.types[to].name;
        let name = unique(raw(snake(text)), text, &mut self.taken);
        self.names.insert((from, to), name.clone());
        self.open.push_back((from, to));
        name
    }

    fn body(&mut self, from: usize, to: usize) -> Body {
        let (new, old) = (&self.new.types[from], &self.old.types[to]);
        match (&new.shape, &old.shape) {
            (Shape::Struct(source), Shape::Struct(target)) => self.structure(from, to, source, target),
            (Shape::Enum { variants, extensible }, Shape::Enum { variants: known, .. }) => {
                self.enumeration(new, old, (variants, *extensible), known)
            }
            (Shape::Newtype(inner), Shape::Newtype(target)) => {
                let name = self.path(to);
                match self.value(inner, target, &Expression::place(quote!(from.0))) {
                    Some(value) => Box::new(move |needs| {
                        let value = value(needs);
                        quote!(#name(#value))
                    }),
                    None => self.whole_gap(from, to),
                }
            }
            _ => self.whole_gap(from, to),
        }
    }

    /// `old::Name`
    fn path(&self, to: usize) -> TokenStream {
        let (module, name) = (ident(&self.old.module), ident(&self.old.types[to].name));
        quote!(#module::#name)
    }

    /// Nothing in common: the producer makes the whole value.
    fn whole_gap(&mut self, from: usize, to: usize) -> Body {
        let method = self.gap(snake(&self.old.types[to].name), "all", (from, to), Type::Named(to));
        Box::new(move |_| quote!(gaps.#method(from)))
    }

    fn gap(&mut self, method: String, key: &str, (from, to): (usize, usize), value: Type) -> Ident {
        let method = unique(method, key, &mut self.methods);
        let name = ident(&method);
        self.asks = true;
        self.gaps.push(Gap {
            method,
            key: key.to_owned(),
            from,
            to,
            value,
        });
        name
    }

    fn structure(&mut self, from: usize, to: usize, source: &Structure, target: &Structure) -> Body {
        let fields = target
            .fields
            .iter()
            .map(|field| (ident(&field.name), self.field((from, to), source, field)));
        let fields: Vec<_> = fields.collect();
        let name = self.path(to);
        let rest = self.rest((from, to), source, target);
        Box::new(move |needs| {
            let fields = fields.iter().chain(&rest).map(|(name, value)| {
                let value = value(needs);
                quote!(#name: #value)
            });
            quote!(#name { #(#fields,)* })
        })
    }

    /// Properties without a name go over, but for those that have one on the other side.
    fn rest(&mut self, pair: (usize, usize), source: &Structure, target: &Structure) -> Option<(Ident, Body)> {
        let (to, wanted) = rest_of(target, &self.settings)?;
        let to_name = ident(to);
        let Some((from, kept)) = rest_of(source, &self.settings) else {
            return Some((to_name, Box::new(|_| quote!(Default::default()))));
        };
        let from = ident(from);
        let is_new = |key: &&str| !source.fields.iter().any(|field| field.key == *key);
        let taken: Vec<_> = target
            .fields
            .iter()
            .map(|field| field.key.as_str())
            .filter(is_new)
            .collect();
        let filter = (!taken.is_empty()).then(|| quote!(.filter(|(key, _)| ![#(#taken),*].contains(&key.as_str()))));
        if let Some(value) = self.value(&kept, &wanted, &value::each()) {
            return Some((
                to_name,
                Box::new(move |needs| {
                    let value = value(needs);
                    quote!(from.#from.iter()#filter.map(|(key, value)| (key.clone(), #value)).collect())
                }),
            ));
        }
        let method = self.gap(self.method(pair, to), to, pair, Type::Map(Box::new(wanted)));
        Some((to_name, Box::new(move |_| quote!(gaps.#method(from)))))
    }

    /// What a gap is called: after the property, and after its type if that is not the event.
    fn method(&self, (_, to): (usize, usize), field: &str) -> String {
        if to == self.old.root {
            return field.to_owned();
        }
        let owner = snake(&self.old.types[to].name);
        format!("{owner}_{}", field.trim_start_matches('_'))
    }

    fn field(&mut self, pair: (usize, usize), source: &Structure, target: &Field) -> Body {
        let sources = &source.fields;
        if target.value.is_version() {
            return Box::new(|_| quote!(Default::default()));
        }
        let renamed = sources
            .iter()
            .find(|source| source.renamed_from.as_deref() == Some(&target.key));
        let same = || {
            sources
                .iter()
                .find(|source| source.key == target.key && source.renamed_from.is_none())
        };
        let wanted = whole(target);
        match renamed.or_else(same) {
            None if !target.required => {
                if let Some(value) = self.unnamed(source, target) {
                    return value;
                }
            }
            None => {}
            Some(source) => {
                if let Some(value) = self.present(source, target) {
                    return value;
                }
            }
        }
        let method = self.gap(self.method(pair, &target.name), &target.key, pair, wanted);
        Box::new(move |_| quote!(gaps.#method(from)))
    }

    /// The value of an optional field that the source has no name for: among its additional properties, if it keeps any.
    fn unnamed(&mut self, source: &Structure, target: &Field) -> Option<Body> {
        // What only the setting keeps is nobody's to convert.
        let Some(("additional", kept)) = rest_of(source, &self.settings) else {
            return Some(Box::new(|_| quote!(None)));
        };
        let value = self.value(&kept, &target.value, &value::each())?;
        let key = target.key.clone();
        let wrapped = target.nullable;
        Some(Box::new(move |needs| {
            let value = value(needs);
            let value = if wrapped { quote!(Some(#value)) } else { value };
            quote!(from.additional.get(#key).map(|value| #value))
        }))
    }

    /// The value of a field, if the other side tells absence and `null` apart as well. What is absent does not become `null`, nor
    /// the other way round.
    fn present(&mut self, source: &Field, target: &Field) -> Option<Body> {
        let name = ident(&source.name);
        let place = Expression::place(quote!(from.#name));
        let presence = |field: &Field| (field.required, field.nullable);
        match (presence(source), presence(target)) {
            ((true, false), _) | ((false, false), (false, true)) => self.value(&whole(source), &whole(target), &place),
            (one, other) if one == other => self.value(&whole(source), &whole(target), &place),
            ((true, true), (false, true)) => {
                let nullable = |field: &Field| Type::Nullable(Box::new(field.value.clone()));
                let value = self.value(&nullable(source), &nullable(target), &place)?;
                Some(Box::new(move |needs| {
                    let value = value(needs);
                    quote!(Some(#value))
                }))
            }
            _ => None,
        }
    }

    fn enumeration(
        &self,
        new: &TypeDef,
        old: &TypeDef,
        (variants, open): (&[Variant], bool),
        known: &[Variant],
    ) -> Body {
        let (from_module, to_module) = (ident(&self.new.module), ident(&self.old.module));
        let (from_name, to_name) = (ident(&new.name), ident(&old.name));
        let arms = variants.iter().map(|variant| {
            let (name, value) = (ident(&variant.name), &variant.value);
            let to = if let Some(same) = known.iter().find(|old| old.value == variant.value) {
                let same = ident(&same.name);
                quote!(#same)
            } else {
                quote!(Unknown(#value.to_owned()))
            };
            quote!(#from_module::#from_name::#name => #to_module::#to_name::#to,)
        });
        let unknown = open
            .then(|| quote!(#from_module::#from_name::Unknown(value) => #to_module::#to_name::Unknown(value.clone()),));
        let body = quote!(match from { #(#arms)* #unknown });
        Box::new(move |_| body.clone())
    }
}

/// The type of a field with its presence: optional or nullable, it is an option, both make two.
fn whole(field: &Field) -> Type {
    let option = |value: Type| Type::Nullable(Box::new(value));
    match (field.required, field.nullable) {
        (true, false) => field.value.clone(),
        (true, true) | (false, false) => option(field.value.clone()),
        (false, true) => option(option(field.value.clone())),
    }
}

fn ident(name: &str) -> Ident {
    format_ident!("{}", raw(name.to_owned()))
}

fn raw(name: String) -> String {
    if is_keyword(&name) { format!("r#{name}") } else { name }
}
