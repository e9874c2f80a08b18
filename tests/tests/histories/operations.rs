//! What people do to a branch: one method an operation. In: a repository with a branch checked out. Out: its files, changed, and what is
//! committed by merges.

use std::fs;

use schemactl_tests::{ToldRecords, binary, clean_command};

use super::Repository;

impl Repository {
    pub(crate) fn add(&mut self) {
        let names = ["Sent", "Made", "Gone", "Kept", "Lost"];
        let name = *self.random.pick(&names).unwrap();
        if !self.path(&format!("schemas/shop/{name}")).exists() {
            self.write_event(name, "1.0", &[]);
        }
    }

    pub(crate) fn version(&mut self) {
        let Some((event, versions)) = self.some_event() else {
            return;
        };
        let next = versions.len();
        let field = format!("field{}", self.random.below(3));
        self.write_event(&event, &format!("1.{next}"), &[field]);
    }

    pub(crate) fn released_version(&mut self) {
        self.version();
        self.release();
    }

    pub(crate) fn edit(&mut self) {
        let Some((event, versions)) = self.some_event() else {
            return;
        };
        let Some(version) = self.random.pick(&versions).cloned() else {
            return;
        };
        let field = format!("edited{}", self.random.below(3));
        self.write_event(&event, &version, &[field]);
        if self.random.below(2) == 0 {
            let _ = fs::remove_file(self.path("schemactl.lock"));
            self.release();
        }
    }

    pub(crate) fn identity(&mut self) {
        let Some((event, _)) = self.some_event() else { return };
        let line = ["source = \"market\"", "detail-type = \"New\"", "version-field = \"v\""];
        let line = *self.random.pick(&line).unwrap();
        let path = self.path(&format!("schemas/shop/{event}/event.toml"));
        let text = fs::read_to_string(&path).unwrap_or_default();
        let key = line.split(' ').next().unwrap();
        let kept = text.lines().filter(|known| !known.starts_with(key));
        let text: Vec<&str> = kept.chain([line]).collect();
        fs::write(path, text.join("\n") + "\n").unwrap();
        if self.random.below(2) == 0 {
            let _ = fs::remove_file(self.path("schemactl.lock"));
            self.release();
        }
    }

    pub(crate) fn rename(&mut self) {
        let Some((event, _)) = self.some_event() else { return };
        let target = self.path(&format!("schemas/shop/{event}New"));
        if !target.exists() {
            fs::rename(self.path(&format!("schemas/shop/{event}")), target).unwrap();
        }
    }

    pub(crate) fn delete(&mut self) {
        let Some((event, _)) = self.some_event() else { return };
        fs::remove_dir_all(self.path(&format!("schemas/shop/{event}"))).unwrap();
        if self.random.below(2) == 0 {
            let _ = fs::remove_file(self.path("schemactl.lock"));
        }
    }

    pub(crate) fn delete_version(&mut self) {
        let Some((event, versions)) = self.some_event() else {
            return;
        };
        let Some(version) = versions.last() else { return };
        fs::remove_file(self.path(&format!("schemas/shop/{event}/{version}.json"))).unwrap();
        if self.random.below(2) == 0 {
            let _ = fs::remove_file(self.path("schemactl.lock"));
            self.release();
        }
    }

    /// A setting that asks less, and a change that it would let pass.
    pub(crate) fn weaken(&mut self) {
        let Some((event, versions)) = self.some_event() else {
            return;
        };
        let path = self.path(&format!("schemas/shop/{event}/event.toml"));
        let text = fs::read_to_string(&path).unwrap_or_default();
        let line = *self
            .random
            .pick(&["status = \"draft\"", "mode = \"none\"", "policy = \"apply-defaults\""])
            .unwrap();
        if !text.contains("draft") && !text.contains("mode") && !text.contains("policy") {
            fs::write(path, text + line + "\n").unwrap();
        }
        if let Some(version) = versions.last() {
            let _ = fs::remove_file(self.path("schemactl.lock"));
            self.write_event(&event, version, &["weakened".to_owned()]);
        }
    }

    /// Records what becomes of an event, whether its files follow or not.
    pub(crate) fn decide(&mut self, verb: &str) {
        let Some((event, versions)) = self.some_event() else {
            return;
        };
        let what = match (verb, versions.last()) {
            ("hotfix", Some(version)) => format!("{event}@{version}"),
            _ => event.clone(),
        };
        let mut decide = clean_command(&binary());
        decide.current_dir(self.folder.path()).args([verb, &what]);
        decide.args((verb == "move").then(|| format!("{event}X")));
        let reason = self.new_reason();
        decide.args(["--reason", &reason, "--author", "test"]).output().unwrap();
    }

    /// A record that was taken back is not written again in the same words.
    pub(crate) fn new_reason(&mut self) -> String {
        format!("it is time, {}", self.random.below(1_000_000))
    }

    /// Takes a record back, whether it is merged or not. What comes back may be changed on the way, and the gate has to see it.
    pub(crate) fn take_back(&mut self, kind: &str) {
        let lock = fs::read_to_string(self.path("schemactl.lock")).unwrap_or_default();
        let Some(event) = self.random.pick(&ToldRecords::names_with(&lock, kind)).cloned() else {
            return;
        };
        let reason = self.new_reason();
        let mut undo = clean_command(&binary());
        undo.current_dir(self.folder.path());
        match kind {
            "retired" => undo.args(["retire", &event]),
            _ => undo.args(["move", &event, &format!("{event}X")]),
        };
        undo.args(["--undo", "--reason", &reason, "--author", "test"])
            .output()
            .unwrap();
        if self.random.below(4) == 0 {
            self.edit();
        }
    }

    /// Another event, or another major, in the place of one that is retired.
    pub(crate) fn reuse_identity(&mut self) {
        let lock = fs::read_to_string(self.path("schemactl.lock")).unwrap_or_default();
        let Some(event) = self.random.pick(&ToldRecords::names_with(&lock, "retired")).cloned() else {
            return;
        };
        if self.path(&format!("schemas/shop/{event}")).exists() {
            return;
        }
        if self.random.below(2) == 0 {
            self.write_event(&event, "7.0", &[]);
        } else {
            let folder = self.path("schemas/shop/Other");
            fs::create_dir_all(&folder).unwrap();
            let settings = format!("source = \"shop\"\ndetail-type = \"{event}\"\n");
            fs::write(folder.join("event.toml"), settings).unwrap();
            self.write_event("Other", "1.0", &[]);
        }
    }

    pub(crate) fn retire(&mut self) {
        self.decide("retire");
        if self.random.below(2) == 0 {
            self.delete();
        }
    }

    pub(crate) fn hotfix(&mut self) {
        self.edit();
        self.decide("hotfix");
    }

    pub(crate) fn copy_record(&mut self) {
        let Some((event, _)) = self.some_event() else { return };
        let lock = fs::read_to_string(self.path("schemactl.lock")).unwrap_or_default();
        let text = ToldRecords::copy_retirement(&lock, &event);
        fs::write(self.path("schemactl.lock"), text).unwrap();
        fs::remove_dir_all(self.path(&format!("schemas/shop/{event}"))).unwrap();
    }

    pub(crate) fn delete_lock(&mut self) {
        let _ = fs::remove_file(self.path("schemactl.lock"));
    }

    pub(crate) fn rewrite_lock(&mut self) {
        self.delete_lock();
        self.release();
    }

    /// Gives up what git cannot finish by itself.
    pub(crate) fn merge(&mut self, how: &[&str]) {
        let arguments = [&["merge", "--quiet", "--no-edit"], how, &["main"]].concat();
        if !self.does(&arguments) {
            self.git(&["merge", "--abort"]);
        }
    }

    pub(crate) fn merge_and_keep_ours(&mut self) {
        if !self.does(&["merge", "--quiet", "--no-edit", "main"]) {
            self.git(&["checkout", "--ours", "."]);
        }
    }

    pub(crate) fn rebase(&mut self) {
        let how = *self.random.pick(&["ours", "theirs"]).unwrap();
        if !self.does(&["rebase", "--quiet", "-X", how, "main"]) {
            self.git(&["rebase", "--abort"]);
        }
    }

    pub(crate) fn cherry_pick(&mut self) {
        let other = *self.random.pick(&["main", "one", "two", "three"]).unwrap();
        if !self.does(&["cherry-pick", "--allow-empty", "-X", "theirs", other]) {
            self.git(&["cherry-pick", "--abort"]);
        }
    }

    pub(crate) fn revert(&mut self) {
        let which = *self.random.pick(&["HEAD", "HEAD~1", "HEAD~2"]).unwrap();
        if !self.does(&["revert", "--no-edit", "-X", "theirs", which])
            && !self.does(&["revert", "--no-edit", "-m", "1", which])
        {
            self.git(&["revert", "--abort"]);
        }
    }
}
