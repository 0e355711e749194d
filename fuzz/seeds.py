"""Fills fuzz/corpus/ with texts of the project: built-in layers, documents, examples of the grammar, cases of tests."""

import hashlib
import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parent.parent

# settings under which the built-in layers can be bound
SETTINGS = {
    "add": ["input=2x3"],
    "bce": ["input=3", "input=2x2"],
    "conv": [
        "input=4x3 kernel=2x2", "input=5 kernel=2 stride=2 padding=1 dilation=2 bias=none",
        "input=2x4 kernel=2 channels=2x3 groups=1 padding=1,0 bias=untied", "input=4x4 kernel=2 padding=1 padding_mode=reflect",
        "input=2x4x4 kernel=2 channels=4x2 groups=2 padding=same flip=yes", "input=5 kernel=3 padding=2 padding_mode=circular",
    ],
    "conv-transposed": ["input=3 kernel=2 stride=2", "input=2x2 kernel=2 padding=1 output_padding=1 bias=none"],
    "dense": ["input=3 output=2", "input=2x3 output=2 bias=none"],
    "leaky-relu": ["input=3", "input=3 slope=1/2"],
    "pool-avg": ["input=4x4 window=2x2", "input=5 window=2 stride=1 padding=1 count=inside rounding=up"],
    "pool-avg-adaptive": ["input=5 output=3"],
    "pool-lp": ["input=4 window=2 norm=2", "input=4 window=2 norm=3/2 rounding=up"],
    "pool-max": ["input=4x4 window=2x2", "input=5 window=2 stride=1 padding=1"],
    "pool-max-adaptive": ["input=5 output=3"],
    "reshape": ["input=6 shape=2x3"],
}

NETS = [
    "dense 2 -> relu", "conv 2x2 -> relu -> pool avg 2x2", "flatten -> dense 2 -> softmax -> crossentropy", "dense 3 as h -> tanh -> add h",
    "dense(output 2, bias none) -> log-softmax -> nll", "input as x -> dense 3 -> gelu -> add x -> mse", "conv kernel 2 padding 1 -> silu",
    "pool max 2x2 -> reshape 2x2 -> leaky-relu 0.1 -> bce", "conv(kernel 2x2, padding same) as s -> sigma -> pool lp 2x2 norm 2",
]


def put(kind, text):
    folder = TOP / "fuzz/corpus" / kind
    folder.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def read(pattern):
    for path in sorted(TOP.glob(pattern)):
        yield path, path.read_text(encoding="utf-8")


for path, text in read("src/layer/builtin/*.derive"):
    for line in SETTINGS.get(path.stem, ["input=3", "input=2x2"]):
        put("layer", f"# {line}\n{text}")
for pattern in ("docs/**/*.derive", "tests/data/*.derive", "grammar/examples/*.ok", "grammar/examples/*.err"):
    for _, text in read(pattern):
        for part in text.split("\n---\n"):
            part = part.rstrip("\n") + "\n"
            for line in ("# input=3 K:2 S:1 M:2 N:3", "# input=2x3 K:2", "# H:3 W:3 N:2"):
                put("net" if re.search(r"^net ", part, re.M) else "layer", f"{line}\n{part}")
for _, text in read("tests/**/*.rs"):
    # texts of layers in strings: \n and lines that end in a backslash
    for found in re.findall(r'"(layer \w[^"]{20,600})"', text):
        part = re.sub(r"\\\n\s*", "", found).replace("\\n", "\n").replace("\\", "")
        put("layer", f"# N:3 K:2 J:2 D:2 M:3 T:2 H:3 W:3\n{part}\n")
for chain in NETS:
    for line in ("# input=4", "# input=4x4", "# input=2x3"):
        put("net", f"{line}\nnet n\n  {chain}\n")
        put("net", chain)
for pattern in ("src/document/notation/*.toml", "docs/**/*.toml", "tests/data/*.toml"):
    for _, text in read(pattern):
        put("notation", text)
for pattern in ("tests/data/*.json", "docs/**/*.json"):
    for _, text in read(pattern):
        put("values", text)
put("values", '{"a": [[1, 2, 0.5], [4, "2/3", -1]], "w": [1, 2, 3], "b": 1, "y": [0, 1], "delta": [1, -1e2]}')
put("values", '{"a": [[0, 0, 0], [0, 0, 0]], "w": [0, 0, 0], "b": -1, "y": [1, 1]}')

MARKERS = {
    "md": ("<!-- derive: {} -->\n", "<!-- /derive -->\n"), "tex": ("% derive: {}\n", "% /derive\n"),
    "typ": ("// derive: {}\n", "// /derive\n"), "rst": (".. derive: {}\n\n", ".. /derive\n"), "svg": ("<?derive {}?>\n", "<?end-derive?>\n"),
}
WORDS = [
    "conv --input 3x3 --kernel 2x2 --part input", "pool max --input 4 --window 2 --ties all --lang zh", "net 'dense 2 -> relu' --input 2 --format text",
    "dense --input 2 --outputs 2 --only grad_W.operator --tag 4", "conv --input 5 --kernel 3 --stride 2 --padding 1,0 --notation nielsen --rename a=x",
    "pool lp --input 4 --window 2 --norm 3/2 --ceil --format latex --entries few", "conv --input 4 --kernel 2 --part window --format svg",
]
for name, (begin, end) in MARKERS.items():
    for words in WORDS:
        put("weave", f"x {name}\n# Heading\n\ntext\n\n{begin.format(words)}{end}\nmore\n")
    put("weave", f"x {name}\n```\n{begin.format(WORDS[0])}{end}```\n- list\n\n  {begin.format(WORDS[1])}\n  old\n  {end}")
for _, text in read("docs/src/guide/*.md"):
    for part in re.findall(r"<!-- derive: (?:(?!/derive).){0,1500}/derive[^\n]*\n", text, re.S)[:10]:
        put("weave", f"x md\n{part}")
