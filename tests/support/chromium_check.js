// Measures the pages in the frames of this page, and writes what is wrong with them into #report, one problem a line.
//
// Half a pixel is left to rounding. A page may never be moved to the right as a whole, on a narrow screen neither; what is wide moves
// inside its own box there, but at 800 pixels everything has room.
const WIDE = 800;
const NARROW = 360;

function report() {
  const problems = [];
  for (const frame of document.querySelectorAll("iframe")) {
    const complain = (what) => problems.push(`${frame.name}: ${what}`);
    try {
      look(frame, complain);
    } catch (error) {
      complain(String(error));
    }
  }
  problems.push("done");
  document.getElementById("report").textContent = problems.join("\n");
}

function look(frame, complain) {
  const page = frame.contentDocument;
  const root = page.documentElement;
  const formulas = page.querySelectorAll("math");
  const figures = page.querySelectorAll("svg");
  if (formulas.length + figures.length === 0) complain("there is no formula in it");
  if (root.scrollWidth > WIDE) complain(`it is ${root.scrollWidth} wide, wider than ${WIDE} pixels`);
  for (const math of formulas) {
    const style = frame.contentWindow.getComputedStyle(math).display;
    if (!style.includes("math")) complain(`a formula is set as ${style}`);
  }
  page.querySelectorAll(".display").forEach((display, place) => {
    const name = `display ${place + 1}`;
    for (const math of display.querySelectorAll("math")) {
      const box = math.getBoundingClientRect();
      const ink = [...math.querySelectorAll("mi, mn, mo, mtext")].some((e) => e.getBoundingClientRect().height > 2);
      if (!(box.width > 2 && box.height > 2 && ink)) complain(`${name} is empty`);
    }
    const over = display.scrollWidth - display.clientWidth;
    if (over > 0.5) complain(`${name} is wider than its box by ${over} pixels`);
    for (const table of display.querySelectorAll("math > mtable")) {
      const first = [...table.querySelectorAll(":scope > mtr > mtd:nth-child(2) > mo:first-child")];
      const relations = first.filter((mo) => mo.textContent === "=");
      const left = relations.map((mo) => Math.round(mo.getBoundingClientRect().left));
      // what stands before the relations ends where they begin
      const before = [...table.querySelectorAll(":scope > mtr > mtd:first-child > :last-child")];
      const ends = before.map((part) => part.getBoundingClientRect().right);
      if (ends.some((x) => Math.abs(x - ends[0]) > 1)) complain(`${name} is not aligned: ${ends.join(" ")}`);
      if (left.some((x) => Math.abs(x - left[0]) > 1)) complain(`${name} is not aligned: ${left.join(" ")}`);
    }
  });
  page.querySelectorAll(".table").forEach((table, place) => {
    const over = table.scrollWidth - table.clientWidth;
    if (over > 0.5) complain(`table ${place + 1} is wider than its box by ${over} pixels`);
  });
  for (const figure of figures) {
    if (!(figure.getBoundingClientRect().height > 20)) complain("a picture is empty");
  }
  frame.width = NARROW;
  if (root.scrollWidth > NARROW) complain(`on a narrow screen it is ${root.scrollWidth} wide`);
}
