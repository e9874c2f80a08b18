//! A pair, compared and explained. In: two schemas, how they are read, events that are known. Out: both verdicts and the explanation.

use schemactl_compat::{
    ComparisonSettings, ContainmentEngine, Examples, Explanation, Schema, Verdict, directions, explain,
};

/// Returns the verdicts, backward and forward, and what explains them.
pub(crate) fn explain_pair(
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
    examples: Examples<'_>,
) -> (Verdict, Verdict, Explanation) {
    let engine = ContainmentEngine::default();
    let (backward, forward) = directions(&engine, (old, new), settings);
    let explanation = explain(&engine, (old, new), settings, (&backward, &forward), examples);
    (backward, forward, explanation)
}
