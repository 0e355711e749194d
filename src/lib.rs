//! `derive`: a neural-network layer written in index notation, or a net of such layers, is expanded into scalar equations,
//! differentiated by the chain rule, recognised as tensor operators, checked equation by equation, and typeset.
//!
//! ```
//! use deriver::derivation::{Options, derive};
//! use deriver::layer::{Setting, Settings, bind, builtins};
//!
//! let layer = builtins().iter().find(|b| b.name == "conv").unwrap();
//! let file = deriver::syntax::parse(&layer.source()).unwrap();
//! let mut settings = Settings { input: Some(vec![3, 3]), ..Settings::default() };
//! settings.options.insert("kernel".into(), Setting::Axes(vec![2, 2]));
//! let derivation = derive(bind(&file.layers[0], &settings).unwrap(), &Options::default()).unwrap();
//! assert_eq!(derivation.gradients.list[0].entries.len(), 9); // ∂C/∂a, entry by entry
//! assert!(derivation.recognition(derivation.gradients.list[0].adjoint).is_some()); // δ * rot180(w)
//! assert!(derivation.verdict.failures.is_empty());
//! ```
//!
//! # The walk
//!
//! ```text
//! text ─parse─▶ Ast ─bind, link─▶ Instance ─expand─▶ System ─differentiate─▶ Gradients ─recognise─▶ operators
//!                                      │                                                        │
//!                                      └───────────────── verify (forward mode) ────────────────┘
//!                                                                │
//!                          Derivation ─narrate─▶ blocks and math ─render─▶ LaTeX │ Typst │ HTML │ Markdown │ rst │ SVG │ text │ JSON
//! ```
//!
//! # Rooms
//!
//! | rank | room | holds | may use |
//! |---|---|---|---|
//! | 1 | [`text`] | sources, spans, diagnostics, did-you-mean, Greek letters | |
//! | 1 | [`expr`] | exact numbers, symbols, the arena, its smart constructors and rewriting, elementary functions, systems of equations | |
//! | 2 | [`syntax`] | the layer language: tree, parser, printer | text |
//! | 3 | [`index`] | programs in index form: affine indices, conditions, definitions; settling; gradients in index form; the same for sizes that are letters ([`index::general`]) | text, syntax, expr |
//! | 4 | [`layer`] | built-in layers; binding a tree to sizes: packs of axes, options, ranges; joining the stages of a net | index and below |
//! | 4 | [`operator`] | tensor operators and their parameters | index, expr |
//! | 5 | [`expand`] | definitions written out as scalar equations | index, expr |
//! | 5 | [`differentiate`] | one rule a kind; adjoints walked back; names folded in, shorter forms | expr |
//! | 6 | [`recognise`] | observe, propose, expand, confirm | operator, expr |
//! | 7 | [`formula`] | what is displayed, as trees with a meaning; how tensors are called in print | operator and below |
//! | 8 | [`verify`] | forward mode over the source, in exact fields | recognise and below |
//! | 9 | [`derivation`] | the one object that everything printed comes from; values | ranks 1 to 8 |
//! | 10 | [`document`] | narrative in two languages, worksheets, math tree, notations, brackets, layout, pictures, the choice of single equations | derivation and below |
//! | 11 | [`render`] | one walk over blocks and one over formulas, a back-end a format that spells them; JSON is made from the derivation itself | document |
//! | 12 | [`weave`] | generated parts inside people's documents: markers, states, files that change all together or not at all | text |
//! | 13 | [`cli`] | arguments, directives of documents, mdBook's protocol, files, stdout and stderr, exit status | anything |
//!
//! Imports run towards lower ranks only; a test enforces the table.
//!
//! # Invariants
//!
//! * No formula of a layer's gradient is written anywhere in this crate, and no stage after `bind` and `link` knows a layer's name.
//!   A net is one instance with many definitions: each layer is differentiated by itself, named intermediates are never
//!   substituted, and a net costs what its layers cost.
//! * Expressions are in a normal form that depends on structure alone: equal expressions have equal ids ([`expr`]).
//! * The recogniser sees scalar terms only, and claims what it has written out again and found identical.
//! * Every equation of the layer, local derivative, form of a gradient entry, index formula and operator was evaluated on both sides
//!   by code that the differentiator does not share.
//! * What is displayed is a [`formula`] with a meaning: each member of each displayed equation is evaluated, by the names that are printed,
//!   before its block is handed on. What could not be evaluated is counted, and the document says so.
//! * A page introduces every letter and sign before or right behind the display that uses it, and points to every numbered equation; a
//!   test reads the blocks of random layers and nets for that. A number is never added to an array: ones are written.
//! * What is cut out of an equation in an exercise was evaluated in its place, and nothing else that was tried there holds; a formula
//!   that is shown with a mistake was evaluated, and does not hold.
//! * A check that fails ends the program with status 70 and prints no document.
//! * Numbers are exact. Output is the same to the byte on every run: nothing depends on hash order.
//! * A directive in a document derives, and does nothing else: it starts no program, reads files below the document's folder only, and
//!   has limits on memory, time and size. Documents change all together or not at all, and each is at any moment the old text or the new.
//! * Indices are data. In an [`Instance`](index::Instance) they start where the layer's text says, in the arena they are 0-based
//!   row-major offsets, and in print they start where the notation says.

pub mod cli;
pub mod derivation;
pub mod differentiate;
pub mod document;
pub mod expand;
pub mod expr;
pub mod formula;
pub mod index;
pub mod layer;
pub mod operator;
pub mod recognise;
pub mod render;
pub mod syntax;
pub mod text;
pub mod verify;
pub mod weave;
