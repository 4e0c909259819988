// A request from worker.py: the routine's code and its arguments. Answers JSON text.

// One line stands before the body in text.
function compiled(code, text) {
  Object.assign(body, { name: code.name, text: code.source, compiled: false });
  const value = evaluate(text);
  body.compiled = true;
  return value;
}

// The handler is a function of the routine's name, which takes the arguments.
function declared(code) {
  compiled(code, `function ${code.name}(${code.parameters.join(",")}) {\n${code.source}\n}`);
  const handler = globalThis[code.name];
  return (row) => handler.apply(undefined, row.map((value, index) => argument(code.types[index], value)));
}

function scalar(code, rows) {
  const call = declared(code);
  return rows.map((row) => result(code.returns, call(row)));
}

function procedure(code, [row]) {
  globalThis.snowflake = new Snowflake();
  return [result(code.returns, declared(code)(row))];
}

// The handler of a table function is an object, made anew for each partition.
function table(code, partitions) {
  return partitions.map((rows) => partition(code, compiled(code, `(\n${code.source}\n)`), rows));
}

function partition(code, handler, rows) {
  if (typeof handler?.processRow !== "function") throw new TypeError("the code must define an object with a function processRow");
  const made = [];
  const writer = { writeRow(row) { made.push(code.columns.map(([name, type]) => result(type, row[name]))); } };
  const context = {};
  handler.initialize?.(argumentInfo(code), context);
  for (const row of rows) {
    handler.processRow(Object.fromEntries(row.map((value, index) => [code.parameters[index], argument(code.types[index], value)])), writer, context);
  }
  handler.finalize?.(writer, context);
  return made;
}

function argumentInfo(code) {
  const refuse = () => unsupported("argumentInfo of a JavaScript table function");
  return Object.defineProperties({}, Object.fromEntries(code.parameters.map((name) => [name, { get: refuse, enumerable: true }])));
}

const OPERATIONS = { scalar, procedure, table };

globalThis.Snowflake = Logger;
globalThis.snowflake = new Logger();

return (text) => {
  const { op, code, rows } = parse(text);
  try {
    return stringify({ done: OPERATIONS[op](code, rows) });
  } catch (error) {
    return stringify({ error: uncaught(error) });
  }
};
