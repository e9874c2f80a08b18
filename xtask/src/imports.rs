//! Which file of a crate imports which. In: the sources of our crates, without their tests. Out: the circles in which files import each
//! other, and the imports that go through `lib.rs` in place of the module that has the item, so that a change that makes one fails.
//!
//! A folder and its files are one module to the outside; between the modules of one folder no imports may go in a circle. That a module
//! names what its own files define, and they what it defines, is no import: a folder is one thing in parts. A name that is imported by
//! way of another file counts as an import of the file that defines it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::sources::{is_test, parse_source, source_files, split_source};

/// The names from the root of a crate to a module: none for `lib.rs`.
type ModulePath = Vec<String>;

/// The modules of one crate.
#[derive(Default)]
struct CrateModules {
    modules: BTreeMap<ModulePath, ModuleImports>,
}

/// What one file says of others.
#[derive(Default)]
struct ModuleImports {
    /// The paths that it names, from the root of the crate.
    paths: BTreeSet<ModulePath>,
    /// Those of them that no definition of a macro has: what is written in one is named wherever it is used, and other crates reach the
    /// root only.
    direct: BTreeSet<ModulePath>,
    /// What `use` calls by a name of its own here.
    bound: BTreeMap<String, ModulePath>,
}

/// Modules of one folder that import each other in a circle, and an import for each step of it.
struct ImportCircle {
    modules: BTreeSet<String>,
    imports: BTreeSet<String>,
}

/// Returns the circles of every crate that has some, in text, by the folder of the crate; with the number of modules in circles.
pub(crate) fn find_circles() -> Result<BTreeMap<String, (usize, String)>, String> {
    let mut found = BTreeMap::new();
    for (package, modules) in read_crates()? {
        let circles = modules.circles();
        if circles.is_empty() {
            continue;
        }
        let mut text = String::new();
        for circle in &circles {
            let names: Vec<_> = circle.modules.iter().cloned().collect();
            writeln!(text, "{package}: {} import each other", names.join(", ")).expect("a string takes all");
            for import in &circle.imports {
                writeln!(text, "  {import}").expect("a string takes all");
            }
        }
        let count = circles.iter().map(|circle| circle.modules.len()).sum();
        found.insert(package, (count, text));
    }
    Ok(found)
}

/// Returns the imports of every crate that go through its root, each with the module that it should name.
pub(crate) fn find_root_imports() -> Result<Vec<String>, String> {
    let crates = read_crates()?;
    let found = crates.iter().flat_map(|(package, modules)| {
        let imports = modules.root_imports().into_iter();
        imports.map(move |import| format!("{package}: {import}"))
    });
    Ok(found.collect())
}

fn read_crates() -> Result<BTreeMap<String, CrateModules>, String> {
    let mut crates: BTreeMap<String, CrateModules> = BTreeMap::new();
    for file in source_files()? {
        let Some((package, module)) = split_source(&file) else {
            continue;
        };
        let syntax = parse_source(&file)?;
        let modules = &mut crates.entry(package).or_default().modules;
        modules.insert(module.clone(), ModuleImports::collect(&syntax, &module));
    }
    Ok(crates)
}

impl ModuleImports {
    fn collect(syntax: &syn::File, module: &[String]) -> Self {
        let mut visitor = ImportVisitor {
            place: module.to_vec(),
            is_macro: false,
            found: Self::default(),
        };
        visitor.visit_file(syntax);
        visitor.found
    }
}

struct ImportVisitor {
    /// The module that is read, modules inside the file included.
    place: ModulePath,
    /// Whether the definition of a macro is read.
    is_macro: bool,
    found: ModuleImports,
}

impl ImportVisitor {
    /// Notes a path as it is written, if it begins inside the crate.
    fn note_path(&mut self, written: &[String]) -> Option<ModulePath> {
        let path = self.absolute(written)?;
        self.found.paths.insert(path.clone());
        // A value `self` and the words of a visibility name no item.
        let names_item = !written
            .last()
            .is_some_and(|last| matches!(last.as_str(), "crate" | "self" | "super"));
        if names_item && !self.is_macro {
            self.found.direct.insert(path.clone());
        }
        Some(path)
    }

    fn absolute(&self, written: &[String]) -> Option<ModulePath> {
        let mut place = match written.first()?.as_str() {
            "crate" => Vec::new(),
            "self" | "super" => self.place.clone(),
            _ => return None,
        };
        for (at, name) in written.iter().enumerate() {
            match name.as_str() {
                "crate" | "self" => {}
                "super" => {
                    place.pop();
                }
                _ => {
                    place.extend(written[at..].iter().cloned());
                    break;
                }
            }
        }
        Some(place)
    }

    fn note_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.note_tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.note_tree(before, tree)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().cloned().unwrap_or_default();
                self.bind(last, before.to_vec());
            }
            syn::UseTree::Name(name) => self.bind(name.ident.to_string(), with(&name.ident)),
            syn::UseTree::Rename(renamed) => self.bind(renamed.rename.to_string(), with(&renamed.ident)),
            syn::UseTree::Glob(_) => {
                self.note_path(before);
            }
        }
    }

    fn bind(&mut self, name: String, written: ModulePath) {
        // A path that begins with a module of this one may be written without `self`.
        let written = match written.first().map(String::as_str) {
            Some("crate" | "self" | "super") | None => written,
            Some(_) => [vec!["self".to_owned()], written].concat(),
        };
        if let Some(path) = self.note_path(&written) {
            self.found.bound.insert(name, path);
        }
    }

    /// The paths among the tokens of a macro: `crate::a::b` there is an import as it is elsewhere.
    fn note_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) if path.is_empty() || colons == 2 => {
                    path.push(name.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && colons < 2 => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(name) => {
                    self.note_path(&path);
                    path = vec![name.to_string()];
                    colons = 0;
                    continue;
                }
                TokenTree::Group(group) => self.note_tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            self.note_path(&path);
            path.clear();
            colons = 0;
        }
        self.note_path(&path);
    }
}

impl<'ast> Visit<'ast> for ImportVisitor {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if is_test(&item.attrs) || item.content.is_none() {
            return;
        }
        self.place.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.place.pop();
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let around = std::mem::replace(&mut self.is_macro, item.mac.path.is_ident("macro_rules"));
        visit::visit_item_macro(self, item);
        self.is_macro = around;
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_test(&item.attrs) {
            self.note_tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note_path(&names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.note_tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }
}

impl CrateModules {
    /// Returns the module that defines what a path names.
    fn resolve(&self, path: &[String], depth: usize) -> ModulePath {
        // A name may be handed on by several files; one that hands itself on is none.
        const MOST_HANDS: usize = 16;
        let known = (0..=path.len())
            .rev()
            .find(|end| self.modules.contains_key(&path[..*end]));
        let (module, rest) = path.split_at(known.unwrap_or(0));
        let bound = rest.first().and_then(|name| self.modules.get(module)?.bound.get(name));
        match bound {
            Some(bound) if depth < MOST_HANDS => self.resolve(&[bound, &rest[1..]].concat(), depth + 1),
            _ => module.to_vec(),
        }
    }

    /// Returns the imports that name an item where the root of the crate hands it on, each with the module that has it.
    fn root_imports(&self) -> Vec<String> {
        let root = &self.modules[&ModulePath::new()];
        let is_module = |name: &String| self.modules.contains_key(std::slice::from_ref(name));
        let mut found = Vec::new();
        for (from, imports) in self.modules.iter().filter(|(from, _)| !from.is_empty()) {
            for path in &imports.direct {
                let Some((name, inside)) = path.split_first() else {
                    continue;
                };
                // A function may have the name of the module that it stands in: the path to something in the module is no import of it.
                let is_inside = is_module(name) && !inside.is_empty();
                if let Some(to) = root.bound.get(name).filter(|_| !is_inside) {
                    found.push(format!(
                        "{} imports `{name}` through the root; name `{}`",
                        from.join("::"),
                        to.join("::")
                    ));
                }
            }
        }
        found
    }

    /// Returns the circles between the modules of each folder.
    fn circles(&self) -> Vec<ImportCircle> {
        let mut levels: BTreeMap<ModulePath, BTreeMap<(String, String), String>> = BTreeMap::new();
        for (from, imports) in &self.modules {
            for path in &imports.paths {
                let to = self.resolve(path, 0);
                let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
                let (Some(one), Some(other)) = (from.get(common), to.get(common)) else {
                    continue;
                };
                let level = levels.entry(from[..common].to_vec()).or_default();
                let import = || format!("{} imports {}", from.join("::"), to.join("::"));
                level.entry((one.clone(), other.clone())).or_insert_with(import);
            }
        }
        let circles = levels.iter().flat_map(|(folder, edges)| find_circles_of(folder, edges));
        circles.collect()
    }
}

/// Returns the strongly connected parts of one folder's modules that have more than one.
fn find_circles_of(folder: &[String], edges: &BTreeMap<(String, String), String>) -> Vec<ImportCircle> {
    let modules: BTreeSet<&str> = edges.keys().map(|(from, _)| from.as_str()).collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> = modules
        .iter()
        .map(|module| (*module, find_reached(edges, module)))
        .collect();
    let mut done = BTreeSet::new();
    let mut circles = Vec::new();
    for module in &modules {
        if !reach[module].contains(module) || !done.insert(*module) {
            continue;
        }
        let is_back = |other: &&&str| reach.get(**other).is_some_and(|reach| reach.contains(module));
        let part: BTreeSet<&str> = reach[module].iter().filter(is_back).copied().collect();
        done.extend(part.iter().copied());
        let inside = |(from, to): &(String, String)| part.contains(from.as_str()) && part.contains(to.as_str());
        let imports = edges
            .iter()
            .filter(|(edge, _)| inside(edge))
            .map(|(_, text)| text.clone());
        let named = |name: &&str| [folder, &[(*name).to_owned()]].concat().join("::");
        circles.push(ImportCircle {
            imports: imports.collect(),
            modules: part.iter().map(named).collect(),
        });
    }
    circles
}

/// Returns the modules that one imports, by way of others too.
fn find_reached<'e>(edges: &'e BTreeMap<(String, String), String>, from: &str) -> BTreeSet<&'e str> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(at) = open.pop() {
        for (_, next) in edges.keys().filter(|(one, _)| *one == at) {
            if seen.insert(next.as_str()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_import_each_other_in_no_circle() {
        let circles = find_circles().unwrap().into_values();
        let found: String = circles.map(|(_, text)| text).collect();
        assert!(found.is_empty(), "{found}");
    }

    #[test]
    fn imports_go_by_module() {
        let found = find_root_imports().unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    fn crate_of(files: &[(&str, &str)]) -> CrateModules {
        let modules = files.iter().map(|(file, text)| {
            let (_, module) = split_source(std::path::Path::new(&format!("a/src/{file}"))).unwrap();
            let imports = ModuleImports::collect(&syn::parse_file(text).unwrap(), &module);
            (module, imports)
        });
        CrateModules {
            modules: modules.collect(),
        }
    }

    #[test]
    fn circles_are_found_however_they_are_imported() {
        let root = ("lib.rs", "mod a; mod b; mod c; pub use b::B; pub use a::one;");
        for (a, b, circles) in [
            ("use crate::b::B;", "", 0),
            ("use crate::b::B;", "use crate::a::one;", 1),
            // By way of the root.
            ("use crate::B;", "use crate::one;", 1),
            ("use super::b::{self, B};", "fn two() { crate::a::one() }", 1),
            // In a macro, and by way of a third file.
            ("use crate::c::B;", "fn two() { println!(\"{}\", crate::a::one()) }", 1),
            // Tests import what they like.
            ("use crate::b::B;", "#[cfg(test)] mod tests { use crate::a::one; }", 0),
        ] {
            let found = crate_of(&[root, ("a.rs", a), ("b.rs", b), ("c.rs", "pub use crate::b::B;")]).circles();
            assert_eq!(found.len(), circles, "{a} {b}");
        }
    }

    #[test]
    fn imports_through_the_root_are_found() {
        let root = (
            "lib.rs",
            "mod a; mod b; pub use b::{B, b}; pub use serde_json; fn own() {}",
        );
        for (a, expected) in [
            ("use crate::B;", 1),
            ("use super::{B as Other};", 1),
            ("fn two() -> crate::B { crate::b::B }", 1),
            // The function, and the module of its name.
            ("use crate::b;", 1),
            ("use crate::b::{B, b};", 0),
            ("pub(crate) fn two(self) {}", 0),
            ("use crate::serde_json::Value;", 1),
            // What the root has itself, and what code of others names.
            ("use crate::own;", 0),
            ("macro_rules! two { () => { $crate::B } }", 0),
            ("#[cfg(test)] mod tests { use crate::B; }", 0),
        ] {
            let found = crate_of(&[root, ("a.rs", a), ("b.rs", "")]).root_imports();
            assert_eq!(found.len(), expected, "{a}: {found:?}");
        }
    }

    #[test]
    fn a_folder_is_one_thing_in_parts() {
        let inside = [
            ("lib.rs", "mod a; mod b;"),
            ("a/mod.rs", "mod x; mod y; use self::x::X; use crate::b::B;"),
            ("a/x.rs", "use super::y::Y; use super::A;"),
        ];
        let circles = |last: &[(&str, &str)]| crate_of(&[&inside[..], last].concat()).circles();
        assert!(circles(&[("a/y.rs", ""), ("b.rs", "")]).is_empty());
        let between_files = circles(&[("a/y.rs", "use super::x::X;"), ("b.rs", "")]);
        assert_eq!(between_files[0].modules, ["a::x", "a::y"].map(str::to_owned).into());
        let between_folders = circles(&[("a/y.rs", ""), ("b.rs", "use crate::a::x::X;")]);
        assert_eq!(between_folders[0].modules, ["a", "b"].map(str::to_owned).into());
    }
}
