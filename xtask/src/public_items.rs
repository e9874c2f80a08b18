//! What a crate shows to those who link it. In: the sources of a library. Out: its public items as Rust without bodies, by the paths under
//! which they are named, so that a review sees when an API changes.
//!
//! An item is listed where it is named from the root: `pub mod` is gone into, `pub use` is followed to the definition. What stands under
//! `#[doc(hidden)]` is listed like everything else, since code outside may be compiled with it. Items that macros make are listed as the
//! names under which they are handed on.

use std::collections::BTreeMap;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Fields, Ident, ImplItem, Item, Type, Visibility};

use crate::root;
use crate::sources::{is_test, parse_source, source_files, split_source};

/// The files of one library, by module.
type LibraryFiles = BTreeMap<Vec<String>, Vec<Item>>;

/// The text of a list for each library, by the folder of the crate.
pub(crate) type PublicItemLists = BTreeMap<String, String>;

/// Lists the public items of every library of the workspace.
pub(crate) fn list_public_items() -> Result<PublicItemLists, String> {
    let mut libraries: BTreeMap<String, LibraryFiles> = BTreeMap::new();
    for file in source_files()? {
        let Some((package, module)) = split_source(&file) else {
            continue;
        };
        if !root().join(&package).join("src/lib.rs").exists() {
            continue;
        }
        let items = read_items(&file)?;
        libraries.entry(package).or_default().insert(module, items);
    }
    let lists = libraries.into_iter().map(|(package, files)| {
        let text = ItemLister { files: &files }.list();
        (package, text)
    });
    Ok(lists.collect())
}

fn read_items(file: &Path) -> Result<Vec<Item>, String> {
    let syntax = parse_source(file)?;
    let items = syntax.items.into_iter();
    Ok(items.filter(|item| !is_test(attributes_of(item))).collect())
}

struct ItemLister<'f> {
    files: &'f LibraryFiles,
}

impl ItemLister<'_> {
    fn list(&self) -> String {
        let mut shown = Vec::new();
        for item in &self.files[&Vec::new()] {
            self.show(item, &[], &mut shown);
        }
        for item in self
            .files
            .iter()
            .filter(|(module, _)| !module.is_empty())
            .flat_map(|(_, items)| items)
        {
            if let Item::Macro(_) = item {
                self.show(item, &[], &mut shown);
            }
        }
        // By what is shown: moving an item from file to file changes nothing.
        shown.sort_by_key(|(name, item)| (name.clone(), item.to_string()));
        shown.dedup_by_key(|(_, item)| item.to_string());
        let items: TokenStream = shown.into_iter().map(|(_, item)| item).collect();
        match syn::parse2(items) {
            Ok(file) => prettyplease::unparse(&file),
            Err(error) => format!("// cannot be shown: {error}\n"),
        }
    }

    /// Adds an item of a module with its name, if it is public.
    fn show(&self, item: &Item, module: &[String], shown: &mut Vec<(String, TokenStream)>) {
        if let Item::Macro(item) = item {
            let is_exported = item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("macro_export"));
            if let Some(name) = item.ident.as_ref().filter(|_| is_exported) {
                let attributes = kept_attributes(&item.attrs);
                shown.push((
                    name.to_string(),
                    quote!(#attributes #[macro_export] macro_rules! #name {}),
                ));
            }
            return;
        }
        let Some(name) = name_of(item).filter(|_| is_public(item)) else {
            if let Item::Use(item) = item
                && matches!(item.vis, Visibility::Public(_))
            {
                self.show_use(&item.tree, module.to_vec(), shown);
            }
            return;
        };
        if let Item::Mod(item) = item {
            shown.push((name.to_string(), self.module(item, module)));
            return;
        }
        shown.push((name.to_string(), self.stripped(item)));
    }

    fn module(&self, item: &syn::ItemMod, module: &[String]) -> TokenStream {
        let inside = [module, &[item.ident.to_string()]].concat();
        let items = match &item.content {
            Some((_, items)) => items.as_slice(),
            None => self.files.get(&inside).map_or(&[] as &[_], Vec::as_slice),
        };
        let mut shown = Vec::new();
        for item in items.iter().filter(|item| !matches!(item, Item::Macro(_))) {
            self.show(item, &inside, &mut shown);
        }
        shown.sort_by_key(|(name, item)| (name.clone(), item.to_string()));
        let shown = shown.into_iter().map(|(_, item)| item);
        let (attributes, name) = (kept_attributes(&item.attrs), &item.ident);
        quote!(#attributes pub mod #name { #(#shown)* })
    }

    /// Adds what a `pub use` names: the items it leads to, or itself where it leads out of the crate.
    fn show_use(&self, tree: &syn::UseTree, mut path: Vec<String>, shown: &mut Vec<(String, TokenStream)>) {
        match tree {
            syn::UseTree::Path(inner) => {
                match inner.ident.to_string().as_str() {
                    "crate" => path.clear(),
                    "self" => {}
                    "super" => {
                        path.pop();
                    }
                    name => path.push(name.to_owned()),
                }
                self.show_use(&inner.tree, path, shown);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.show_use(tree, path.clone(), shown);
                }
            }
            syn::UseTree::Name(name) => self.show_named(&path, &name.ident, &name.ident, shown),
            syn::UseTree::Rename(renamed) => self.show_named(&path, &renamed.ident, &renamed.rename, shown),
            syn::UseTree::Glob(_) => {
                let path = path.join("::");
                shown.push((path.clone(), format!("pub use {path}::*;").parse().unwrap_or_default()));
            }
        }
    }

    fn show_named(&self, path: &[String], name: &Ident, shown_as: &Ident, shown: &mut Vec<(String, TokenStream)>) {
        let found = self.find(path, &name.to_string(), 0);
        match found {
            Some(item) if name == shown_as => shown.push((name.to_string(), self.stripped(item))),
            _ => {
                let renamed = (name != shown_as).then(|| quote!(as #shown_as));
                shown.push((shown_as.to_string(), quote!(pub use #name #renamed;)));
            }
        }
    }

    /// The definition that a name in a module leads to.
    fn find(&self, module: &[String], name: &str, depth: usize) -> Option<&Item> {
        // A name may be handed on by several files; one that hands itself on is none.
        const MOST_HANDS: usize = 16;
        let items = self.files.get(module)?;
        if let Some(item) = items.iter().find(|item| name_of(item).is_some_and(|own| own == name)) {
            return Some(item);
        }
        let handed_on = items.iter().find_map(|item| match item {
            Item::Use(item) => find_in_tree(&item.tree, module.to_vec(), name),
            _ => None,
        });
        let (module, name) = handed_on.filter(|_| depth < MOST_HANDS)?;
        self.find(&module, &name, depth + 1)
    }

    /// An item without bodies, private parts and documentation; a type with what is implemented for it.
    fn stripped(&self, item: &Item) -> TokenStream {
        let mut item = item.clone();
        let attributes = kept_attributes(attributes_of(&item));
        strip_attributes(&mut item);
        match &mut item {
            Item::Fn(item) => *item.block = syn::parse_quote!({}),
            Item::Const(item) => *item.expr = syn::parse_quote!(_),
            Item::Static(item) => *item.expr = syn::parse_quote!(_),
            Item::Struct(item) => strip_fields(&mut item.fields),
            Item::Enum(item) => item.variants.iter_mut().for_each(|variant| {
                variant.attrs.clear();
                variant.fields.iter_mut().for_each(|field| field.attrs.clear());
            }),
            Item::Trait(item) => item.items.iter_mut().for_each(strip_trait_item),
            _ => {}
        }
        let implemented = match &item {
            Item::Struct(syn::ItemStruct { ident, .. }) | Item::Enum(syn::ItemEnum { ident, .. }) => {
                self.implemented(ident)
            }
            _ => TokenStream::new(),
        };
        quote!(#attributes #item #implemented)
    }

    /// The public methods of a type, and the traits that it has.
    fn implemented(&self, name: &Ident) -> TokenStream {
        let items = self.files.values().flatten();
        let mut found: Vec<_> = items
            .filter_map(|item| match item {
                Item::Impl(item) if is_of_type(&item.self_ty, name) => Some(item),
                _ => None,
            })
            .filter_map(stripped_impl)
            .collect();
        found.sort_by_key(ToString::to_string);
        found.into_iter().collect()
    }
}

/// Where a `use` gets a name from: a module and the name there.
fn find_in_tree(tree: &syn::UseTree, mut path: Vec<String>, name: &str) -> Option<(Vec<String>, String)> {
    match tree {
        syn::UseTree::Path(inner) => {
            match inner.ident.to_string().as_str() {
                "crate" => path.clear(),
                "self" => {}
                "super" => {
                    path.pop();
                }
                other => path.push(other.to_owned()),
            }
            find_in_tree(&inner.tree, path, name)
        }
        syn::UseTree::Group(group) => group
            .items
            .iter()
            .find_map(|tree| find_in_tree(tree, path.clone(), name)),
        syn::UseTree::Name(own) => (own.ident == name).then(|| (path, name.to_owned())),
        syn::UseTree::Rename(own) => (own.rename == name).then(|| (path, own.ident.to_string())),
        syn::UseTree::Glob(_) => None,
    }
}

/// An `impl` without bodies and private methods; nothing if it then says nothing.
fn stripped_impl(item: &syn::ItemImpl) -> Option<TokenStream> {
    let mut item = item.clone();
    item.attrs = kept(&item.attrs);
    if item.trait_.is_some() {
        item.items.clear();
        return Some(item.into_token_stream());
    }
    item.items.retain_mut(|inner| match inner {
        ImplItem::Fn(method) => {
            method.attrs = kept(&method.attrs);
            method.block = syn::parse_quote!({});
            matches!(method.vis, Visibility::Public(_))
        }
        ImplItem::Const(constant) => {
            constant.attrs = kept(&constant.attrs);
            constant.expr = syn::parse_quote!(_);
            matches!(constant.vis, Visibility::Public(_))
        }
        _ => false,
    });
    (!item.items.is_empty()).then(|| item.into_token_stream())
}

fn strip_fields(fields: &mut Fields) {
    let is_private = |field: &syn::Field| !matches!(field.vis, Visibility::Public(_));
    match fields {
        Fields::Named(named) => {
            let hidden = named.named.iter().any(is_private).then(|| quote!(private: _));
            let shown = named.named.iter().filter(|field| !is_private(field)).map(|field| {
                let (vis, name, of) = (&field.vis, &field.ident, &field.ty);
                quote!(#vis #name: #of,)
            });
            *named = syn::parse_quote!({ #(#shown)* #hidden });
        }
        Fields::Unnamed(unnamed) => {
            for field in &mut unnamed.unnamed {
                field.attrs.clear();
                if is_private(field) {
                    field.ty = syn::parse_quote!(_);
                }
            }
        }
        Fields::Unit => {}
    }
}

fn strip_trait_item(item: &mut syn::TraitItem) {
    match item {
        syn::TraitItem::Fn(item) => {
            item.attrs = kept(&item.attrs);
            item.default = item.default.is_some().then(|| syn::parse_quote!({}));
        }
        syn::TraitItem::Const(item) => item.attrs = kept(&item.attrs),
        syn::TraitItem::Type(item) => item.attrs = kept(&item.attrs),
        _ => {}
    }
}

fn is_of_type(of: &Type, name: &Ident) -> bool {
    match of {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == *name),
        _ => false,
    }
}

fn is_public(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(item) => &item.vis,
        Item::Enum(item) => &item.vis,
        Item::Fn(item) => &item.vis,
        Item::Mod(item) => &item.vis,
        Item::Static(item) => &item.vis,
        Item::Struct(item) => &item.vis,
        Item::Trait(item) => &item.vis,
        Item::Type(item) => &item.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

fn name_of(item: &Item) -> Option<&Ident> {
    Some(match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    })
}

fn attributes_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn strip_attributes(item: &mut Item) {
    match item {
        Item::Const(item) => item.attrs.clear(),
        Item::Enum(item) => item.attrs.clear(),
        Item::Fn(item) => item.attrs.clear(),
        Item::Static(item) => item.attrs.clear(),
        Item::Struct(item) => item.attrs.clear(),
        Item::Trait(item) => item.attrs.clear(),
        Item::Type(item) => item.attrs.clear(),
        _ => {}
    }
}

/// The attributes that are part of an API.
fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_kept = |attribute: &&Attribute| {
        let path = attribute.path();
        let is_hidden = path.is_ident("doc") && attribute.to_token_stream().to_string().contains("hidden");
        let names = ["cfg", "derive", "must_use", "non_exhaustive", "deprecated"];
        is_hidden || names.iter().any(|name| path.is_ident(name))
    };
    attributes.iter().filter(is_kept).cloned().collect()
}

fn kept_attributes(attributes: &[Attribute]) -> TokenStream {
    let attributes = kept(attributes);
    quote!(#(#attributes)*)
}

/// Returns the lists, made once for all tests of a run.
#[cfg(test)]
pub(crate) fn public_item_lists() -> &'static PublicItemLists {
    static LISTS: std::sync::OnceLock<PublicItemLists> = std::sync::OnceLock::new();
    LISTS.get_or_init(|| list_public_items().expect("the sources can be read and parsed"))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use super::*;

    /// Every list is what stands in `tests/api`; `BLESS=1` rewrites the files for review.
    #[test]
    fn public_items_are_those_that_were_reviewed() {
        let folder = root().join("tests/api");
        let mut wrong = String::new();
        let mut known = Vec::new();
        for (package, found) in public_item_lists() {
            let name = format!("{}.txt", package.replace('/', "-"));
            let file = folder.join(&name);
            known.push(name);
            if std::env::var_os("BLESS").is_some() {
                fs::write(&file, found).unwrap();
            }
            if *found != fs::read_to_string(&file).unwrap_or_default() {
                writeln!(wrong, "{package} shows other items than {}", file.display()).unwrap();
            }
        }
        for entry in fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(known.contains(&name), "tests/api/{name} is of no library");
        }
        assert!(
            wrong.is_empty(),
            "{wrong}\nreview them with `BLESS=1 cargo test -p xtask public_items` and `git diff tests/api`"
        );
    }

    #[test]
    fn what_is_private_is_not_shown_and_what_is_handed_on_is() {
        let parse = |text: &str| syn::parse_file(text).unwrap().items;
        let files = LibraryFiles::from([
            (
                vec![],
                parse("mod a; pub use a::{A, make_a as make}; fn own() {} pub use serde; pub mod b { pub const C: u8 = 1; }"),
            ),
            (
                vec!["a".to_owned()],
                parse(
                    "/// Docs.\n#[derive(Clone)] pub struct A { pub x: u8, y: u8 } impl A { pub fn of() -> u8 { 1 } fn own(&self) {} }
                     impl Copy for A { } pub fn make_a() {} pub struct Own;",
                ),
            ),
        ]);
        let text = ItemLister { files: &files }.list();
        let lines: Vec<_> = text.split_whitespace().collect();
        let expected = "#[derive(Clone)] pub struct A { pub x: u8, private: _, } impl A { pub fn of() -> u8 {} } impl Copy for A {} \
                        pub mod b { pub const C: u8 = _; } pub use make_a as make; pub use serde;";
        assert_eq!(lines.join(" "), expected);
    }
}
