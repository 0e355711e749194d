//! What can be said, one function a sentence. A language says all of it, or it does not compile.

use super::arrangement::ArrangementSentences;
use super::entries::EntrySentences;
use super::picture::PictureSentences;
use super::signs::Met;
use super::simpler::SimplerSentences;
use super::unread::UnreadSentences;
use super::windows::WindowSentences;
use crate::document::figure::Told;
use crate::document::{Inline, Inlines, Math, Op, Sliding};
use crate::expr::{Role, Ties};
use crate::operator::CorrelationAxis;
use crate::recognise::Obstacle;

/// What the sum of a chain rule runs over.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// How many equations.
    pub(super) count: usize,
    /// Are all of them outputs? If not, some define what lies between.
    pub(super) outputs: bool,
}

/// The sign of a sliding product, in a notation.
#[derive(Clone, Copy)]
pub(super) struct Sign {
    pub(super) sign: Op,
    pub(super) sliding: Sliding,
}

impl Sign {
    pub(super) fn math(self) -> Math {
        Math::Op(self.sign)
    }
}

/// What becomes of a kernel before it slides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    /// Nothing.
    No,
    /// It is rotated, which the formula says.
    Said,
    /// It is rotated, which the sign between the operands holds.
    BySign,
}

/// The sentences of a language.
pub(super) trait Sentences:
    NetSentences
    + ChannelSentences
    + WindowSentences
    + ArrangementSentences
    + UnreadSentences
    + PictureSentences
    + SimplerSentences
    + EntrySentences
{
    /// The document's title: the layer's title, and what is how large.
    fn title(&self, layer: &str, sized: &[(Role, String)]) -> Inlines;
    /// Heading of the section on the layer itself.
    fn forward_heading(&self) -> Inlines;
    /// Heading of the section on the gradient of one tensor.
    fn gradient_heading(&self, role: Role, tensor: Math) -> Inlines;
    /// Heading of the section with numbers.
    fn values_heading(&self) -> Inlines;
    /// The layer takes these tensors (with their sizes) to its output: before the definition in index form.
    /// It may define further tensors on the way.
    fn layer_takes(&self, read: &[(Role, Math, String)], output: (Math, String), on_the_way: usize) -> Inlines;
    /// Before the equation with matrices, where the sliding product is first met.
    /// The kernel, rotated or not, moves along these axes.
    fn as_matrices(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines;
    /// Before all equations.
    fn written_out(&self, count: usize) -> Inlines;
    /// Before the first ones of many equations.
    fn written_out_few(&self, shown: usize, count: usize) -> Inlines;
    /// The loss, the error from above, the sign for gradients and what it is short for, if there is one.
    fn notation(&self, loss: Math, error: Math, short: Option<(Math, Math)>) -> Inlines;
    /// The input is the output of an activation; before the chain rule for its error.
    fn activation_below(&self, activation: Math) -> Inlines;
    /// What is left to find.
    fn left_to_find(&self, gradient: Math) -> Inlines;
    /// Before one entry or several that every output contains.
    fn chain_through_all(&self, entry: Math, several: bool, reach: Reach) -> Inlines;
    /// Before entries whose sums run over all outputs, zero terms included.
    fn chain_with_zeros(&self, entry: Math, several: bool, reach: Reach) -> Inlines;
    /// Before entries whose sums run over the contributing outputs only: each entry occurs in so many of so many.
    fn chain_contributing(&self, entry: Math, several: bool, occurs: (usize, usize), reach: Reach) -> Inlines;
    /// Before the first of many entries.
    fn few_entries(&self, shown: usize, count: usize) -> Inlines;
    /// Before a gradient in index form.
    fn in_index_form(&self) -> Inlines;
    /// Before the matrix form of a correlation. Where its sign is that of the convolution of mathematics, it says so.
    fn recognised_correlation(&self, x: Math, y: Math, how: Turned, full: bool, axes: &[CorrelationAxis]) -> Inlines;
    /// Each element goes to its window's maximum; what the indicator means, where one is written.
    fn recognised_route(&self, x: Math, through: Math, indicator: Option<Math>, ties: Ties) -> Inlines;
    /// The gradient is the error itself.
    fn recognised_identity(&self, x: Math) -> Inlines;
    /// The gradient is the sum of the errors: of all, or along so many axes of so many.
    fn recognised_sum(&self, x: Math, along: Option<(usize, usize)>) -> Inlines;
    /// The gradient repeats a smaller tensor, by a product with a vector of ones.
    fn recognised_broadcast(&self, ones: Math) -> Inlines;
    /// The gradient is an elementwise product of at least two.
    fn recognised_hadamard(&self, factors: &[Math]) -> Inlines;
    /// The gradient is a sum of several operators.
    fn recognised_several(&self) -> Inlines;
    /// The gradient has the entries of the error, in another shape.
    fn recognised_reshape(&self, x: Math) -> Inlines;
    /// Before the operator equation for whole tensors, in which padding is understood.
    /// What a sliding product along these axes does besides sliding is not written.
    fn with_whole_tensors(&self, axes: &[CorrelationAxis]) -> Inlines;
    /// No operator fitted; the formula above is the result.
    fn no_operator(&self, entries: usize, why: Option<Obstacle>, index_form: bool) -> Inlines;
    /// The bias is one number for all outputs.
    fn bias_shared(&self, bias: Math) -> Inlines;
    /// Every output has a bias of its own.
    fn bias_untied(&self, bias: Math) -> Inlines;
    /// How it would be with one bias for each output.
    fn were_it_untied(&self, bias: Math) -> Inlines;
    /// How it would be with one bias for all outputs.
    fn were_it_shared(&self, bias: Math) -> Inlines;
    /// These numbers are given.
    fn given(&self) -> Inlines;
    /// The upstream gradient was not given.
    fn upstream_ones(&self, error: Math) -> Inlines;
    /// These follow, some of them perhaps rounded.
    fn results(&self, rounded: bool) -> Inlines;
    /// Nothing more follows: the numbers of these are missing.
    fn not_worked_out(&self, tensors: &[Math]) -> Inlines;
    /// So many slices of a tensor are not shown.
    fn more_slices(&self, tensor: Math, more: usize) -> Inlines;
    /// A remark after an elided sum.
    fn term_count(&self, count: usize) -> String;
    /// A remark after an equation with dots inside: how many terms each of them stands for; or after several equations alike.
    fn terms_left_out(&self, counts: &[u32], of_each: bool) -> String;
    /// What a remark after an elided sum means, for a paragraph before; empty where it speaks for itself.
    fn counts_explained(&self) -> Inlines;
}

/// What is said of the leading axes of a sliding product: letters with more than one value.
pub(super) struct Channels {
    /// For each of these there is one product.
    pub(super) each: Vec<Math>,
    /// Summed over: the kernel has no such axis.
    pub(super) batch: Vec<Math>,
    /// Summed over: the kernel has such an axis.
    pub(super) channels: Vec<Math>,
    /// How many groups there are.
    pub(super) groups: usize,
    /// What counts them; nothing where every channel is a group of its own.
    pub(super) group: Option<Math>,
}

/// The sentences of a language on sliding products with channels.
pub(super) trait ChannelSentences {
    /// Before the layer channel by channel, where the sliding product is first met. The kernel, rotated or
    /// not, moves along these axes.
    fn by_channels(&self, sign: Sign, turned: bool, axes: &[CorrelationAxis]) -> Inlines;
    /// Which products there are, and what they are summed over; nothing where there is one.
    fn channels(&self, channels: &Channels) -> Inlines;
    /// What the signs of sliding products stand for, in a net and where the notation has others than frameworks.
    fn signs(&self, star: Math, convolution: Option<Math>) -> Inlines;
    /// Vectors are rows.
    fn rows(&self) -> Inlines;
    /// A sign is short for a derivative, and so is that of any other letter.
    fn likewise(&self, sign: Math, derivative: Math) -> Inlines;
    /// Before the operator equation channel by channel.
    fn with_channels(&self, axes: &[CorrelationAxis]) -> Inlines;
}

/// The sentences of a language on functions and nets.
pub(super) trait NetSentences {
    /// What a function is, and what is taken for its derivative where it has none; nothing for those that everybody knows.
    fn function(&self, name: &str) -> Option<Inlines>;
    /// What a sign or a function of whole tensors means.
    fn met(&self, what: Met, sign: Math) -> Inlines;
    /// This is taken as given.
    fn assumed(&self, equation: Math) -> Inlines;
    /// The title of a net: its own, if it has one, its stages, the size of its input.
    fn net_title(&self, title: Option<&str>, stages: &[&str], input: &str) -> Inlines;
    /// Heading of the section on what a net computes.
    fn net_heading(&self) -> Inlines;
    /// The input passes through so many layers; what the letters and numbers mean.
    fn net_takes(&self, input: Math, size: &str, layers: usize) -> Inlines;
    /// Heading of a layer: its number and the titles of its stages.
    fn layer_heading(&self, number: u32, titles: &[&str]) -> Inlines;
    /// Heading of the loss.
    fn loss_heading(&self, title: &str) -> Inlines;
    /// Before a stage's equation: the parameters that it reads, if any, and what it gives with its size.
    fn stage_reads(&self, read: &[(Role, Math, String)], gives: (Math, String)) -> Inlines;
    /// A stage reads several results.
    fn stage_joins(&self, inputs: &[Math]) -> Inlines;
    /// Heading of the section on errors.
    fn errors_heading(&self) -> Inlines;
    /// The loss, what is known of it (nothing where the net computes it), what the error of a layer is, if there are any,
    /// how they follow, and under which of several layers each stands.
    fn errors_intro(&self, loss: Math, known: Option<Math>, error: Option<Math>, several: bool) -> Inlines;
    /// Heading of that section where there is a loss and no layer.
    fn loss_alone_heading(&self) -> Inlines;
    /// The loss by itself is differentiated.
    fn loss_alone(&self, loss: Math, input: Math) -> Inlines;
    /// A tensor is read by several definitions, whose contributions add up.
    fn read_often(&self, tensor: Math, readers: usize) -> Inlines;
    /// The numbers given do not satisfy what the layer assumes.
    fn assumption_fails(&self) -> Inlines;
    /// The last step of the equations above used an assumption.
    fn used_assumption(&self, equation: Math) -> Inlines;
    /// Before matrices that say the same as the equations above.
    fn as_one_equation(&self) -> Inlines;
    /// Heading of the section on the gradients of parameters.
    fn parameters_heading(&self) -> Inlines;
    /// How they follow from the errors.
    fn parameters_intro(&self) -> Inlines;
    /// Heading of the table.
    fn summary_heading(&self) -> Inlines;
    /// Column of the layers.
    fn summary_layer(&self) -> Inlines;
    /// Column of the errors.
    fn summary_error(&self) -> Inlines;
    /// Column of the weights' gradients.
    fn summary_weight(&self) -> Inlines;
    /// Column of the biases' gradients.
    fn summary_bias(&self) -> Inlines;
    /// Column of all of these, where there is no room beside each other.
    fn summary_formulas(&self) -> Inlines;
    /// A layer in the table.
    fn summary_stages(&self, number: u32, stages: &[&str]) -> Inlines;
    /// Below a picture of connections: what lines are, how they tell their weights, what of the layer has no node.
    fn network_caption(&self, told: Told, left_out: &[Math]) -> Inlines;
    /// Before the same as a list: each entry, and what it is computed from, perhaps with weights in brackets.
    fn network_listing(&self, weights: bool, left_out: &[Math]) -> Inlines;
    /// The picture for those who cannot see it: nodes in each column, lines, weights that several of them share.
    fn network_alt(&self, columns: &[usize], lines: usize, shared: usize) -> String;
    /// Instead of a picture that would be too large; what is the most that is drawn.
    fn network_left_out(&self, nodes: usize, lines: usize, columns: usize) -> Inlines;
}

/// Words with formulas in the places marked `{}`.
///
/// # Panics
/// If there are not as many formulas as places: a mistake in a language file.
pub(super) fn words(template: &str, formulas: impl IntoIterator<Item = Math>) -> Inlines {
    let mut list = Vec::new();
    let mut formulas = formulas.into_iter();
    for (place, text) in template.split("{}").enumerate() {
        if place > 0 {
            list.push(Inline::Math(formulas.next().expect("a formula for each place")));
        }
        if !text.is_empty() {
            list.push(Inline::Text(text.to_string()));
        }
    }
    assert!(formulas.next().is_none(), "a place for each formula");
    list
}
