//! What generated event code links: the Event trait, envelopes, versions and publishing.
