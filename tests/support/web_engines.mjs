// Sets formulas with KaTeX and MathJax as web pages do, and says which of them an engine refuses.
//
// node web_engines.mjs PACKAGES FORMULAS: the folder of the packages, and a file with a list of {name, display, body}. One line of
// standard output for each refusal, then a line with the number of formulas that were set.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";

const [packages, file] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(packages), "none.js"));
const katex = require("katex");
const { mathjax } = require("mathjax-full/js/mathjax.js");
const { TeX } = require("mathjax-full/js/input/tex.js");
const { CHTML } = require("mathjax-full/js/output/chtml.js");
const { liteAdaptor } = require("mathjax-full/js/adaptors/liteAdaptor.js");
const { RegisterHTMLHandler } = require("mathjax-full/js/handlers/html.js");
require("mathjax-full/js/input/tex/ams/AmsConfiguration.js");
require("mathjax-full/js/input/tex/boldsymbol/BoldsymbolConfiguration.js");

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
// what a page has without an extension of its own; an unknown command is an error, not red letters
const input = new TeX({ packages: ["base", "ams", "boldsymbol"], formatError: (_, error) => { throw error; } });
const page = mathjax.document("", { InputJax: input, OutputJax: new CHTML() });

const engines = {
  KaTeX: (body, display) =>
    katex.renderToString(body, { displayMode: display, throwOnError: true, strict: "error" }),
  MathJax: (body, display) => {
    const html = adaptor.outerHTML(page.convert(body, { display }));
    if (html.includes("mjx-merror")) throw new Error("an error in the page");
    return html;
  },
};
let set = 0;
for (const { name, display, body } of JSON.parse(readFileSync(file, "utf8"))) {
  for (const [engine, render] of Object.entries(engines)) {
    try {
      if (render(body, display).length === 0) throw new Error("nothing was set");
      set += 1;
    } catch (error) {
      console.log(`${name}: ${engine}: ${error.message}: ${body}`);
    }
  }
}
console.log(set);
