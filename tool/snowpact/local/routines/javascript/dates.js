// Texts of moments beyond ISO 8601 are each engine's own affair. What V8 reads as this engine does is read, what V8 takes for no date is
// none, any other text is refused. The session's time zone is UTC, so local and universal time are one.

const MONTHS = "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?";
const TIME = String.raw`(?<hour>[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?`;
const ZONE = String.raw`(?:Z|[+-]\d\d:\d\d)`;
const READ = [
  String.raw`\d{4}(?:-(?<month>\d\d))?`,
  String.raw`\d{4}-(?<month>\d\d?)-(?<day>\d\d?)(?:[T ]${TIME}${ZONE}?)?`,
  String.raw`\d{4}/(?<month>\d\d?)/(?<day>\d\d?)(?: ${TIME})?`,
  String.raw`(?<month>\d\d?)/(?<day>\d\d?)/\d{4}(?: ${TIME})?`,
  String.raw`(?:${MONTHS}) (?<day>\d\d?), \d{4}(?: ${TIME})?`,
  String.raw`(?<day>\d\d?) (?:${MONTHS}) \d{4}(?: ${TIME})?`,
  String.raw`[A-Z][a-z]{2}, (?<day>\d\d) (?:${MONTHS}) \d{4} ${TIME} GMT`,
  String.raw`[A-Z][a-z]{2} (?:${MONTHS}) (?<day>\d\d) \d{4} ${TIME} GMT[+]0000(?: \(Coordinated Universal Time\))?`,
].map((pattern) => new RegExp(`^${pattern}$`));

const QuickDate = Date;
const milliseconds = QuickDate.parse;

function readDate(text) {
  if (!/\d/.test(text)) return NaN;
  const found = READ.map((pattern) => pattern.exec(text)).find(Boolean);
  if (!found) return unsupported(`the date text '${text}' in JavaScript`);
  const { month = "1", day = "1" } = found.groups;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 ? milliseconds(text) : NaN;
}

const construct = (target, given, made) => {
  const [only] = given;
  return Reflect.construct(target, given.length === 1 && typeof only === "string" ? [readDate(only)] : given, made);
};
globalThis.Date = new Proxy(QuickDate, { construct, apply: () => String(new QuickDate()) });
Object.defineProperty(QuickDate, "parse", { value: (text) => readDate(String(text)), writable: true, configurable: true });
Object.defineProperty(QuickDate.prototype, "constructor", { value: globalThis.Date, writable: true, configurable: true });
