//! Tokens as the text of a file, in the layout of rustfmt as far as prettyplease knows it.

use proc_macro2::TokenStream;

use crate::emit::macros::{join_names, lay_out};

/// Returns the text of a file: the header's lines, then the items.
pub(crate) fn print_file(header: &str, items: TokenStream) -> String {
    let file = syn::parse2(items).expect("what we emit are items: identifiers come from `names`, text is in literals");
    lay_out(&format!("{header}\n\n{}", join_names(&prettyplease::unparse(&file))))
}
