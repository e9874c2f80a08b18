//! What names a newcomer cannot search for. In: the sources of our crates, without their tests. Out: the free functions of one word
//! that other files can call, the names that more than one type has, and the functions that are longer than a page; counted, so that a
//! change that adds one fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::sources::{is_test, parse_source, source_files};

/// How many lines a function may have: what a screen shows at once.
const PAGE: usize = 60;

/// What was counted.
#[derive(Default)]
pub(crate) struct NameCounts {
    /// How many free functions other files can call.
    visible: usize,
    /// Those of one word, each as `file: name`.
    one_word: Vec<String>,
    /// The files in which each type name is defined.
    types: BTreeMap<String, BTreeSet<String>>,
    /// Functions longer than a page, each as `file: name, lines`.
    long: Vec<String>,
}

impl NameCounts {
    /// Counts the names of every crate of the workspace.
    pub(crate) fn count() -> Result<Self, String> {
        let mut counts = Self::default();
        for file in source_files()? {
            let syntax = parse_source(&file)?;
            let mut visitor = NameVisitor {
                file: file.display().to_string(),
                counts: &mut counts,
            };
            visitor.visit_file(&syntax);
        }
        Ok(counts)
    }

    /// Returns the names that more than one type has.
    fn twice(&self) -> impl Iterator<Item = (&String, &BTreeSet<String>)> {
        self.types.iter().filter(|(_, files)| files.len() > 1)
    }

    /// Prints the three counts, each with what was counted.
    pub(crate) fn print(&self) -> String {
        let mut out = String::new();
        let mut say = |line: String| writeln!(out, "{line}").expect("writing to a string cannot fail");
        say(format!(
            "free functions of one word that other files can call: {} of {} ({} %)",
            self.one_word.len(),
            self.visible,
            self.one_word.len() * 100 / self.visible.max(1)
        ));
        self.one_word.iter().for_each(|line| say(format!("  {line}")));
        say(format!("type names that stand twice: {}", self.twice().count()));
        for (name, files) in self.twice() {
            let files: Vec<_> = files.iter().map(String::as_str).collect();
            say(format!("  {name}: {}", files.join(", ")));
        }
        say(format!("functions over {PAGE} lines: {}", self.long.len()));
        self.long.iter().for_each(|line| say(format!("  {line}")));
        out
    }
}

struct NameVisitor<'c> {
    file: String,
    counts: &'c mut NameCounts,
}

impl NameVisitor<'_> {
    fn note_type(&mut self, name: &syn::Ident) {
        let files = self.counts.types.entry(name.to_string()).or_default();
        files.insert(self.file.clone());
    }

    fn note_length(&mut self, name: &syn::Ident, first: proc_macro2::Span, block: &syn::Block) {
        let lines = block.span().end().line + 1 - first.start().line;
        if lines > PAGE {
            self.counts.long.push(format!("{}: {name}, {lines} lines", self.file));
        }
    }
}

impl<'ast> Visit<'ast> for NameVisitor<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if is_test(&item.attrs) {
            return;
        }
        let name = &item.sig.ident;
        self.note_length(name, item.sig.span(), &item.block);
        let main = name == "main";
        if !matches!(item.vis, syn::Visibility::Inherited) && !main {
            self.counts.visible += 1;
            if !name.to_string().contains('_') {
                self.counts.one_word.push(format!("{}: {name}", self.file));
            }
        }
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note_length(&item.sig.ident, item.sig.span(), &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.note_type(&item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.note_type(&item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.note_type(&item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.note_type(&item.ident);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stood when it was counted last. A change that lowers a count lowers it here too. What is left of one word is public and a term of
    /// its own (`schemactl_compat::compare`, `schemactl_model::parse`), or names what it returns (`digits`, `constants`).
    const MOST: [(&str, usize); 3] = [("one word", 33), ("twice", 0), ("long", 0)];

    /// What to do about each of them.
    const REMEDIES: [&str; 3] = [
        "name the function `verb_noun`, so that a search for the noun finds it",
        "give the newer type a noun of its own; the name stays with the type that is public API or a standard term",
        "cut the function along what it does, each part with a name",
    ];

    #[test]
    fn names_do_not_get_worse() {
        let counts = NameCounts::count().unwrap();
        let now = [counts.one_word.len(), counts.twice().count(), counts.long.len()];
        for (((what, most), now), remedy) in MOST.into_iter().zip(now).zip(REMEDIES) {
            assert!(now <= most, "{what}: {now}, were {most}; {remedy}\n{}", counts.print());
        }
    }

    #[test]
    fn what_is_private_tested_or_a_method_is_not_counted() {
        let mut counts = NameCounts::default();
        let text = "pub fn read() {} fn own() {} pub(super) fn read_file() {} struct A; impl A { pub fn of() {} }
            #[cfg(test)] mod tests { pub fn made() {} struct A; }";
        NameVisitor {
            file: "a.rs".to_owned(),
            counts: &mut counts,
        }
        .visit_file(&syn::parse_file(text).unwrap());
        assert_eq!((counts.visible, counts.one_word), (2, vec!["a.rs: read".to_owned()]));
        assert_eq!(counts.types.len(), 1);
    }
}
