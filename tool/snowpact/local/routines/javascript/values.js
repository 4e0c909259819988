// Values between SQL and JavaScript: https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction and
// https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-data-type-mapping#sql-javascript-data-type-mappings (a BOOLEAN is 1 or 0).
// Numbers that JSON lacks, moments (milliseconds) and bytes (hexadecimal) travel as values.py says.

class SfDate extends Date {
  #seconds; #nanoseconds; #scale; #type;

  constructor(seconds, nanoseconds, scale, type) {
    super(seconds * 1000 + Math.floor(nanoseconds / 1e6));
    [this.#seconds, this.#nanoseconds, this.#scale, this.#type] = [seconds, nanoseconds, scale, type];
  }

  getEpochSeconds() { return this.#seconds; }

  getNanoSeconds() { return this.#nanoseconds; }

  getScale() { return this.#scale; }

  getTimezone() { return this.#type === "TIMESTAMP_TZ" ? unsupported("SfDate.getTimezone of a TIMESTAMP_TZ") : 0; }

  static bound(date) { return { moment: [date.#seconds, date.#nanoseconds], type: date.#type }; }
}

const same = (value) => value;
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const date = (milliseconds) => new Date(milliseconds);

const ARGUMENT = {
  FLOAT: Number, VARCHAR: same, BOOLEAN: Number, BINARY: bytes, VARIANT: parse, OBJECT: parse, ARRAY: parse,
  DATE: date, TIMESTAMP_NTZ: date, TIMESTAMP_LTZ: date, TIMESTAMP_TZ: date,
};

// SQL NULL is undefined; a VARIANT's own null is null.
function argument(type, value) {
  return value === null ? undefined : ARGUMENT[type](value);
}

function moment(value) {
  if (!(value instanceof Date)) unsupported("a moment from JavaScript that is no Date");
  if (Number.isNaN(value.getTime())) throw new RangeError("Invalid Date");
  return value.getTime();
}

function hexadecimal(value) {
  if (!(value instanceof Uint8Array)) unsupported("a BINARY from JavaScript that is no Uint8Array");
  return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function number(value) {
  const made = Number(value);
  return Number.isFinite(made) ? made : String(made);
}

function object(value) {
  if (typeof value !== "object" || Array.isArray(value)) unsupported("an OBJECT from JavaScript that is none");
  return variant(value);
}

function array(value) {
  if (!Array.isArray(value)) unsupported("an ARRAY from JavaScript that is none");
  return variant(value);
}

const RESULT = {
  FLOAT: number, NUMBER: number, VARCHAR: String, BOOLEAN: Boolean, BINARY: hexadecimal, VARIANT: variant, OBJECT: object, ARRAY: array,
  DATE: moment, TIMESTAMP_NTZ: moment, TIMESTAMP_LTZ: moment, TIMESTAMP_TZ: moment,
};

function result(type, value) {
  if (value instanceof Promise) unsupported("asynchronous JavaScript");
  return value === undefined || (value === null && type !== "VARIANT") ? null : RESULT[type](value);
}

// The text of a VARIANT. An undefined element is left out, of an array too.
function variant(value) {
  if (value === null || typeof value === "string" || typeof value === "boolean") return stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? stringify(value) : unsupported(`${value} in a VARIANT from JavaScript`);
  if (typeof value !== "object") unsupported(`a ${typeof value} in a VARIANT from JavaScript`);
  if (value instanceof Date || ArrayBuffer.isView(value)) unsupported(`a ${value.constructor.name} in a VARIANT from JavaScript`);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return variant(value.valueOf());
  if (Array.isArray(value)) return `[${value.filter((item) => item !== undefined).map(variant).join(",")}]`;
  const kept = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${kept.map(([key, item]) => `${stringify(key)}:${variant(item)}`).join(",")}}`;
}
