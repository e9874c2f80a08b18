//! Decides whether one schema's events are all events of another, with a witness when not.
