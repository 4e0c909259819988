// What a body finds: V8's own objects without eval, and nothing of this engine's that an account has not.
// What would answer otherwise than V8 and its ICU is refused by name.

const { parse, stringify } = JSON;
const evaluate = globalThis.eval;
const { __ask: ask, __unsupported: unsupported } = globalThis;
delete globalThis.__ask;
delete globalThis.__unsupported;

for (const name of ["performance", "btoa", "atob", "DOMException", "queueMicrotask", "InternalError",
  "SuppressedError", "DisposableStack", "AsyncDisposableStack", "Float16Array"]) delete globalThis[name];

function forbidden() {
  throw new EvalError("Code generation from strings disallowed for this context");
}

const CONSTRUCTORS = [function () {}, function* () {}, async function () {}, async function* () {}];
for (const sample of CONSTRUCTORS) {
  const prototype = Object.getPrototypeOf(sample);
  const replaced = function Function() { forbidden(); };
  replaced.prototype = prototype;
  Object.defineProperty(prototype, "constructor", { value: replaced });
  if (sample === CONSTRUCTORS[0]) globalThis.Function = replaced;
}
globalThis.eval = forbidden;

const LOCALE = [
  [Number.prototype, "toLocaleString"], [BigInt.prototype, "toLocaleString"], [Array.prototype, "toLocaleString"],
  [Date.prototype, "toLocaleString"], [Date.prototype, "toLocaleDateString"], [Date.prototype, "toLocaleTimeString"],
  [String.prototype, "localeCompare"],
];
for (const [prototype, name] of LOCALE) {
  Object.defineProperty(prototype, name, { value: () => unsupported(`${name} in JavaScript`), writable: true, configurable: true });
}
Object.defineProperty(globalThis, "Intl", { get: () => unsupported("Intl in JavaScript"), configurable: true });

for (const name of ["toString", "toTimeString"]) {
  const plain = Date.prototype[name];
  const named = { [name]() { const text = plain.call(this); return text === "Invalid Date" ? text : `${text} (Coordinated Universal Time)`; } };
  Object.defineProperty(Date.prototype, name, { value: named[name], writable: true, configurable: true });
}

globalThis.console = Object.fromEntries(["debug", "error", "info", "log", "trace", "warn"].map((name) => [name, () => undefined]));
