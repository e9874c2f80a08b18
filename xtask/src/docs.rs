//! Which public functions do not tell a caller at once what they do. In: the sources of our crates, without their tests. Out: the functions
//! whose doc comment does not begin with a verb in the third person (*Returns…*, *Parses…*, *Compares…*), or that have none; there is
//! none, so that a change that adds one fails.

use syn::visit::{self, Visit};

use crate::sources::{is_test, parse_source, source_files};

/// Words that end as a verb in the third person does, and are none.
const NO_VERBS: [&str; 8] = ["Always", "As", "Events", "Its", "Seconds", "This", "Warnings", "Whose"];

/// Returns every public function whose comment does not begin with a verb, each as `file: name: first words`.
pub(crate) fn find_undescribed() -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for file in source_files()? {
        let mut visitor = DocVisitor {
            file: file.display().to_string(),
            found: &mut found,
        };
        visitor.visit_file(&parse_source(&file)?);
    }
    Ok(found)
}

/// Returns the count and the functions, as text.
pub(crate) fn print_undescribed(found: &[String]) -> String {
    let count = found.len();
    format!(
        "public functions whose comment begins with no verb: {count}\n{}\n",
        found.join("\n")
    )
}

struct DocVisitor<'f> {
    file: String,
    found: &'f mut Vec<String>,
}

impl DocVisitor<'_> {
    fn note(&mut self, visibility: &syn::Visibility, attributes: &[syn::Attribute], name: &syn::Ident) {
        let is_public = matches!(visibility, syn::Visibility::Public(_)) && name != "main";
        let first = attributes.iter().find_map(doc_text).unwrap_or_default();
        let word = first.split_whitespace().next().unwrap_or_default();
        if is_public && !is_test(attributes) && !is_verb(word) {
            let start: String = first.trim().chars().take(60).collect();
            self.found.push(format!("{}: {name}: {start}", self.file));
        }
    }
}

/// Returns the text of an attribute, if it is a line of a doc comment.
fn doc_text(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match &pair.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// Returns whether a word can be a verb in the third person.
fn is_verb(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(|letter: char| letter.is_ascii_uppercase())
        && word.ends_with('s')
        && word.chars().all(|letter| letter.is_ascii_alphabetic())
        && !NO_VERBS.contains(&word)
}

impl<'ast> Visit<'ast> for DocVisitor<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.vis, &item.attrs, &item.sig.ident);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.vis, &item.attrs, &item.sig.ident);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There were 227 before comments were rewritten.
    #[test]
    fn public_functions_begin_with_what_a_caller_gets() {
        let found = find_undescribed().unwrap();
        assert!(found.is_empty(), "{}", print_undescribed(&found));
    }

    #[test]
    fn what_is_private_or_tested_is_not_counted() {
        let text = "/// Returns one.\npub fn a() {} /// Its size.\npub fn b() {} fn c() {} pub fn d() {}
            struct A; impl A { /// The name.\npub fn e() {} } #[cfg(test)] mod tests { pub fn f() {} }";
        let mut found = Vec::new();
        DocVisitor {
            file: "a.rs".to_owned(),
            found: &mut found,
        }
        .visit_file(&syn::parse_file(text).unwrap());
        assert_eq!(found, ["a.rs: b: Its size.", "a.rs: d: ", "a.rs: e: The name."]);
    }
}
