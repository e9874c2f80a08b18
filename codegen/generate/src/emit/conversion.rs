//! Conversions in Rust, as a person would write them: copied, cloned, mapped, or passed to a function of its type. In: a conversion
//! as data. Out: a function for each of its routines, which returns a `Result` if it asks a gap. Nothing is decided here.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::ident;
use crate::ir::{
    Alternative, ChoiceStep, ChoiceTarget, Conversion, EnumStep, EventModule, Field, FieldId, FieldSource, GapId,
    OthersStep, Routine, RoutineId, RoutineSteps, Structure, Table, Type, TypeDef, TypeId, TypeShape, ValueStep,
    Variant, VariantId, VersionTypes,
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
        let value = quote!(#to::#to_type);
        let value = if routine.can_be_absent {
            quote!(Option<#value>)
        } else {
            value
        };
        let result = result_type(&value, routine.needs_gaps);
        quote!(fn #name(from: &#from::#from_type #parameter) -> #result { #body })
    })
}

/// Returns what a function gives that makes such a value; an error is one of a gap.
pub(super) fn result_type(value: &TokenStream, needs_gaps: bool) -> TokenStream {
    if needs_gaps {
        quote!(Result<#value, ::schemactl_runtime::EntryError>)
    } else {
        value.clone()
    }
}

/// A union with its alternatives.
type UnionTypes<'t> = (&'t TypeDef, &'t [Alternative]);

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
        let value = match (&routine.steps, &new.shape, &old.shape) {
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
            (
                RoutineSteps::Choice {
                    variants: steps,
                    keeps_unknown,
                },
                TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants },
                TypeShape::Choice { variants: known, .. } | TypeShape::Keyed { variants: known },
            ) => {
                let unions = ((new, variants.as_slice()), (old, known.as_slice()));
                self.alternatives((steps, *keeps_unknown), unions, routine.can_be_absent)
            }
            (RoutineSteps::Inner(value), ..) => {
                let value = self.value(value, &ValuePlace::of(quote!(from.0)));
                quote!(#module::#name(#value))
            }
            (RoutineSteps::Gap(gap), ..) => return self.gap(*gap),
            (RoutineSteps::Object { .. } | RoutineSteps::Enum { .. } | RoutineSteps::Choice { .. }, ..) => {
                unreachable!("steps are those of the shapes")
            }
        };
        if routine.needs_gaps { quote!(Ok(#value)) } else { value }
    }

    /// The value of a gap, or why there is none.
    fn gap(&self, gap: GapId) -> TokenStream {
        self.gap_of(gap, &quote!(from))
    }

    /// The same, from a value at hand.
    fn gap_of(&self, gap: GapId, at_hand: &TokenStream) -> TokenStream {
        let gap = &self.conversion.gaps[gap];
        let (method, path) = (ident(&gap.method), &gap.path);
        let (module, root) = (ident(&self.old.module), ident(&self.old.root().name));
        quote!(::schemactl_runtime::__private::fill_gap::<#module::#root, _>(#path, gaps.#method(#at_hand)))
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
                let found = quote!(from.#name.get(#key));
                if self.can_fail(value) {
                    let value = self.result(value, &ValuePlace::each());
                    quote!(#found.map(|value| #value).transpose()?)
                } else {
                    let value = self.value(value, &ValuePlace::each());
                    quote!(#found.map(|value| #value))
                }
            }
            FieldSource::Version | FieldSource::Constant => quote!(Default::default()),
            FieldSource::Gap(gap) => {
                let value = self.gap(*gap);
                quote!(#value?)
            }
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
                let filter =
                    (!without.is_empty()).then(|| quote!(.filter(|(key, _)| ![#(#without),*].contains(&key.as_str()))));
                let members = quote!(from.#from.iter()#filter);
                let value = self.members(value, &members);
                quote!(#to: #value)
            }
            OthersStep::Gap(gap) => {
                let value = self.gap(*gap);
                quote!(#to: #value?)
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

    fn alternatives(
        &self,
        (steps, keeps_unknown): (&[ChoiceStep], bool),
        ((new, variants), (old, known)): (UnionTypes<'_>, UnionTypes<'_>),
        can_be_absent: bool,
    ) -> TokenStream {
        let (from_module, to_module) = (ident(&self.new.module), ident(&self.old.module));
        let (from_name, to_name) = (ident(&new.name), ident(&old.name));
        let present = |value: TokenStream| if can_be_absent { quote!(Some(#value)) } else { value };
        let arms = steps.iter().map(|step| {
            let variant = &variants[step.from];
            let from = ident(&variant.name);
            let from = quote!(#from_module::#from_name::#from);
            match &step.target {
                ChoiceTarget::Alternative { to, value } => {
                    let (to, value) = (ident(&known[*to].name), self.value(value, &ValuePlace::each()));
                    let value = present(quote!(#to_module::#to_name::#to(#value)));
                    quote!(#from(value) => #value,)
                }
                ChoiceTarget::Gap(gap) if matches!(variant.value, Type::Named(_) | Type::Boxed(_)) => {
                    let value = self.gap_of(*gap, &quote!(value));
                    quote!(#from(value) => #value?,)
                }
                ChoiceTarget::Gap(gap) => {
                    let value = self.gap(*gap);
                    quote!(#from(_) => #value?,)
                }
            }
        });
        let unknown = keeps_unknown.then(|| {
            let value = present(quote!(#to_module::#to_name::Unknown(value.clone())));
            quote!(#from_module::#from_name::Unknown(value) => #value,)
        });
        quote!(match from { #(#arms)* #unknown })
    }

    /// Whether a gap is asked on the way.
    fn can_fail(&self, step: &ValueStep) -> bool {
        let mut called = step.routines().into_iter();
        called.any(|routine| self.conversion.routines[routine].needs_gaps)
    }

    /// A value that can fail, as a `Result`.
    fn result(&self, step: &ValueStep, place: &ValuePlace) -> TokenStream {
        let tokens = &place.tokens;
        let each = |inner| self.result(inner, &ValuePlace::each());
        match step {
            ValueStep::EachOptional(inner) => {
                let value = each(inner);
                quote!(#tokens.as_ref().map(|value| #value).transpose())
            }
            ValueStep::EachElement(inner) => {
                let value = each(inner);
                quote!(#tokens.iter().map(|value| #value).collect::<Result<_, _>>())
            }
            ValueStep::EachMember(inner) => {
                let value = each(inner);
                quote!(#tokens.iter().map(|(key, value)| #value.map(|value| (key.clone(), value))).collect::<Result<_, _>>())
            }
            ValueStep::Present(inner) => {
                let value = self.result(inner, place);
                quote!(#value.map(Some))
            }
            ValueStep::Wrap { union, at, value } => {
                let (variant, value) = (self.variant_path(*union, *at), self.result(value, place));
                quote!(#value.map(#variant))
            }
            ValueStep::EachPosition(_) => {
                let value = self.value(step, place);
                quote!(Ok::<_, ::schemactl_runtime::EntryError>(#value))
            }
            ValueStep::Call { routine, is_boxed } => {
                let call = self.call(*routine, place);
                if *is_boxed { quote!(#call.map(Box::new)) } else { call }
            }
            ValueStep::CallOptional {
                routine,
                is_boxed,
                is_optional,
            } => {
                let boxed = is_boxed.then(|| quote!(.map(|value| value.map(Box::new))));
                if *is_optional {
                    let call = self.call(*routine, &ValuePlace::each());
                    quote!(#tokens.as_ref().map(|value| #call).transpose().map(Option::flatten)#boxed)
                } else {
                    let call = self.call(*routine, place);
                    quote!(#call #boxed)
                }
            }
            _ => unreachable!("only routines fail"),
        }
    }

    fn value(&self, step: &ValueStep, place: &ValuePlace) -> TokenStream {
        if self.can_fail(step) && !matches!(step, ValueStep::EachPosition(_)) {
            let value = self.result(step, place);
            return quote!(#value?);
        }
        let tokens = &place.tokens;
        match step {
            ValueStep::Keep { is_copy: true } => place.copied(),
            ValueStep::Keep { is_copy: false } => quote!(#tokens.clone()),
            ValueStep::WidenInteger if place.is_reference => quote!((*#tokens).into()),
            ValueStep::WidenInteger => quote!(#tokens.into()),
            ValueStep::WriteText => quote!(#tokens.to_string()),
            ValueStep::WriteVariant => quote!(#tokens.as_str().to_owned()),
            ValueStep::Constant => quote!(Default::default()),
            ValueStep::Text(value) => quote!(#value.to_owned()),
            ValueStep::Variant { of, variant } => self.variant(*of, *variant),
            ValueStep::WriteJson { is_copy } => {
                let value = if *is_copy {
                    place.copied()
                } else {
                    quote!(#tokens.clone())
                };
                quote!(::schemactl_runtime::serde_json::Value::from(#value))
            }
            ValueStep::WriteNullable(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.as_ref().map_or(::schemactl_runtime::serde_json::Value::Null, |value| #value))
            }
            ValueStep::EachOptional(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.as_ref().map(|value| #value))
            }
            ValueStep::EachElement(inner) => {
                let value = self.value(inner, &ValuePlace::each());
                quote!(#tokens.iter().map(|value| #value).collect())
            }
            ValueStep::EachMember(inner) => self.members(inner, &quote!(#tokens.iter())),
            ValueStep::EachPosition(elements) => {
                let elements = elements.iter().enumerate().map(|(at, element)| {
                    let at = Literal::usize_unsuffixed(at);
                    self.value(element, &ValuePlace::of(quote!(#tokens.#at)))
                });
                quote!((#(#elements,)*))
            }
            ValueStep::Present(inner) => {
                let value = self.value(inner, place);
                quote!(Some(#value))
            }
            ValueStep::Wrap { union, at, value } => {
                let (variant, value) = (self.variant_path(*union, *at), self.value(value, place));
                quote!(#variant(#value))
            }
            ValueStep::Call { routine, is_boxed } => {
                let call = self.call(*routine, place);
                if *is_boxed { quote!(Box::new(#call)) } else { call }
            }
            ValueStep::CallOptional { .. } => unreachable!("what may be left absent is a gap, and can fail"),
        }
    }

    /// The members of a map.
    fn members(&self, step: &ValueStep, members: &TokenStream) -> TokenStream {
        if self.can_fail(step) {
            let value = self.result(step, &ValuePlace::each());
            return quote!(#members.map(|(key, value)| #value.map(|value| (key.clone(), value))).collect::<Result<_, _>>()?);
        }
        let value = self.value(step, &ValuePlace::each());
        quote!(#members.map(|(key, value)| (key.clone(), #value)).collect())
    }

    fn call(&self, routine: RoutineId, place: &ValuePlace) -> TokenStream {
        let called = &self.conversion.routines[routine];
        let (function, argument) = (ident(&called.name), place.borrowed());
        let gaps = called.needs_gaps.then(|| quote!(, gaps));
        quote!(#function(#argument #gaps))
    }

    /// A value of an enum of the older version.
    fn variant(&self, of: TypeId, variant: VariantId) -> TokenStream {
        let definition = &self.old.types[of];
        let TypeShape::Enum { variants, .. } = &definition.shape else {
            unreachable!("the step is that of an enum")
        };
        let (module, name) = (ident(&self.old.module), ident(&definition.name));
        let variant = ident(&variants[variant].name);
        quote!(#module::#name::#variant)
    }

    /// An alternative of a union of the older version.
    fn variant_path(&self, union: TypeId, at: usize) -> TokenStream {
        let definition = &self.old.types[union];
        let (TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants }) = &definition.shape else {
            unreachable!("the step is that of a union")
        };
        let (module, name) = (ident(&self.old.module), ident(&definition.name));
        let variant = ident(&variants[at].name);
        quote!(#module::#name::#variant)
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
