//! Conversions in Rust, as a person would write them: copied, cloned, mapped, or passed to a function of its type. In: a conversion
//! as data. Out: a function for each of its routines. Nothing is decided here.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::ident;
use crate::ir::{
    Conversion, EnumStep, EventModule, Field, FieldId, FieldSource, GapId, OthersStep, Routine, RoutineSteps,
    Structure, Table, TypeDef, TypeShape, ValueStep, Variant, VariantId, VersionTypes,
};

/// Spells out the routines of a conversion. `parameter` is what functions that need gaps have besides.
pub(super) fn emit_routines<'e>(
    event: &'e EventModule,
    conversion: &'e Conversion,
    parameter: Option<&'e TokenStream>,
) -> impl Iterator<Item = TokenStream> + use<'e> {
    let speller = Speller {
        conversion,
        new: &event.versions[conversion.from],
        old: &event.versions[conversion.to],
    };
    conversion.routines.iter().map(move |routine| {
        let (name, from, to) = (
            ident(&routine.name),
            ident(&speller.new.module),
            ident(&speller.old.module),
        );
        let (new, old) = speller.types(routine);
        let (from_type, to_type) = (ident(&new.name), ident(&old.name));
        let parameter = parameter.filter(|_| routine.needs_gaps);
        let body = speller.body(routine);
        quote!(fn #name(from: &#from::#from_type #parameter) -> #to::#to_type { #body })
    })
}

struct Speller<'e> {
    conversion: &'e Conversion,
    new: &'e VersionTypes,
    old: &'e VersionTypes,
}

impl<'e> Speller<'e> {
    fn types(&self, routine: &Routine) -> (&'e TypeDef, &'e TypeDef) {
        (&self.new.types[routine.from], &self.old.types[routine.to])
    }

    fn body(&self, routine: &Routine) -> TokenStream {
        let (new, old) = self.types(routine);
        let (module, name) = (ident(&self.old.module), ident(&old.name));
        match (&routine.steps, &new.shape, &old.shape) {
            (RoutineSteps::Object { fields, others, .. }, TypeShape::Struct(source), TypeShape::Struct(target)) => {
                let fields = fields.iter().map(|step| {
                    let to = &target.fields[step.to];
                    let (name, value) = (ident(&to.name), self.field(&step.source, source, to));
                    quote!(#name: #value)
                });
                let others = others.iter().map(|step| self.others(step, source, target));
                let members = fields.chain(others);
                quote!(#module::#name { #(#members,)* })
            }
            (
                RoutineSteps::Enum { values, keeps_unknown },
                TypeShape::Enum { variants, .. },
                TypeShape::Enum { variants: known, .. },
            ) => self.variants((values, *keeps_unknown), (new, variants), (old, known)),
            (RoutineSteps::Inner(value), ..) => {
                let value = self.value(value, &ValuePlace::of(quote!(from.0)));
                quote!(#module::#name(#value))
            }
            (RoutineSteps::Gap(gap), ..) => self.gap(*gap),
            (RoutineSteps::Object { .. } | RoutineSteps::Enum { .. }, ..) => {
                unreachable!("steps are those of the shapes")
            }
        }
    }

    fn gap(&self, gap: GapId) -> TokenStream {
        let method = ident(&self.conversion.gaps[gap].method);
        quote!(gaps.#method(from))
    }

    fn field(&self, source: &FieldSource, structure: &Structure, to: &Field) -> TokenStream {
        match source {
            FieldSource::Copy { from, value } | FieldSource::Rename { from, value } => {
                let from = field_name(structure, *from);
                self.value(value, &ValuePlace::of(quote!(from.#from)))
            }
            FieldSource::Unnamed { value } => {
                let (name, _) = structure.others.kept().expect("the operation reads what is kept");
                let (name, key) = (ident(name), &to.key);
                let value = self.value(value, &ValuePlace::each());
                quote!(from.#name.get(#key).map(|value| #value))
            }
            FieldSource::Version => quote!(Default::default()),
            FieldSource::Absent => quote!(None),
            FieldSource::Gap(gap) => self.gap(*gap),
        }
    }

    fn others(&self, step: &OthersStep, source: &Structure, target: &Structure) -> TokenStream {
        let (to, _) = target.others.kept().expect("the operation is on what is kept");
        let to = ident(to);
        match step {
            OthersStep::Empty => quote!(#to: Default::default()),
            OthersStep::Carry { without, value } => {
                let (from, _) = source.others.kept().expect("the operation reads what is kept");
                let from = ident(from);
                let value = self.value(value, &ValuePlace::each());
                let filter =
                    (!without.is_empty()).then(|| quote!(.filter(|(key, _)| ![#(#without),*].contains(&key.as_str()))));
                quote!(#to: from.#from.iter()#filter.map(|(key, value)| (key.clone(), #value)).collect())
            }
            OthersStep::Gap(gap) => {
                let value = self.gap(*gap);
                quote!(#to: #value)
            }
        }
    }

    fn variants(
        &self,
        (values, keeps_unknown): (&[(VariantId, EnumStep)], bool),
        (new, variants): (&TypeDef, &Table<VariantId, Variant>),
        (old, known): (&TypeDef, &Table<VariantId, Variant>),
    ) -> TokenStream {
        let (from_module, to_module) = (ident(&self.new.module), ident(&self.old.module));
        let (from_name, to_name) = (ident(&new.name), ident(&old.name));
        let arms = values.iter().map(|(from, step)| {
            let Variant { name, value } = &variants[*from];
            let name = ident(name);
            let to = match step {
                EnumStep::Value(to) => {
                    let same = ident(&known[*to].name);
                    quote!(#same)
                }
                EnumStep::Unknown => quote!(Unknown(#value.to_owned())),
            };
            quote!(#from_module::#from_name::#name => #to_module::#to_name::#to,)
        });
        let unknown = keeps_unknown
            .then(|| quote!(#from_module::#from_name::Unknown(value) => #to_module::#to_name::Unknown(value.clone()),));
        quote!(match from { #(#arms)* #unknown })
    }

    fn value(&self, step: &ValueStep, place: &ValuePlace) -> TokenStream {
        let tokens = &place.tokens;
        match step {
            ValueStep::Keep { is_copy: true } => place.copied(),
            ValueStep::Keep { is_copy: false } => quote!(#tokens.clone()),
            ValueStep::WidenInteger => {
                let value = place.copied();
                quote!(#value.into())
            }
            ValueStep::WriteText => quote!(#tokens.to_string()),
            ValueStep::WriteVariant => quote!(#tokens.as_str().to_owned()),
            ValueStep::EachOptional(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.as_ref().map(|value| #value))
            }
            ValueStep::EachElement(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.iter().map(|value| #value).collect())
            }
            ValueStep::EachMember(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.iter().map(|(key, value)| (key.clone(), #value)).collect())
            }
            ValueStep::Present(inner) => {
                let value = self.value(inner, place);
                quote!(Some(#value))
            }
            ValueStep::Call { routine, is_boxed } => {
                let called = &self.conversion.routines[*routine];
                let (function, argument) = (ident(&called.name), place.borrowed());
                let gaps = called.needs_gaps.then(|| quote!(, gaps));
                let call = quote!(#function(#argument #gaps));
                if *is_boxed { quote!(Box::new(#call)) } else { call }
            }
        }
    }
}

fn field_name(structure: &Structure, field: FieldId) -> Ident {
    ident(&structure.fields[field].name)
}

/// An expression for the value to convert.
struct ValuePlace {
    tokens: TokenStream,
    /// Whether it is a reference to the value, as in a closure, or the place itself.
    is_reference: bool,
}

impl ValuePlace {
    fn of(tokens: TokenStream) -> Self {
        Self {
            tokens,
            is_reference: false,
        }
    }

    /// The value in a closure over elements.
    fn each() -> Self {
        Self {
            tokens: quote!(value),
            is_reference: true,
        }
    }

    fn copied(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.is_reference {
            quote!(*#tokens)
        } else {
            tokens.clone()
        }
    }

    fn borrowed(&self) -> TokenStream {
        let tokens = &self.tokens;
        if self.is_reference {
            tokens.clone()
        } else {
            quote!(&#tokens)
        }
    }
}
