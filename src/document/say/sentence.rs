//! The sentences, each with what stands in its places.

use super::piece::Piece;
use crate::document::{Inlines, Math};

/// Declares the sentences, with their places and what stands there. A `bool` or a number may also choose between two wordings; words
/// in a place are sentences themselves, or parts of some.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident $({ $($place:ident: $kind:ty),* })?,)*) => {
        /// A sentence, or a part of one.
        #[derive(Clone, Debug)]
        pub(in crate::document) enum Sentence {
            $($(#[$doc])* $name $({ $($place: $kind),* })?,)*
        }

        /// Which sentence it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Key {
            $($name,)*
        }

        impl Sentence {
            /// The row of the tables, and what stands in its places.
            pub(super) fn taken_apart(self) -> (Key, Vec<(&'static str, Piece)>) {
                match self {
                    $(Sentence::$name $({ $($place),* })? => {
                        (Key::$name, vec![$($((stringify!($place), Piece::from($place))),*)?])
                    })*
                }
            }
        }

        /// Every sentence, with its places and their types.
        #[cfg(test)]
        pub(super) const ALL: &[(Key, &[(&str, &str)])] =
            &[$((Key::$name, &[$($((stringify!($place), stringify!($kind))),*)?]),)*];
    };
}

/// The table of a language: the template of each sentence, with its places in braces. What a place may say of how it is filled is
/// told in `template.rs`.
macro_rules! table {
    ($($name:ident: $template:literal,)*) => {
        /// The row of a sentence.
        pub(super) fn row(key: Key) -> &'static str {
            match key {
                $(Key::$name => $template,)*
            }
        }
    };
}
pub(super) use table;

type Words = Inlines;

sentences! {
    // titles and headings
    Title { layer: String, sizes: Vec<Words> },
    /// A part of the title.
    Sized { role: Words, size: Words },
    NetTitle { title: Words, stages: Vec<String>, size: Words },
    /// The title of a net that has none.
    Network,
    ForwardHeading,
    NetHeading,
    LayerHeading { number: usize, titles: Vec<String> },
    LossHeading { title: String },
    GradientHeading { role: Words, tensor: Math },
    ErrorsHeading,
    LossAloneHeading,
    ParametersHeading,
    SummaryHeading,
    ValuesHeading,

    // roles, sizes and numbers
    Input,
    Weight,
    Bias,
    Output,
    Intermediate,
    Target,
    Gradient,
    /// The size of what has no axis.
    OneNumber,
    InDigits { number: usize },
    InWords { number: usize },
    FromTo { least: usize, most: usize },
    Brackets { words: Words },
    Colon { words: Words },

    // what a layer computes
    LayerTakes { read: Vec<Words>, output: Math, size: Words, way: Words },
    Reads { role: Words, tensor: Math, size: Words },
    OnTheWay { count: usize },
    AsMatrices { sliding: Words },
    ByChannels { sliding: Words },
    WrittenOut,
    WrittenOutAll { count: usize },
    WrittenOutFew { shown: usize, count: usize },
    CountsExplained,
    /// After an elided sum.
    TermCount { count: usize },
    /// After an equation with dots inside, or after several alike.
    TermsLeftOut { count: usize, each: bool },
    TermsLeftOutInTurn { counts: Vec<usize>, each: bool },
    TermsLeftOutEverywhere { count: usize },
    TermsLeftOutFromTo { least: usize, most: usize },
    Assumed { equation: Math },
    UsedAssumption { equation: Math },
    AssumptionFails,

    // what a net computes
    NetStraight { input: Math, size: Words },
    NetTakes { input: Math, size: Words, layers: usize },
    StageGives { output: Math, size: Words },
    StageReads { read: Vec<Words>, output: Math, size: Words },
    StageRead { role: Words, tensor: Math, size: Words },
    StageJoins { inputs: Vec<Math> },
    VectorsAreRows,

    // functions
    Sigma { function: Math, slope: Math },
    Phi { function: Math, density: Math },
    Relu { value: Math, x: Math, slope: Math },
    Abs { value: Math, x: Math, negative: Math, slope: Math, minus: Math },
    Sign { value: Math, x: Math, minus: Math },
    FractionalPowers,
    Roots,
    IsDefined { value: Math, what: Math },

    // signs and functions of whole tensors
    SignOfProduct { sign: Math },
    SignOfQuotient { sign: Math },
    SignOfCorrelation { sign: Math },
    SignsOfCorrelation { sign: Math, convolution: Math },
    ColonExplained,
    RunExplained { run: Math },
    Diag { sign: Math },
    Einsum { sign: Math },
    Vec { sign: Math },
    Reshape { sign: Math },
    Spread { sign: Math },
    Pad { sign: Math },
    Step { sign: Math },
    Ones { sign: Math },
    Upsample { sign: Math },
    RouteToFirst { sign: Math },
    RouteSplit { sign: Math },
    RouteToAll { sign: Math },
    WindowMax { sign: Math },
    ShareOfFirst { sign: Math },
    ShareSplit { sign: Math },
    ShareOfAll { sign: Math },

    // sliding products
    /// Where one is first met.
    Sliding { sign: Math, product: Words, how: Vec<Words> },
    FrameworkProduct,
    FrameworkProductRotated,
    Correlation,
    CorrelationRotated,
    Convolution,
    InSteps { strides: Words },
    LinesAround { count: usize },
    LinesAlong { sides: Vec<String> },
    WithoutUnreached,
    Stride { step: usize },
    StrideEach { steps: Vec<usize> },
    Slides { y: Math, rotated: Words, stride: Words, x: Math },
    SlidesOver { y: Math, rotated: Words, stride: Words, x: Math, prepared: Vec<Words> },
    WithStride { strides: Words },
    Rotated,
    KernelSpread { spread: Words },
    RotatedAndSpread { spread: Words },
    SignRotates { sign: Math },
    FullCorrelation,
    ValidCorrelation,
    ZerosBetween { count: usize },
    ZerosBetweenEach { counts: Vec<Words> },
    ZerosAtEnds { count: usize },
    ZerosAround { count: usize },
    ZerosBeside { ends: Words },
    ZerosAlong { axes: Words },
    CutAtEnds { ends: Vec<Words> },
    FirstKept,
    FirstCut,
    FirstsCut { count: usize },
    LastKept,
    LastCut,
    LastsCut { count: usize },
    CutAlong { axes: Words },
    // what is put at the ends of axes
    Zeros { count: usize },
    Lines { count: usize },
    Entries { count: usize },
    Before { what: Words },
    Behind { what: Words },
    BeforeAndBehind { before: Words, behind: usize },
    AlongEachAxis { axes: Vec<Words> },
    AlongAxes { axes: Vec<Words> },
    Untouched,
    AlongFirst { ends: Words },
    AlongSecond { ends: Words },
    AlongThird { ends: Words },
    // channels, batches and groups
    ProductForEach { each: Vec<Math> },
    ProductsSummed { over: Vec<Words> },
    ProductsForEachSummed { each: Vec<Math>, over: Vec<Words> },
    OverBatch { letters: Vec<Math> },
    OverChannels { letters: Vec<Math> },
    Groups { count: usize, group: Math },
    Depthwise { count: usize },
    // where they are something simpler
    KernelIsMatrix { kernel: Math },
    OperandMeetsMatrix { operand: Math, kernel: Math },
    NothingSlides { single: Math, other: Math },
    Blocks { operand: Math, rest: bool },
    KroneckerBlocks { operand: Math, kernel: Math, rest: bool },

    // errors and gradients
    ErrorKnown { loss: Math, error: Math },
    ErrorKnownAndShort { loss: Math, error: Math, sign: Math, derivative: Math },
    ActivationBelow { activation: Math },
    LeftToFind { gradient: Math },
    LossKnown { loss: Math, known: Math },
    LossIs { loss: Math },
    ErrorOfLayer { layer: Math, error: Math },
    ChainOfErrors { errors: bool },
    UnderItsLayer,
    LossAlone { loss: Math, input: Math },
    ShortFor { sign: Math, derivative: Math },
    ReadTwice { tensor: Math },
    ReadOften { tensor: Math, times: usize },
    AsOneEquation,
    ParametersIntro,
    BiasShared { bias: Math },
    BiasUntied { bias: Math },
    WereItUntied { bias: Math },
    WereItShared { bias: Math },

    // the chain rule, entry by entry
    TheOnly { outputs: bool },
    Both { outputs: bool },
    AllOf { count: usize, outputs: bool },
    ChainThroughOne { entries: usize, entry: Math, outputs: bool },
    ChainThroughAll { entries: usize, entry: Math, all: Words, outputs: bool },
    ChainWithZeros { entries: usize, entry: Math, all: Words, outputs: bool },
    ChainWithZerosOfOne { entries: usize, entry: Math, all: Words },
    ChainContributing { entries: usize, entry: Math, range: Words, count: usize, outputs: bool },
    FewShown { shown: usize, count: usize },
    FewShownOfMany { shown: usize, count: usize },
    IndexForm,
    NothingReads { tensor: Math },
    NothingChanges { tensor: Math },
    NotAllRead { tensor: Math, places: Vec<Words> },
    LinesBefore { lines: Vec<Words>, one: bool },
    LinesBeyond { lines: Vec<Words>, one: bool },
    LinesBetween { lines: Vec<Words>, one: bool },
    MoreLines { count: usize },

    // operators
    RoutedToFirst { x: Math, through: Math },
    RoutedSplit { x: Math, through: Math },
    RoutedToAll { x: Math, through: Math },
    RoutedToFirstBy { indicator: Math, x: Math, through: Math },
    RoutedSplitBy { indicator: Math, x: Math, through: Math },
    RoutedToAllBy { indicator: Math, x: Math, through: Math },
    Identity { x: Math },
    SumOfAll { x: Math },
    SumAlong { x: Math, axes: usize, two: bool },
    Broadcast { ones: Math },
    Hadamard { factors: Vec<Math> },
    Together,
    /// Some entries at even distances.
    PartOf { x: Math },
    /// `every`: along all axes.
    Reversed { x: Math, every: bool },
    DiagonalOf { x: Math },
    OnDiagonal { x: Math },
    /// `between`: zeros stand between the entries too.
    AmongZeros { x: Math, between: bool },
    PartAmongZeros { x: Math, between: bool },
    SplitAndJoined { x: Math },
    PartsMultiplied,
    ProductAmongZeros,
    Concatenated,
    Rolled { x: Math, by: usize },
    RolledAlong { x: Math, by: usize, axis: usize },
    Reshaped { x: Math },
    WholeTensors,
    WholeTensorsWith { understood: Vec<Words> },
    WithChannels,
    WithChannelsWith { understood: Vec<Words> },
    UnderstoodZeros,
    UnderstoodCut,
    MatrixProduct,
    SameIndices,
    SameIndicesAndNumbers { numbers: Vec<Math>, one: bool },
    OneProduct,
    SumOver { letters: Vec<Math> },
    SumOfProducts,
    Enlarged { tensor: Math, of: Math, ends: Words },
    Rearranged { tensor: Math, of: Math },
    Collected { gradient: Math, of: Math },
    AllZero,
    NoOperator { entries: usize, why: Words, index_form: bool },
    OtherFactors,
    TooManyKinds,
    VaryingCoefficients,
    UnevenSpacing,
    TooManyTerms,
    UnknownPairing,

    // windows
    SideBySideInLine { size: String },
    SideBySide { size: String },
    ApartInLine { size: String, step: usize },
    Apart { size: String, step: usize },
    ApartAlongAxes { size: String, steps: Vec<Words> },
    PlacesApart { step: usize },
    PlacesApartAlongAxes { steps: Vec<Words> },
    OverBothEdges { count: usize },
    OverLastEdge { count: usize },
    OverFirstEdge { count: usize },
    CutAtEdges,
    WindowSum { output: Math, input: Math, windows: Words },
    WindowSumScaled { output: Math, scale: Math, input: Math, windows: Words },
    WindowSumDivided { output: Math, input: Math, windows: Words, counted: Words, factor: Words },
    TimesFactor { scale: Math },
    WindowsSearched { output: Math, input: Math, windows: Words },
    SpreadOver { x: Math, scale: Math, windows: Words, overlap: bool, tiles: bool },
    DividedAndSpread { x: Math, divisor: Math, counted: Words, factor: Words, windows: Words, overlap: bool, tiles: bool },
    MultipliedBy { scale: Math },
    PlacesCounted { over: Math },
    EntriesCounted { over: Math },
    Divisors,
    AfterDivisors,

    // numbers
    Given,
    UpstreamOnes { error: Math },
    Results,
    ResultsRounded,
    MoreSlices { more: usize, tensor: Math },
    NotWorkedOut { tensors: Vec<Math> },

    // exercises
    ExercisesHeading,
    AnswersHeading,
    Exercise { number: usize, task: Words },
    Answer { number: usize, answer: Words },
    /// Before an answer that is an equation.
    AnswerFollows { number: usize },
    NumbersToTake,
    FillBox,
    FillBoxes { count: usize },
    FillEither { one: Math, other: Math },
    InBox { piece: Math },
    LinesAsked { x: Math, along_one: bool },
    LinesFound { count: usize, along_one: bool },
    ComputeEntry { entry: Math },
    WhoReads { entry: Math, outputs: bool },
    TheseRead { entries: Vec<Math> },
    NoneReads,
    WriteOut { entry: Math },
    FindMistake,
    // what is wrong, before the equation as it should be
    WrongDirection { wrong: Math, right: Math },
    ShiftedByOne { wrong: Math, right: Math },
    WrongEntry { wrong: Math, right: Math },
    IndexWithoutStep { wrong: Math, right: Math },
    BoundOffByOne,
    NotTransposed { right: Math },
    SumMissing { letters: Vec<Math> },
    WrongSign,
    FactorMissing { factor: Math },
    KernelNotTurned { kernel: Math },
    KernelTurned { kernel: Math },
    SpreadMissing { x: Math },
    WrongLines,
    StepMissing,

    // the table
    ColumnLayer,
    ColumnError,
    ColumnWeight,
    ColumnBias,
    ColumnFormulas,
    StagesOf { number: usize, stages: Vec<String> },

    // pictures of connections
    NetworkCaption,
    WeightsByStyle,
    SomeWeightsByStyle,
    WeightsOnLines,
    WeightsAllOwn,
    TooManyWeights,
    NetworkListing { weights: bool },
    NotDrawn { letters: Vec<Math> },
    NetworkAlt { columns: Vec<usize>, lines: usize, shared: Words },
    SharedWeights { count: usize },
    NetworkLeftOut { nodes: usize, lines: usize, columns: usize },

    // pictures of windows
    KernelFrame { y: Math, rotated: bool, x: Math, entry: Math },
    WindowFrame { x: Math, entry: Math },
    KernelListing { y: Math, rotated: bool, x: Math, entry: Math },
    WindowListing { x: Math, entry: Math },
    PutBetweenAndAround,
    PutBetween,
    PutAround,
    DashedZeros { put: Words },
    ZerosListed { put: Words },
    CrossedUnreached,
    ListedUnreached,
    ShadedApart,
    ListedApart,
    FirstSlice,
    WindowAlt { over: Words, zeros: bool, covers: Vec<Words>, result: Words, chosen: Words },
    RowOfCells { count: usize },
    GridOfCells { sizes: Vec<usize> },
    Row { number: usize },
    RowsTo { first: usize, last: usize },
    Column { number: usize },
    ColumnsTo { first: usize, last: usize },
    CellNumber { number: usize },
    CellsTo { first: usize, last: usize },
    CellIn { row: usize, column: usize },
    CellAt { places: Vec<usize> },
    WindowLeftOut { target: Math, reason: Words },
    NoWindowSlides,
    SlidesAlongAxes { axes: usize },
    TooManyCells { most: usize },
    EntriesTooLong,
    NoWindows,
}
