//! The derivation from the library's side: every rule of differentiation, what the recogniser claims and what it leaves alone,
//! that verification can fail, and that nothing depends on names or sizes.

#[path = "support/blocks.rs"]
mod blocks;
#[path = "derivation/channels.rs"]
mod channels;
#[path = "derivation/claims.rs"]
mod claims;
#[path = "derivation/composed.rs"]
mod composed;
#[path = "derivation/data.rs"]
mod data;
#[path = "derivation/exercised.rs"]
mod exercised;
#[path = "derivation/forms.rs"]
mod forms;
#[path = "derivation/honesty.rs"]
mod honesty;
#[path = "derivation/nets.rs"]
mod nets;
#[path = "derivation/network.rs"]
mod network;
#[path = "derivation/pictured.rs"]
mod pictured;
#[path = "derivation/placed.rs"]
mod placed;
#[path = "derivation/pooled.rs"]
mod pooled;
#[path = "derivation/reading.rs"]
mod reading;
#[path = "derivation/renamed.rs"]
mod renamed;
#[path = "derivation/rules.rs"]
mod rules;
#[path = "derivation/said.rs"]
mod said;
#[path = "derivation/signs.rs"]
mod signs;
#[path = "derivation/slowly.rs"]
mod slowly;
#[path = "derivation/spoilt.rs"]
mod spoilt;
#[path = "derivation/support.rs"]
mod support;
#[path = "derivation/unread.rs"]
mod unread;
#[path = "derivation/window.rs"]
mod window;
#[path = "derivation/worked.rs"]
mod worked;
#[path = "derivation/written.rs"]
mod written;
