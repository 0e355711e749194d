//! derive
pub mod expr;
pub mod layer;
pub mod syntax;
pub mod text;
pub mod differentiate;
pub mod expand;
pub mod recognise;
pub mod verify;
pub mod derivation;
pub mod document;
pub mod render;
pub mod cli;
