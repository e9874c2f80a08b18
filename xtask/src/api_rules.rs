//! What the public items of our libraries have to hold. In: the lists of `public_items`, and the sources. Out: the types that could not grow
//! without breaking users, the macros that documentation shows, and the items of other crates that a crate hands on; each of them is in a list
//! with its reason, or a test fails.

use std::collections::BTreeMap;

use syn::{Attribute, Item, UseTree, Visibility};

use crate::sources::{is_test, parse_source, source_files, split_source};

/// Returns the types of a list of public items that cannot grow: enums without `#[non_exhaustive]`, and structs without it that others can
/// write as literals. What stands under `__private` is for generated code, which is made for one version of it.
pub(crate) fn find_closed_types(list: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for_each_item(list, &mut |item| {
        let (name, attributes, is_open) = match item {
            Item::Enum(item) => (&item.ident, &item.attrs, true),
            Item::Struct(item) => (&item.ident, &item.attrs, item.fields.iter().all(is_public)),
            _ => return,
        };
        if is_open && !has_attribute(attributes, "non_exhaustive") {
            found.push(name.to_string());
        }
    })?;
    // A name that is shown in two modules is one type.
    found.sort();
    found.dedup();
    Ok(found)
}

/// Returns the macros of a list of public items that documentation shows.
pub(crate) fn find_shown_macros(list: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for_each_item(list, &mut |item| {
        if let Item::Macro(item) = item
            && !has_attribute(&item.attrs, "doc")
        {
            found.extend(item.ident.as_ref().map(ToString::to_string));
        }
    })?;
    Ok(found)
}

/// Returns the items of other crates that each crate hands on, as the paths that its `pub use` has, by the folder of the crate.
pub(crate) fn find_handed_on() -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in source_files()? {
        let Some((package, _)) = split_source(&file) else {
            continue;
        };
        let syntax = parse_source(&file)?;
        let modules = modules_of(&syntax.items);
        for item in &syntax.items {
            let paths = handed_on(item, &modules);
            if !paths.is_empty() {
                found.entry(package.clone()).or_default().extend(paths);
            }
        }
    }
    Ok(found)
}

/// The paths out of the crate that a `pub use` has; of a module inside the file, those of what is in it.
fn handed_on(item: &Item, modules: &[String]) -> Vec<String> {
    match item {
        Item::Use(item) if matches!(item.vis, Visibility::Public(_)) && !is_test(&item.attrs) => {
            let leads_out = |path: &String| {
                let first = path.split("::").next().unwrap_or_default();
                // A path that begins with a type of the file names what is in it.
                let is_type = first.starts_with(char::is_uppercase);
                !is_type
                    && !matches!(first, "crate" | "self" | "super")
                    && !modules.iter().any(|module| module == first)
            };
            let mut paths = Vec::new();
            list_paths(&item.tree, "", &mut paths);
            paths.retain(leads_out);
            paths
        }
        Item::Mod(item) if !is_test(&item.attrs) => {
            let items = item.content.as_ref().map_or(&[] as &[_], |(_, items)| items);
            let inside = modules_of(items);
            items.iter().flat_map(|item| handed_on(item, &inside)).collect()
        }
        _ => Vec::new(),
    }
}

/// Adds the paths that a `use` has, as they are written.
fn list_paths(tree: &UseTree, before: &str, paths: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => list_paths(&path.tree, &format!("{before}{}::", path.ident), paths),
        UseTree::Group(group) => group.items.iter().for_each(|tree| list_paths(tree, before, paths)),
        UseTree::Name(name) if name.ident == "self" => paths.push(before.trim_end_matches("::").to_owned()),
        UseTree::Name(name) => paths.push(format!("{before}{}", name.ident)),
        UseTree::Rename(renamed) => paths.push(format!("{before}{}", renamed.ident)),
        UseTree::Glob(_) => paths.push(format!("{before}*")),
    }
}

fn modules_of(items: &[Item]) -> Vec<String> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(item) => Some(item.ident.to_string()),
        _ => None,
    });
    modules.collect()
}

/// Calls a function with each item of a list, those in modules included. What is private by convention is left out.
fn for_each_item(list: &str, visit: &mut dyn FnMut(&Item)) -> Result<(), String> {
    fn walk(items: &[Item], visit: &mut dyn FnMut(&Item)) {
        for item in items {
            match item {
                Item::Mod(module) if module.ident == "__private" => {}
                Item::Mod(module) => {
                    let inside = module.content.as_ref().map_or(&[] as &[_], |(_, items)| items);
                    walk(inside, visit);
                }
                item => visit(item),
            }
        }
    }
    let file = syn::parse_file(list).map_err(|error| format!("a list of public items: {error}"))?;
    walk(&file.items, visit);
    Ok(())
}

/// Whether others can write a field. A list has `private: _` for those that they cannot.
fn is_public(field: &syn::Field) -> bool {
    matches!(field.vis, Visibility::Public(_))
}

fn has_attribute(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public_items::public_item_lists;

    /// The crates that programs, tests and build scripts of users link.
    const LINKED: [&str; 4] = [
        "codegen/runtime",
        "codegen/pattern",
        "codegen/generate",
        "codegen/conformance",
    ];

    /// Types of those crates that can get no variant and no field without breaking users, and why they need none.
    const CLOSED: [(&str, &str, &str); 5] = [
        (
            "codegen/runtime",
            "EventVersion",
            "generated code writes it as a literal, and a version has three numbers and a text",
        ),
        (
            "codegen/runtime",
            "LeaveAbsent",
            "users write it as a literal: it says one thing, and holds nothing",
        ),
        (
            "codegen/runtime",
            "Never",
            "users match it without an arm: it has no variant, and never one",
        ),
        (
            "codegen/pattern",
            "NumericRange",
            "users write it as a literal: a range has two ends, and the pattern language knows nothing else",
        ),
        (
            "codegen/pattern",
            "Bound",
            "users write it as a literal: an end is a number, in the range or not",
        ),
    ];

    /// Macros that users call. All others are for generated code.
    const MACROS: [(&str, &str); 3] = [
        ("codegen/runtime", "json_map"),
        ("codegen/runtime", "json_type"),
        ("codegen/conformance", "assert_conforms"),
    ];

    /// What a crate hands on of another one, and why.
    const HANDED_ON: [(&str, &str, &str); 6] = [
        (
            "registry/compat",
            "schemactl_containment::Schema",
            "what is compared: a crate that asks about compatibility depends on no engine",
        ),
        (
            "registry/compat",
            "schemactl_containment::Semantics",
            "how an engine is made: as above",
        ),
        (
            "registry/compat",
            "schemactl_containment::Term",
            "the words of a question about a part of a schema: as above",
        ),
        (
            "codegen/runtime",
            "schemactl_pattern",
            "generated builders of patterns name it: a consumer depends on this crate alone",
        ),
        ("codegen/runtime", "serde", "what generated code derives with: as above"),
        (
            "codegen/runtime",
            "serde_json",
            "the type of fields whose schema leaves it open: as above",
        ),
    ];

    #[test]
    fn types_that_others_link_can_grow() {
        let lists = public_item_lists();
        let mut found = Vec::new();
        for package in LINKED {
            let closed = find_closed_types(&lists[package]).unwrap();
            found.extend(closed.into_iter().map(|name| (package, name)));
        }
        let mut known: Vec<_> = CLOSED.map(|(package, name, _)| (package, name.to_owned())).into();
        found.sort();
        known.sort();
        assert_eq!(
            found, known,
            "found, and those with a reason: add `#[non_exhaustive]`, or the reason why it needs none"
        );
    }

    #[test]
    fn macros_for_generated_code_are_not_shown() {
        let lists = public_item_lists();
        let mut found = Vec::new();
        for package in LINKED {
            let shown = find_shown_macros(&lists[package]).unwrap();
            found.extend(shown.into_iter().map(|name| (package, name)));
        }
        let known = MACROS.map(|(package, name)| (package, name.to_owned()));
        assert_eq!(
            found, known,
            "found, and those for users: `#[doc(hidden)]` hides the others"
        );
    }

    #[test]
    fn what_is_handed_on_has_a_reason() {
        let found = find_handed_on().unwrap().into_iter();
        let mut found: Vec<_> = found
            .flat_map(|(package, paths)| paths.into_iter().map(move |path| (package.clone(), path)))
            .collect();
        let mut known: Vec<_> = HANDED_ON
            .map(|(package, path, _)| (package.to_owned(), path.to_owned()))
            .into();
        found.sort();
        known.sort();
        assert_eq!(
            found, known,
            "found, and those with a reason: import an item from the crate that has it"
        );
    }

    #[test]
    fn closed_types_and_shown_macros_are_found() {
        let list = "pub enum A { X } #[non_exhaustive] pub enum B { X } pub struct C { pub x: u8 } pub struct D { pub x: u8, private: _ }
            #[non_exhaustive] pub struct E { pub x: u8 } pub struct F(_); pub struct G(pub u8); pub mod m { pub struct H; }
            #[doc(hidden)] pub mod __private { pub enum I { X } #[macro_export] macro_rules! own {} }
            #[macro_export] macro_rules! shown {} #[doc(hidden)] #[macro_export] macro_rules! hidden {}";
        assert_eq!(find_closed_types(list).unwrap(), ["A", "C", "G", "H"]);
        assert_eq!(find_shown_macros(list).unwrap(), ["shown"]);
    }

    #[test]
    fn only_paths_out_of_the_crate_are_handed_on() {
        let text = "mod a; pub use a::A; pub use crate::b::B; pub(crate) use serde::C; use serde::D; pub use Own::E;
            pub use serde as other; pub mod m { pub use one::{two::{self, X}, Y}; pub use super::Z; } pub use std::fmt::*;
            #[cfg(test)] mod tests { pub use serde::F; }";
        let items = syn::parse_file(text).unwrap().items;
        let modules = modules_of(&items);
        let found: Vec<_> = items.iter().flat_map(|item| handed_on(item, &modules)).collect();
        assert_eq!(found, ["serde", "one::two", "one::two::X", "one::Y", "std::fmt::*"]);
    }
}
