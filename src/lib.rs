//! derive
pub mod cli;
pub mod derivation;
pub mod differentiate;
pub mod document;
pub mod expand;
pub mod expr;
pub mod layer;
pub mod recognise;
pub mod render;
pub mod syntax;
pub mod text;
pub mod verify;
