"""Compiles Typst files, one an argument, and prints what is wrong with them, one problem a line.

Besides Typst's errors and warnings a formula or table that is wider than the text is a problem, since Typst says nothing of it, and
so is a formula that had to be set smaller to fit. A fragment is compiled as it is pasted and as it is included by a document that
has settings of its own, which must come through unharmed, and each of its labels is referred to.
"""

import json
import os
import re
import sys
import tempfile

import typst

# What is shown is followed by its size, its width, and the width that it may have, in pt.
MEASURED = """#let measured(it) = { it; layout(size => {
  [#metadata((text.size / 1pt, measure(it).width / 1pt, size.width / 1pt)) <measured>]
}) }
#show math.equation.where(block: true): measured
#show table: measured
"""

HOST = """#set heading(numbering: "1.1")
#set math.equation(numbering: "(i)")
#include "case.typ"
#context assert(math.equation.numbering == "(i)")
#context assert(math.mat.column-gap != 0.8em)
"""


def problems(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    labels = dict.fromkeys(re.findall(r"^\$\) <([^>]*)>$", text, flags=re.M))
    references = "".join(f"@{label} " for label in labels)
    fragment = "\n#set page(" not in text
    sources = {
        "case.typ": text,
        "measured.typ": MEASURED + text + references,
        "printed.typ": (HOST if fragment else text) + references,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(source)
        printed = os.path.join(folder, "printed.typ")
        pdf, warnings = typst.compile_with_warnings(printed, root=folder, format="pdf", ignore_system_fonts=True)
        yield from (f"warning: {warning}" for warning in warnings)
        if not pdf.startswith(b"%PDF"):
            yield "no PDF was made"
        measured = os.path.join(folder, "measured.typ")
        found = typst.query(measured, "<measured>", field="value", root=folder, ignore_system_fonts=True)
    sizes = json.loads(found)
    if not sizes:
        yield "there is no formula in it"
    for number, (size, width, room) in enumerate(sizes, 1):
        if width > room + 0.5:
            yield f"display {number} is {width:.0f} pt wide, and the text {room:.0f} pt"
        if abs(size - 11) > 0.01:
            yield f"display {number} is set at {size:.1f} pt to fit"


for argument in sys.argv[1:]:
    try:
        for problem in problems(argument):
            print(f"{argument}: {problem}".replace("\n", " "))
    except RuntimeError as error:  # TypstError is one too
        print(f"{argument}: {error}".replace("\n", " "))
