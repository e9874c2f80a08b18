//! The folder of versioned schemas as a registry: load, check, plan, apply.
