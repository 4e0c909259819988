// Where an error arose, and its text as Snowflake gives it. Lines of a body count from its first one, positions from 0.

const FRAME = /^ {4}at (.*?)(?: \()?<input>:(\d+):(\d+)\)?$/;
// compiled: whether its text has been read.
const body = { name: "", text: "", compiled: false };

function frames(stack) {
  return String(stack ?? "").split("\n").map((line) => FRAME.exec(line)).filter(Boolean)
    .map(([, name, line, column]) => ({ name, line: Number(line) - 1, position: Number(column) - 1 }))
    .filter(({ line }) => line <= body.text.split("\n").length);
}

// A call is placed at the method's name; the engine knows the place of its arguments.
function placeOfCall(method) {
  const [frame] = frames(new Error().stack);
  if (!frame) return { line: 1, position: 0 };
  const lines = body.text.split("\n");
  const before = lines.slice(0, Math.max(frame.line - 1, 0)).reduce((sum, line) => sum + line.length + 1, 0) + Math.max(frame.position, 0);
  const found = body.text.lastIndexOf(method, before);
  const head = body.text.slice(0, found < 0 ? before : found).split("\n");
  return { line: head.length, position: head.at(-1).length };
}

const V8 = [
  [/^cannot read property '(.*)' of (null|undefined)$/, "Cannot read properties of $2 (reading '$1')"],
  [/^cannot set property '(.*)' of (null|undefined)$/, "Cannot set properties of $2 (setting '$1')"],
];

function described(error) {
  if (error instanceof SqlError) return error.message;
  if (error instanceof Error) {
    const message = V8.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), error.message);
    return message ? `${error.name}: ${message}` : String(error.name);
  }
  return typeof error === "object" && error !== null ? `#<${error.constructor?.name ?? "Object"}>` : String(error);
}

// A thrown error is placed at its throw, a failed read at the property's name, a failed write at its equals sign.
function at(frame, error) {
  const line = body.text.split("\n")[frame.line - 1] ?? "";
  const position = Math.max(frame.position, 0);
  const thrown = line.slice(0, position).match(/throw\s+(new\s+)?$/);
  if (thrown) return { line, position: position - thrown[0].length };
  const [, kind, property] = /^cannot (read|set) property '(.*)' of /.exec(error?.message) ?? [];
  const named = kind === undefined ? -1 : line.indexOf(`.${property}`, Math.max(position - 1, 0));
  if (named < 0) return { line, position };
  return { line, position: kind === "read" ? named + 1 : Math.max(line.indexOf("=", named), named) };
}

const OUT_OF_MEMORY = "JavaScript out of memory error: UDF thread memory limit exceeded";

// What is thrown without being an Error has no place, but where the body throws in one line alone.
function onlyThrow() {
  const lines = body.text.split("\n").map((line, index) => ({ index, position: line.search(/\bthrow\b/) })).filter(({ position }) => position >= 0);
  return lines.length === 1 ? [{ name: body.name, line: lines[0].index + 1, position: lines[0].position }] : [];
}

// quickjs places an error before the first thing that it knows the place of at the function's own beginning.
function known(frame) {
  const first = body.text.split("\n").findIndex((line) => line.trim()) + 1;
  return frame.line > 0 ? frame : { ...frame, line: first, position: 0 };
}

function uncaught(error) {
  if (error instanceof SqlError && error.code !== undefined) {
    return { procedure: `${error.message}\nAt ${error.stackTraceTxt}` };
  }
  if (error instanceof Error && error.message === "out of memory") return { text: OUT_OF_MEMORY };
  const found = (error instanceof Error ? frames(error.stack) : onlyThrow()).map(known);
  const kind = body.compiled ? "execution" : "compilation";
  const text = `JavaScript ${kind} error: Uncaught ${described(error)} in ${body.name}`;
  if (found.length === 0) return { text, kind };
  const { line, position } = at(found[0], error);
  const trace = found.map((frame) => `${frame.name.replace(/^</, "").replace(/>$/, "")} line: ${frame.line}`).join("\n");
  return { text: `${text} at '${line}' position ${position}${body.compiled ? `\nstackstrace: \n${trace}` : ""}`, kind };
}

// What the API throws: its text is the message alone.
class SqlError extends Error {
  constructor(message, details = {}) {
    super(message);
    Object.assign(this, details);
  }

  toString() { return this.message; }
}
