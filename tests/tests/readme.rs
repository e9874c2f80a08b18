//! Every command of the README's tour says what the README says it says.
#![allow(clippy::unwrap_used)]

use schemactl_tests::{binary, root};

#[test]
fn the_tour_is_true() {
    std::env::set_current_dir(root()).unwrap();
    trycmd::TestCases::new()
        .register_bin("schemactl", binary())
        .case("README.md");
}
