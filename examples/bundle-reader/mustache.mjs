// Renders the mustache prompts of a bundle, as docs/templates.md says: nothing is escaped, nothing is read twice.
// Run it: node mustache.mjs BUNDLE PROMPT [INPUTS [DIGEST]], the inputs as JSON, the sha256 of the lock that you trust.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { canonical, demand, read } from "./reader.mjs";

const TAG = /\\\{\{|\{\{(?:\{([^]*?)\}\}\}|(!)[^]*?\}\}|([#^/>&]?)([^]*?)\}\})/g;

/** A mustache text as nodes: literals, and tags with what stands between them. */
function parsed(text) {
  const open = [{ nodes: [] }], add = (node) => { open.at(-1).nodes.push(node); return node; };
  let at = 0;
  for (const [whole, triple, comment, sigil = "", body = "", index] of [...text.matchAll(TAG)].map((tag) => [...tag, tag.index])) {
    const before = text.slice(text.lastIndexOf("\n", index - 1) + 1, index), after = /^[ \t]*(\r?\n|$)/.exec(text.slice(index + whole.length));
    const isAlone = (comment || "#^/>".includes(sigil || " ")) && index >= at && !before.trim() && after;
    add(text.slice(at, isAlone ? Math.max(at, index - before.length) : index));
    at = index + whole.length + (isAlone ? after[0].length : 0);
    const name = (triple ?? body).trim();
    if (whole === "\\{{") add("{{");
    else if (sigil === "/") demand(open.length > 1 && open.pop().name === name, `{{/${name}}} ends no section`);
    else if (!comment) {
      const node = add({ sigil, name, indent: isAlone ? before : "", nodes: [] });
      if (sigil === "#" || sigil === "^") open.push(node);
    }
  }
  add(text.slice(at));
  demand(open.length === 1, `{{#${open.at(-1).name}}} is never ended`);
  return open[0].nodes;
}

function found(name, frames, item) {
  const [head, ...rest] = name.split("."), frame = frames.find((one) => Object.hasOwn(one, head));
  if (name === ".") return item;
  return rest.reduce((value, key) => (value && typeof value === "object" && Object.hasOwn(value, key) ? value[key] : undefined), frame?.[head]);
}

function filled(nodes, frames, item, partial, depth = 0) {
  demand(depth <= 64, "sections and partials nest deeper than 64");
  const isFrame = (one) => one && typeof one === "object" && !Array.isArray(one) && one !== item;
  const inside = (inner, one = item) => filled(inner, isFrame(one) ? [one, ...frames] : frames, one, partial, depth + 1);
  return nodes.map((node) => {
    if (typeof node === "string") return node;
    if (node.sigil === ">") return inside(partial(node.name, node.indent));
    const value = found(node.name, frames, item), isGone = value === undefined || value === null || value === false || value.length === 0 && value !== "";
    if (node.sigil === "^") return isGone ? inside(node.nodes) : "";
    if (node.sigil === "#") return isGone ? "" : [value].flat(1).map((one) => inside(node.nodes, one)).join("");
    demand(value !== undefined, `'${node.name}' has no value`);
    return value === null ? "" : typeof value === "string" ? value : canonical(value);
  }).join("");
}

/** The messages of a prompt whose messages are texts; `inputs` are not compared with their schema here. */
export function render({ lock, artifacts }, id, inputs) {
  const spec = artifacts[id]?.spec, properties = spec?.inputs?.properties ?? {};
  demand(spec, `${id} is not in this lock`);
  for (const field of ["variants", "examples", "retrieval", "context"]) demand(!(field in spec), `this reader knows no ${field}`);
  const values = { ...Object.fromEntries(Object.entries(properties).filter(([, one]) => "default" in one).map(([name, one]) => [name, one.default])), ...inputs };
  for (const name of spec.inputs?.required ?? []) demand(Object.hasOwn(values, name), `'${name}' is required`);
  const nodes = (text, format = "mustache", indent = "") => {
    demand(format === "mustache" || format === "raw", `this reader knows no ${format}`);
    return format === "raw" ? [text] : parsed(text.replace(/^(?=[^])/gm, indent));
  };
  const partial = (name, indent) => {
    const { content, templateFormat } = artifacts[lock.bind?.[`partial/${name}`] ?? `partial/${name}`].spec;
    return nodes(content, templateFormat, indent);
  };
  return spec.messages.map(({ role, content, templateFormat }) => {
    demand(typeof content === "string", "this reader knows only messages that are one text");
    return { role, content: filled(nodes(content, templateFormat ?? spec.templateFormat), [values], values, partial) };
  }).filter(({ content }) => content.trim());
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [path, id, inputs = "{}", digest] = process.argv.slice(2);
  let code = 2; // What is wrong with the command itself: README.md says what the others mean.
  try {
    demand(path && id, "usage: node mustache.mjs BUNDLE PROMPT [INPUTS [DIGEST]]");
    const data = readFileSync(path), given = JSON.parse(inputs);
    code = 4;
    const bundle = read(data, digest);
    code = 3;
    console.log(JSON.stringify(render(bundle, id, given), null, 2));
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exit(code);
  }
}
