//! Texts by number, so that forms that hold them are small and compare fast.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// Texts, each held once.
#[derive(Debug, Default)]
pub(crate) struct TextPool {
    texts: Vec<Rc<str>>,
    ids: FxHashMap<Rc<str>, u32>,
}

impl TextPool {
    pub(crate) fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = u32::try_from(self.texts.len()).expect("a document has fewer texts than bytes");
        let text: Rc<str> = text.into();
        self.texts.push(Rc::clone(&text));
        self.ids.insert(text, id);
        id
    }

    pub(crate) fn text(&self, id: u32) -> &Rc<str> {
        &self.texts[id as usize]
    }
}
