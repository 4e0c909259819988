// The API of procedures: https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-api.

const LEVELS = ["off", "trace", "debug", "info", "warn", "error", "fatal"];
const NUMERIC = ["NUMBER", "FLOAT", "DECFLOAT"];

function bind(value, index) {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number") return number(value) === value ? value : unsupported(`binding ${value} in JavaScript`);
  if (value instanceof SfDate) return SfDate.bound(value);
  throw new SqlError(`Unsupported type for binding argument ${index + 1}${typeof value}`);
}

function command(given) {
  if (typeof given?.sqlText !== "string" || !given.sqlText.trim()) throw new SqlError("sqlText is missing or empty");
  const binds = given.binds ?? [];
  if (!Array.isArray(binds)) throw new SqlError("Invalid binds argument");
  return { sql: given.sqlText, binds: binds.map(bind) };
}

// What a statement answered. caller: the method that ran it, for the stack trace of its error.
function run(wanted, caller) {
  const answer = parse(ask(stringify(wanted)));
  if (answer.error === undefined) return answer;
  const { line, position } = placeOfCall("execute");
  throw new SqlError(answer.error.message, { code: answer.error.code, state: answer.error.state, stackTraceTxt: `${caller}.execute, line ${line} position ${position}` });
}

const COLUMN_VALUE = {
  ...ARGUMENT,
  NUMBER: Number,
  TIME: same,
  ...Object.fromEntries(["TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ"].map((type) => [type, ([seconds, nanos, scale]) => new SfDate(seconds, nanos, scale, type)])),
};

const COLUMN_TEXT = {
  NUMBER: same, VARCHAR: same, TIME: same, VARIANT: same, OBJECT: same, ARRAY: same, FLOAT: (value) => String(Number(value)),
};

function columnOf(answer, wanted) {
  const index = typeof wanted === "number" ? wanted - 1 : answer.columns.findIndex((column) => column.name === wanted);
  if (answer.columns[index] === undefined) throw new SqlError(`Given column name/index does not exist: ${wanted}`);
  return index;
}

function read(answer, row, wanted, table) {
  if (row === undefined) throw new SqlError("ResultSet is empty or not prepared (call next() first).");
  const index = columnOf(answer, wanted);
  const { type, refused } = answer.columns[index];
  if (refused) unsupported(refused);
  if (table[type] === undefined) unsupported(`reading a column of type ${type} in JavaScript`);
  return row[index] === null ? null : table[type](row[index]);
}

function affected(answer) {
  return answer.affected ?? unsupported("getNumRowsAffected of a statement other than SELECT, INSERT, UPDATE, DELETE and MERGE");
}

class ResultSet {
  #answer; #place = -1;

  constructor(answer) {
    this.#answer = answer;
    for (const { name } of answer.columns) {
      if (!(name in this)) Object.defineProperty(this, name, { get: () => this.getColumnValue(name), enumerable: true, configurable: true });
    }
  }

  next() {
    if (this.#place < this.#answer.rows.length) this.#place += 1;
    return this.#place < this.#answer.rows.length;
  }

  getColumnValue(wanted) { return read(this.#answer, this.#answer.rows[this.#place], wanted, COLUMN_VALUE); }

  getColumnValueAsString(wanted) { return read(this.#answer, this.#answer.rows[this.#place], wanted, COLUMN_TEXT); }

  getColumnCount() { return this.#answer.columns.length; }

  getColumnName(wanted) { return this.#answer.columns[columnOf(this.#answer, wanted)].name; }

  getColumnSqlType() { return unsupported("ResultSet.getColumnSqlType"); }

  getRowCount() { return this.#answer.rows.length; }

  getNumRowsAffected() { return affected(this.#answer); }

  getQueryId() { return this.#answer.id; }
}

class Statement {
  #wanted; #answer;

  constructor(wanted) { this.#wanted = wanted; }

  execute() {
    this.#answer = run(this.#wanted, "Statement");
    return new ResultSet(this.#answer);
  }

  #executed() {
    if (this.#answer === undefined) throw new SqlError("Statement is not executed yet.");
    return this.#answer;
  }

  #column(wanted) { return this.#executed().columns[columnOf(this.#answer, wanted)]; }

  #is(wanted, ...types) { return types.includes(this.#column(wanted).type); }

  getColumnCount() { return this.#executed().columns.length; }

  getColumnName(wanted) { return this.#column(wanted).name; }

  getColumnScale(wanted) { return this.#column(wanted).scale; }

  getColumnSqlType() { return unsupported("Statement.getColumnSqlType"); }

  getColumnType() { return unsupported("Statement.getColumnType"); }

  getRowCount() { return this.#executed().rows.length; }

  getNumRowsAffected() { return affected(this.#executed()); }

  getNumRowsInserted() { return this.#executed().counts.inserted ?? 0; }

  getNumRowsUpdated() { return this.#executed().counts.updated ?? 0; }

  getNumRowsDeleted() { return this.#executed().counts.deleted ?? 0; }

  getNumDuplicateRowsUpdated() { return this.#executed().counts.multi_joined ?? 0; }

  getQueryId() { return this.#executed().id; }

  getSqlText() { return this.#wanted.sql; }

  isColumnNullable(wanted) { return this.#column(wanted).nullable; }

  isColumnText(wanted) { return this.#is(wanted, "VARCHAR"); }

  isColumnArray(wanted) { return this.#is(wanted, "ARRAY"); }

  isColumnBinary(wanted) { return this.#is(wanted, "BINARY"); }

  isColumnBoolean(wanted) { return this.#is(wanted, "BOOLEAN"); }

  isColumnDate(wanted) { return this.#is(wanted, "DATE"); }

  isColumnNumber(wanted) { return this.#is(wanted, ...NUMERIC); }

  isColumnObject(wanted) { return this.#is(wanted, "OBJECT"); }

  isColumnTime(wanted) { return this.#is(wanted, "TIME"); }

  isColumnTimestamp(wanted) { return this.#column(wanted).type.startsWith("TIMESTAMP_"); }

  isColumnVariant(wanted) { return this.#is(wanted, "VARIANT"); }
}

// Without an event table what is logged goes nowhere, as on an account that has set none.
class Logger {
  log(level, message) {
    if (!LEVELS.includes(level)) throw new SqlError(`'${String(level)}' is no level of a log message`);
  }

  addEvent(name) {
    if (typeof name !== "string" || arguments.length > 2) throw new SqlError("addEvent takes a name and attributes");
  }

  setSpanAttribute(key) {
    if (typeof key !== "string" || arguments.length !== 2) throw new SqlError("setSpanAttribute takes a key and a value");
  }
}

class Snowflake extends Logger {
  execute(given) { return new ResultSet(run(command(given), "Snowflake")); }

  createStatement(given) { return new Statement(command(given)); }
}
