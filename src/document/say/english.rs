//! The sentences in English.

use super::sentence::{Key, table};
use super::template::Language;

pub(super) const ENGLISH: Language =
    Language { row, digits, words, title, and: (", ", " and "), between: " ", spaced: false };

/// `1,234`.
fn digits(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `five`, `13`.
fn words(n: usize) -> String {
    let small =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    small.get(n).map_or_else(|| digits(n), ToString::to_string)
}

/// Inside a line with a small first letter; a person's name and an acronym keep their capitals.
fn title(text: &str, inside: bool) -> String {
    let word = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let marked = word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit());
    if !inside || marked || NAMES.contains(&word) {
        return text.to_string();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Names of persons that layers are called by.
const NAMES: [&str; 12] = [
    "Bernoulli",
    "Elman",
    "Euclidean",
    "Fourier",
    "Gaussian",
    "Gumbel",
    "Hadamard",
    "Hopfield",
    "Huber",
    "Laplace",
    "Minkowski",
    "Poisson",
];

table! {
    // titles and headings
    Title: "{layer}: {sizes:, }",
    Sized: "{role} {size}",
    NetTitle: "{title}: {stages: → }, input {size}",
    Network: "Network",
    ForwardHeading: "The layer",
    NetHeading: "The network",
    LayerHeading: "Layer {number}: {titles:, }",
    LossHeading: "Loss: {title}",
    GradientHeading: "The gradient of the {role} {tensor}",
    ErrorsHeading: "The errors, from the last layer to the first",
    LossAloneHeading: "The derivative of the loss",
    ParametersHeading: "The gradients of the weights and biases",
    SummaryHeading: "Summary",
    ValuesHeading: "Worked in numbers",

    // roles, sizes and numbers
    Input: "input",
    Weight: "weight",
    Bias: "bias",
    Output: "output",
    Intermediate: "intermediate",
    Target: "target",
    Gradient: "gradient",
    OneNumber: "one number",
    InDigits: "{number}",
    InWords: "{number:}",
    FromTo: "{least} to {most}",
    Brackets: " ({words})",
    Colon: ": {words}",

    // what a layer computes
    LayerTakes: "From {read} the layer computes the output {output} ({size}){way}:",
    Reads: "the {role} {tensor} ({size})",
    OnTheWay: ", by way of {count: intermediate tensor| intermediate tensors}",
    AsMatrices: "As matrices, {sliding}:",
    ByChannels: "Channel by channel, {sliding}:",
    WrittenOut: "Written out:",
    WrittenOutAll: "Written out, these are {count: equation| equations}:",
    WrittenOutFew: "Written out, {shown:} of the {count:} equations:",
    CountsExplained: "",
    TermCount: "({count} terms)",
    TermsLeftOut: "({count} {count?term|terms} left out{each? of each|})",
    TermsLeftOutInTurn: "({counts} terms left out{each? of each|})",
    TermsLeftOutEverywhere: "({count} {count?term|terms} left out each time)",
    TermsLeftOutFromTo: "({least} to {most} terms left out each time)",
    Assumed: "It is assumed that {equation}.",
    UsedAssumption: "The last step uses the assumption {equation}.",
    AssumptionFails: "These numbers break an assumption made above: the last forms, which use it, do not hold for them. The results below do not use it.",

    // what a net computes
    NetStraight: "The input {input} ({size}) goes straight into the loss.",
    NetTakes: "The input {input} ({size}) passes through {layers: layer| layers}. A raised number tells which layer a letter belongs to; it is not an exponent.",
    StageGives: "This gives {output} ({size}):",
    StageReads: "With {read} this gives {output} ({size}):",
    StageRead: "the {role} {tensor} ({size})",
    StageJoins: "Here {inputs} come together:",
    VectorsAreRows: "Vectors are rows.",

    // functions
    Sigma: "Of {function} nothing is assumed but that it has a derivative, {slope}.",
    Phi: "Here {function} is the distribution function of the standard normal law, and {density} its density.",
    Relu: "Here {value} is {x} where {x} is positive, and 0 elsewhere. Its derivative {slope} is 1 where {x} is positive and 0 elsewhere; at 0 there is none, and 0 is taken.",
    Abs: "Here {value} is {x} where {x} is positive, and {negative} elsewhere. Its derivative {slope} is 1 where {x} is positive and {minus} where it is negative; at 0 there is none, and 0 is taken.",
    Sign: "Here {value} is 1 where {x} is positive, {minus} where it is negative, and 0 where it is 0. Its derivative is 0; at 0 there is none, and 0 is taken.",
    FractionalPowers: "Roots and powers with fractions as exponents have values where their base is not negative, and derivatives where it is positive; at 0 only those with an exponent above 1 have one, which is 0.",
    Roots: "A root has a value where what it is taken of is not negative, and a derivative where that is positive.",
    IsDefined: "Here {value} is {what}.",

    // signs and functions of whole tensors
    SignOfProduct: "The sign {sign} multiplies entry by entry.",
    SignOfQuotient: "The sign {sign} divides entry by entry.",
    SignOfCorrelation: "The sign {sign} is the cross-correlation, in which the kernel is not rotated: what deep-learning frameworks call convolution.",
    SignsOfCorrelation: "The sign {sign} is the cross-correlation, in which the kernel is not rotated, and {convolution} the convolution of mathematics, in which it is.",
    ColonExplained: "A colon in the place of an index stands for all its values.",
    Vec: "The function {sign} puts the entries of a tensor into a vector, in reading order: row by row.",
    Reshape: "The function {sign} gives the entries of a tensor another shape, in reading order: row by row.",
    Spread: "The number after {sign} says how many places neighbours are apart (along each axis); zeros stand between.",
    Pad: "The numbers below {sign} say how many lines of zeros are added before and behind along each axis; where a number is negative, so many are cut off.",
    Step: "The number below {sign} is the step in which the second slides over the first, from its first place on, as far as it fits.",
    Ones: "All entries of {sign} are one.",
    Upsample: "The function {sign} repeats every entry over a block of the result; the blocks lie side by side and fill it.",
    RouteToFirst: "The function {sign} takes every entry of the first to where its window of the second has its largest entry, the first in reading order; all else is zero.",
    RouteSplit: "The function {sign} takes every entry of the first to where its window of the second has its largest entry; equal ones share it. All else is zero.",
    RouteToAll: "The function {sign} takes every entry of the first to where its window of the second has its largest entry, as a whole to each of several equal ones; all else is zero.",
    WindowMax: "The function {sign} gives the largest entry of each window.",
    ShareOfFirst: "Here {sign} is 1 where the equation holds, of several equal entries for the first alone; else it is 0.",
    ShareSplit: "Here {sign} is 0 where the equation does not hold; those of the maximum's entries for which it holds share 1 equally.",
    ShareOfAll: "Here {sign} is 1 where the equation holds, else 0.",

    // sliding products
    Sliding: "with {sign} for {product}{how:}",
    FrameworkProduct: "the sliding product that deep-learning frameworks call convolution (it is a cross-correlation: the kernel is not rotated)",
    FrameworkProductRotated: "the sliding product that deep-learning frameworks call convolution (it is a cross-correlation; here the kernel is rotated first, which makes it the convolution of mathematics)",
    Correlation: "the cross-correlation, which deep-learning frameworks call convolution (the kernel is not rotated)",
    CorrelationRotated: "the cross-correlation, which deep-learning frameworks call convolution (here the kernel is rotated first, which makes it the convolution of mathematics)",
    Convolution: "the convolution of mathematics (the kernel is rotated by 180 degrees and then slides)",
    InSteps: ", here in steps of {strides}",
    LinesAround: ", with {count: line| lines} of zeros on every side",
    LinesAlong: ", with zeros around ({sides:, } before and after along the axes)",
    WithoutUnreached: ", and without what the kernel never reaches",
    Stride: "{step}",
    StrideEach: "{steps}",
    Slides: "All entries together are one sliding product: the kernel {y}{rotated} slides{stride} over {x}.",
    SlidesOver: "All entries together are one sliding product: the kernel {y}{rotated} slides{stride} over {x}, {prepared}.",
    WithStride: " with stride {strides}",
    Rotated: ", rotated by 180 degrees,",
    KernelSpread: ", {spread},",
    RotatedAndSpread: ", rotated by 180 degrees and {spread},",
    SignRotates: "The rotation is in the sign: this is the convolution of mathematics, {sign}.",
    FullCorrelation: "This is the full correlation.",
    ValidCorrelation: "This is the valid correlation: the kernel never leaves what it slides over.",
    ZerosBetween: "spread out with {count: zero| zeros} between neighbours",
    ZerosBetweenEach: "spread out with {counts} zeros between neighbours along the axes",
    ZerosAtEnds: "with {count: zero| zeros} at each end",
    ZerosAround: "surrounded by {count: line| lines} of zeros on every side",
    ZerosBeside: "with {ends}",
    ZerosAlong: "padded with zeros ({axes})",
    CutAtEnds: "without {ends}",
    FirstKept: "",
    FirstCut: "its first entry",
    FirstsCut: "its first {count: entry| entries}",
    LastKept: "",
    LastCut: "its last entry",
    LastsCut: "its last {count: entry| entries}",
    CutAlong: "cut at its edges ({axes})",
    Zeros: "{count: zero| zeros}",
    Lines: "{count: line| lines}",
    Entries: "{count: entry| entries}",
    Before: "{what} before",
    Behind: "{what} behind",
    BeforeAndBehind: "{before} before and {behind:} behind",
    AlongEachAxis: "{axes!} along each axis",
    AlongAxes: "{axes:, }",
    Untouched: "",
    AlongFirst: "{ends} along the first axis",
    AlongSecond: "{ends} along the second axis",
    AlongThird: "{ends} along the third axis",
    ProductForEach: "There is one such product for every {each}.",
    ProductsSummed: "Such products are summed over {over: and over }.",
    ProductsForEachSummed: "For every {each} such products are summed over {over: and over }.",
    OverBatch: "the batch ({letters})",
    OverChannels: "the kernels' channels ({letters})",
    Groups: "The channels fall into {count: group| groups} ({group}) that are kept apart: no kernel meets channels of another group.",
    Depthwise: "The {count: channel| channels} are kept apart: each meets a kernel of its own.",
    KernelIsMatrix: "As {kernel} has a single place, nothing slides: at every place the channels are multiplied by a matrix.",
    OperandMeetsMatrix: "As {operand} has a single place, nothing slides: it is multiplied by the matrix of the channels at every place of {kernel}, as in a dense layer.",
    NothingSlides: "As {single} has a single place, nothing slides: it multiplies every entry of {other}.",
    Blocks: "No two places overlap: every entry of {operand} has a block of the result to itself{rest?; behind the last one are zeros|}.",
    KroneckerBlocks: "No two places overlap: every entry of {operand} times {kernel} is a block of the result. That is their Kronecker product{rest?; behind the last one are zeros|}.",

    // errors and gradients
    ErrorKnown: "Let {loss} be the loss. The error {error} arrives from the layer above and is known.",
    ErrorKnownAndShort: "Let {loss} be the loss. The error {error} arrives from the layer above and is known; {sign} is short for {derivative}, and likewise for every other letter.",
    ActivationBelow: "Suppose the input is the output of an activation in the layer below, {activation}. By the chain rule the error of that layer is",
    LeftToFind: "What remains to be found is {gradient}.",
    LossKnown: "Let {loss} be the loss, of which only its derivative {known} is known.",
    LossIs: "The loss is {loss}.",
    ErrorOfLayer: "The error of layer {layer} is {error}.",
    ChainOfErrors: "By the chain rule {errors?each|each derivative} follows from those after it.",
    UnderItsLayer: "Under the name of a layer stands its own error, which comes back through the equation of the layer after it.",
    LossAlone: "The loss {loss} is differentiated by its input {input}.",
    ShortFor: "Here {sign} is short for {derivative}, and likewise for every other letter.",
    ReadTwice: "{tensor} is used twice, so that what comes back from each use adds up:",
    ReadOften: "{tensor} is used {times} times, so that what comes back from each use adds up:",
    AsOneEquation: "As one equation:",
    ParametersIntro: "With the errors known, one more step of the chain rule leads to every weight and bias.",
    BiasShared: "The bias is declared as shared: the one number {bias} is added to every output, so it collects the errors of all of them.",
    BiasUntied: "The bias is declared as untied: every output has a {bias} of its own, which meets the error of that output alone.",
    WereItUntied: "This differs from a bias that is not shared. If every output had a {bias} of its own, each would receive the error of its output alone:",
    WereItShared: "This differs from the shared bias of most convolution layers. If the one number {bias} were added to every output, it would collect all errors:",

    // the chain rule, entry by entry
    TheOnly: "the only {outputs?output|equation}",
    Both: "both {outputs?outputs|equations}",
    AllOf: "all {count:} {outputs?outputs|equations}",
    ChainThroughOne: "By the chain rule {entries?|each }{entry}, which occurs in the only {outputs?output|equation}, collects its error:",
    ChainThroughAll: "By the chain rule {entries?|each }{entry}, which occurs in {all}, collects the error of each:",
    ChainWithZerosOfOne: "By the chain rule {entries?|each }{entry} collects the error of {all}, or nothing where that does not contain it:",
    ChainWithZeros: "By the chain rule {entries?|each }{entry} collects the error of {all}; {outputs?an output|one} that does not contain it adds nothing:",
    ChainContributing: "By the chain rule {entries?|each }{entry} collects the error of the {outputs?outputs|equations} that contain it. It occurs in {range} of the {count} {outputs?outputs|equations}; the others add nothing and are left out:",
    FewShown: "{shown^:} of the {count:} entries are shown.",
    FewShownOfMany: "Shown are {shown} of the {count} entries.",
    IndexForm: "All entries at once, in index form:",
    NothingReads: "No output depends on {tensor}, so every entry of its gradient is zero:",
    NothingChanges: "The derivative of every output by {tensor} is zero, and so is every entry of its gradient:",
    NotAllRead: "Not all of {tensor} is read: {places:, and }. The gradient is zero there.",
    LinesBefore: "{lines} {one?lies|lie} before the first places that are read",
    LinesBeyond: "{lines} {one?lies|lie} beyond the last places that are read",
    LinesBetween: "{lines} {one?lies|lie} between places that are read",
    MoreLines: "{count:} more of this kind",

    // operators
    RoutedToFirst: "Every entry of {x} goes to the first, in reading order, of the largest entries of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    RoutedSplit: "Every entry of {x} is shared equally among the largest entries of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    RoutedToAll: "Every entry of {x} goes in full to each of the largest entries of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    RoutedToFirstBy: "Here {indicator} is 1 for the first entry of the window, in reading order, that equals its maximum, and 0 for all others: when there is a tie the first takes all. So every entry of {x} goes to the recorded maximum of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    RoutedSplitBy: "Here {indicator} is 1 divided by the number of maxima for every entry that equals the maximum of the window, and 0 for all others: ties share equally. So every entry of {x} is shared equally among the maxima of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    RoutedToAllBy: "Here {indicator} is 1 for every entry that equals the maximum of the window, and 0 for all others: when there is a tie each takes all. So every entry of {x} goes in full to each maximum of its window of {through}, and all other entries get nothing. This is upsampling along the maxima:",
    Identity: "All entries together are {x} itself:",
    SumOfAll: "This is the sum over all entries of {x}:",
    SumAlong: "This is the sum along {axes: axis| axes} of {x}, each place along the {two?other|rest} marked by a colon:",
    Broadcast: "For whole tensors, {ones} being a vector of ones:",
    Hadamard: "All entries together are the elementwise product of {factors}:",
    Together: "All entries together:",
    Reshaped: "All entries together are those of {x}, arranged anew in reading order:",
    WholeTensors: "For whole tensors:",
    WholeTensorsWith: "For whole tensors, {understood} understood:",
    WithChannels: "Channel by channel:",
    WithChannelsWith: "Channel by channel, {understood} understood:",
    UnderstoodZeros: "the zeros around",
    UnderstoodCut: "what is cut off",
    MatrixProduct: "All entries together are one matrix product:",
    SameIndices: "Each entry is the product of the entries with the same indices:",
    SameIndicesAndNumbers: "Each entry is the product of the entries with the same indices; {numbers} {one?is a number, a factor|are numbers, factors} of all:",
    OneProduct: "Each entry is one product:",
    SumOver: "Each entry is a sum over {letters} of products:",
    SumOfProducts: "Each entry is a sum of products:",
    Enlarged: "{tensor} is {of} with {ends} added, which hold entries of {of} again.",
    Rearranged: "Every entry of {tensor} is an entry of {of}.",
    Collected: "Each entry of {gradient} is the sum of those entries of {of} that its copies belong to.",
    AllZero: "All entries are zero.",
    NoOperator: "No tensor operator fitted the {entries: entry| entries}{why}; {index_form?the index formula above is|the equations above are} the result.",
    OtherFactors: ", for not all of their terms are products of entries",
    TooManyKinds: ", for their terms are of too many kinds",
    VaryingCoefficients: ", for the coefficients vary from entry to entry",
    UnevenSpacing: ", for what meets in an entry is not evenly spaced",
    TooManyTerms: ", for multiplied out they would have too many terms to look into",
    UnknownPairing: ", for no operator known here pairs the factors of their terms so",

    // windows
    SideBySideInLine: "windows of {size} that lie side by side",
    SideBySide: "{size} windows side by side",
    ApartInLine: "windows of {size} that begin {step: place| places} apart",
    Apart: "{size} windows that begin {step: place| places} apart in each direction",
    ApartAlongAxes: "{size} windows that begin {steps} places apart along the axes",
    PlacesApart: ", their places {step:} apart",
    PlacesApartAlongAxes: ", their places {steps} apart",
    OverBothEdges: ", the outermost reaching {count: place| places} over the edges",
    OverLastEdge: ", the last reaching {count: place| places} over the edge",
    OverFirstEdge: ", the first reaching {count: place| places} over the edge",
    CutAtEdges: ", the outermost cut off at the edges",
    WindowSum: "Each entry of {output} is the sum of a window of {input}{windows}.",
    WindowSumScaled: "Each entry of {output} is {scale} times the sum of a window of {input}{windows}.",
    WindowSumDivided: "Each entry of {output} is the sum of a window of {input}{windows}, divided by {counted}{factor}.",
    TimesFactor: ", times {scale}",
    WindowsSearched: "Each entry of {output} is the largest entry of a window of {input}{windows}.",
    SpreadOver: "Every entry of {x} is spread over its window with the factor {scale}{windows}{overlap?; where windows overlap, the shares add up|}{tiles?. This is upsampling|}:",
    DividedAndSpread: "Every entry of {x} is divided by {divisor}, {counted}{factor}, and spread over that window{windows}{overlap?; where windows overlap, the shares add up|}{tiles?. This is upsampling|}.",
    MultipliedBy: " and multiplied by {scale}",
    PlacesCounted: "how many places of its window lie in {over} or in the padding around it",
    EntriesCounted: "how many entries of {over} its window covers",
    Divisors: "The divisors, one for each window, are",
    AfterDivisors: "All entries together are",

    // numbers
    Given: "Given are",
    UpstreamOnes: "No error from above is given; {error} is taken as all ones.",
    Results: "In these numbers the results are",
    ResultsRounded: "In these numbers the results are as follows; those with a decimal point are rounded.",
    MoreSlices: "{more^: more slice| more slices} of {tensor} {more?is|are} not shown.",
    NotWorkedOut: "No numbers follow for {tensors}: something they depend on is not given, or has no value.",

    // the table
    ColumnLayer: "Layer",
    ColumnError: "Error",
    ColumnWeight: "Weight",
    ColumnBias: "Bias",
    ColumnFormulas: "Error and gradients",
    StagesOf: "{number}: {stages:, }",

    // pictures of connections
    NetworkCaption: "A line leads from each entry that is read to the entry that is computed from it.",
    WeightsByStyle: "Lines that look alike share a weight.",
    SomeWeightsByStyle: "Coloured lines that look alike share a weight; the weights of other lines are not shown.",
    WeightsOnLines: "The weights stand on their lines.",
    WeightsAllOwn: "No two lines share a weight.",
    TooManyWeights: "Too many weights are shared for the lines to tell them apart.",
    NetworkListing: "What each entry is computed from{weights?, with the weights in brackets|}.",
    NotDrawn: "Not drawn: {letters}.",
    NetworkAlt: "Nodes in columns of {columns} from left to right, joined by {lines: line| lines}{shared}.",
    SharedWeights: "; lines that share one of {count: weight| weights} look alike",
    NetworkLeftOut: "The picture of the connections is left out because of its size: at most {nodes: node| nodes} in a column, {lines: line| lines} and {columns: column| columns} are drawn.",

    // pictures of windows
    KernelFrame: "The frame is {y}{rotated?, rotated by 180 degrees,|} laid over {x} where it gives {entry}; in the corner of each covered cell stands what the cell is multiplied by.",
    WindowFrame: "The frame is the window over {x} that gives {entry}.",
    KernelListing: "{y}{rotated?, rotated by 180 degrees,|} laid over {x} where it gives {entry}: brackets stand around what is covered, with what it is multiplied by.",
    WindowListing: "The window over {x} that gives {entry}: brackets stand around what is covered.",
    PutBetweenAndAround: "between its entries and around them",
    PutBetween: "between its entries",
    PutAround: "around its entries",
    DashedZeros: "Dashed cells are zeros that are put {put}.",
    ZerosListed: "Zeros are put {put}.",
    CrossedUnreached: "No window reaches the crossed cells.",
    ListedUnreached: "No window reaches what stands in round brackets.",
    ShadedApart: "The places of the window lie apart: those that are shaded.",
    ListedApart: "The places of the window lie apart.",
    FirstSlice: "Of each tensor the first slice is drawn; any further terms of the equation come from others.",
    WindowAlt: "{over^}{zeros?, some of them zeros,|} with a frame over {covers}, and {result} in which {chosen} is marked.",
    RowOfCells: "a row of {count} cells",
    GridOfCells: "a grid of {sizes: by } cells",
    Row: "row {number}",
    RowsTo: "rows {first} to {last}",
    Column: "column {number}",
    ColumnsTo: "columns {first} to {last}",
    CellNumber: "cell {number}",
    CellsTo: "cells {first} to {last}",
    CellIn: "the cell in row {row} and column {column}",
    CellAt: "cell {places: and }",
    WindowLeftOut: "There is no picture of the window that gives {target}: {reason}.",
    NoWindowSlides: "no window slides",
    SlidesAlongAxes: "it slides along {axes} axes, and at most two are drawn",
    TooManyCells: "at most {most} cells are drawn in a row and in a column",
    EntriesTooLong: "its entries are too long for cells",
    NoWindows: "There is no picture of a window: nothing that was asked for is a sliding product or a pooling.",
}
