//! Containment by the `jsonschema` crate's canonical schemas, with a witness of ours. In: two schemas. Out: a verdict whose
//! proofs are that crate's, and whose witnesses were found in the difference and replayed.
//!
//! Its algebra is experimental: it answers "no" without an event, knows no regular expressions, and gives up on a document
//! with one construct it does not model. All of that is `Undecided` here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jsonschema::Draft;
use jsonschema::canonical::{self, CanonicalSchema, Containment};
use schemactl_compat::{
    Engine, KeptSchema, Questions, Satisfiability, Schema, SchemaStore, Semantics, Term, Validator, Verdict,
};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_model::{Dialect, Value, subschemas};

use super::sample::candidates;

/// The engine over `jsonschema::canonical`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CanonicalEngine;

impl Engine for CanonicalEngine {
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        // Equal schemas of one dialect need no algebra, and get an answer where it has none.
        if sub.dialect == sup.dialect && sub.root == sup.root {
            return Verdict::Compatible;
        }
        // The algebra is young: a panic in it is its failure to decide, not ours.
        catch_unwind(AssertUnwindSafe(|| decide(sub, sup)))
            .unwrap_or_else(|_| undecided("the canonical engine failed on these schemas"))
    }

    fn open_session(&self, work: &mut dyn for<'s> FnMut(&mut dyn Questions<'s>)) {
        work(&mut OneByOne::default());
    }

    fn satisfiability<'v>(&self) -> Box<dyn Satisfiability<'v> + 'v> {
        Box::new(NothingKnown)
    }

    fn semantics(&self) -> Semantics {
        Semantics::default()
    }

    fn name(&self) -> &'static str {
        "jsonschema::canonical"
    }
}

/// It compares whole documents only.
struct NothingKnown;

impl<'v> Satisfiability<'v> for NothingKnown {
    fn open_document(&mut self, _: &Schema<'v>) {}

    fn is_empty(&mut self, _: &[Term<'v>]) -> bool {
        false
    }
}

/// Each question by itself.
#[derive(Default)]
struct OneByOne<'s> {
    kept: SchemaStore<'s, (Value, Dialect)>,
}

impl<'s> Questions<'s> for OneByOne<'s> {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        CanonicalEngine.contains(sub, sup)
    }

    fn keep(&mut self, schema: &Schema<'_>) -> KeptSchema<'s> {
        self.kept.keep((schema.root.clone(), schema.dialect))
    }

    fn between(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>) -> Verdict {
        let [sub, sup] = [sub, sup].map(|kept| self.kept.find(kept));
        CanonicalEngine.contains(&Schema::new(&sub.0, sub.1), &Schema::new(&sup.0, sup.1))
    }

    fn another(&mut self, _: KeptSchema<'s>, _: KeptSchema<'s>, _: &[Value]) -> Verdict {
        undecided("this engine finds one instance of each difference")
    }

    fn common(&mut self, subs: &[KeptSchema<'s>], sups: &[KeptSchema<'s>]) -> Verdict {
        match (subs, sups) {
            ([sub], [sup]) => self.between(*sub, *sup),
            _ => undecided("this engine compares two schemas at a time"),
        }
    }

    fn limit(&mut self, _: u64) {}
}

fn undecided(reason: impl Into<String>) -> Verdict {
    Verdict::Undecided { reason: reason.into() }
}

fn decide(sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
    let proof = common_dialect(sub, sup).map_err(str::to_owned).and_then(|dialect| {
        let (sub, sup) = (canonicalize(sub, dialect)?, canonicalize(sup, dialect)?);
        let covers = sup.covers(&sub).map_err(|error| error.to_string())?;
        Ok((covers, sub.subtract(&sup).ok()))
    });
    let (reason, difference) = match proof {
        Ok((Containment::Yes, _)) => return Verdict::Compatible,
        Ok((Containment::No, difference)) => (
            "they differ, but no event was found that shows it".to_owned(),
            difference,
        ),
        Ok((Containment::Unknown, difference)) => ("the canonical engine could not decide".to_owned(), difference),
        Err(reason) => (reason, None),
    };
    match witness(sub, sup, difference.as_ref()) {
        Some(witness) => Verdict::Incompatible { witness },
        None => undecided(reason),
    }
}

fn canonicalize(schema: &Schema<'_>, dialect: Dialect) -> Result<CanonicalSchema, String> {
    let json = to_serde_json(schema.root).ok_or("a number in it is beyond what the canonical engine holds")?;
    let json = without_dialect(json);
    let options = canonical::options()
        .with_draft(Draft::from_schema_uri(dialect.uri()))
        .should_validate_formats(false)
        .offline();
    options.canonicalize(&json).map_err(|error| error.to_string())
}

/// The dialect is given by the options; a `$schema` would override it.
fn without_dialect(mut json: serde_json::Value) -> serde_json::Value {
    if let Some(members) = json.as_object_mut() {
        members.remove("$schema");
    }
    json
}

/// The algebra combines schemas of one dialect only. Two dialects can be read as the newer one if neither schema uses a
/// keyword that they read differently.
fn common_dialect(sub: &Schema<'_>, sup: &Schema<'_>) -> Result<Dialect, &'static str> {
    if sub.dialect == sup.dialect {
        return Ok(sub.dialect);
    }
    let newer = sub.dialect.max(sup.dialect);
    let older = if sub.dialect < sup.dialect { sub } else { sup };
    if same_words(older.root, older.dialect, newer) {
        Ok(newer)
    } else {
        Err("the canonical engine compares schemas of one dialect only")
    }
}

fn same_words(schema: &Value, older: Dialect, newer: Dialect) -> bool {
    let Some(members) = schema.as_object() else { return true };
    let changed = members.iter().any(|entry| match entry.key.as_str() {
        "exclusiveMinimum" | "exclusiveMaximum" => older == Dialect::Draft4,
        "items" => newer == Dialect::Draft202012 && entry.value.as_array().is_some(),
        "additionalItems" | "id" | "$id" | "$anchor" | "$dynamicRef" | "$recursiveRef" => true,
        "$ref" => older.ref_hides_siblings() && members.len() > 1,
        // A keyword that only the newer dialect has is an annotation to the older one.
        "const" | "contains" | "propertyNames" => older == Dialect::Draft4,
        "if" | "then" | "else" => older < Dialect::Draft7,
        "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "minContains"
        | "maxContains"
        | "prefixItems" => true,
        _ => false,
    });
    !changed
        && subschemas(schema, older)
            .iter()
            .all(|sub| same_words(sub.value, older, newer))
}

/// An event of the difference, or of the smaller schema, that the larger one refuses, replayed.
fn witness(sub: &Schema<'_>, sup: &Schema<'_>, difference: Option<&CanonicalSchema>) -> Option<Value> {
    let inside = Validator::new(sub.root, sub.dialect).ok()?;
    let outside = Validator::new(sup.root, sup.dialect).ok()?;
    let accepts = |validator: &Validator, event: &Value| validator.is_valid(event) == Ok(true);
    let breaks = |event: &Value| accepts(&inside, event) && !accepts(&outside, event);
    let of_difference = difference
        .map(|difference| candidates(&difference.to_json_schema()))
        .unwrap_or_default();
    let of_sub = candidates(&to_serde_json(sub.root)?);
    of_difference
        .into_iter()
        .chain(of_sub)
        .map(|event| from_serde_json(&event))
        .find(breaks)
}
