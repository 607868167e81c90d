// Random schemas and values near them, answered by ajv: node random.mjs SEED COUNT
import { answer, write } from "./ajv.mjs";

let state = Number(process.argv[2]) >>> 0;
const count = Number(process.argv[3]);

// mulberry32: small, seeded, good enough to choose with.
function random() {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const pick = (list) => list[Math.floor(random() * list.length)];
const chance = (p) => random() < p;
const some = (make, least, most) => Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, make);
const unique = (list) => [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];

const names = ["a", "b", "ab", "x-y", "ü"];
const texts = ["", "a", "b", "ab", "aab", "123", "a1", "ü", "😀", "😀😀", "a\nb", " a", "A_b"];
const numbers = [0, 1, -1, 2, 3, 1.5, 2.5, -0.5, 10, 100, 0.25, 1e20, 4294967296];
const patterns = [
  "^a", "b$", "^[a-z]+$", "^\\d+$", "\\w", "^.$", "^..$", "a{2}", "^(a|b)*$", "^[^a]*$",
  "\\s", "^\\p{L}+$", "^(?!a)", "[😀-😂]", "^\\S*$",
];
const types = ["null", "boolean", "object", "array", "number", "string", "integer"];

function value(depth) {
  const kinds = depth > 0 ? ["null", "bool", "num", "text", "list", "list", "object", "object"] : ["null", "bool", "num", "text"];
  switch (pick(kinds)) {
    case "null": return null;
    case "bool": return chance(0.5);
    case "num": return pick(numbers);
    case "text": return pick(texts);
    case "list": return some(() => value(depth - 1), 0, 3);
    default: return Object.fromEntries(some(() => [pick(names), value(depth - 1)], 0, 3));
  }
}

const keywords = {
  type: () => (chance(0.7) ? pick(types) : unique(some(() => pick(types), 1, 3))),
  enum: () => unique(some(() => value(1), 1, 3)),
  const: () => value(1),
  minimum: () => pick(numbers),
  maximum: () => pick(numbers),
  exclusiveMinimum: () => pick(numbers),
  exclusiveMaximum: () => pick(numbers),
  multipleOf: () => pick([1, 2, 3, 0.5, 0.25, 10]),
  minLength: () => pick([0, 1, 2]),
  maxLength: () => pick([0, 1, 2, 3]),
  pattern: () => pick(patterns),
  items: (d) => schema(d - 1),
  prefixItems: (d) => some(() => schema(d - 1), 1, 3),
  contains: (d) => schema(d - 1),
  minContains: () => pick([0, 1, 2]),
  maxContains: () => pick([0, 1, 2]),
  minItems: () => pick([0, 1, 2]),
  maxItems: () => pick([0, 1, 2, 3]),
  uniqueItems: () => chance(0.8),
  properties: (d) => Object.fromEntries(some(() => [pick(names), schema(d - 1)], 1, 3)),
  patternProperties: (d) => Object.fromEntries(some(() => [pick(patterns), schema(d - 1)], 1, 2)),
  additionalProperties: (d) => (chance(0.5) ? false : schema(d - 1)),
  propertyNames: (d) => schema(d - 1),
  required: () => unique(some(() => pick(names), 1, 2)),
  minProperties: () => pick([0, 1, 2]),
  maxProperties: () => pick([0, 1, 2]),
  dependentRequired: () => ({ [pick(names)]: unique(some(() => pick(names), 0, 2)) }),
  dependentSchemas: (d) => ({ [pick(names)]: schema(d - 1) }),
  allOf: (d) => some(() => schema(d - 1), 1, 2),
  anyOf: (d) => some(() => schema(d - 1), 1, 3),
  oneOf: (d) => some(() => schema(d - 1), 1, 3),
  not: (d) => schema(d - 1),
  if: (d) => schema(d - 1),
  then: (d) => schema(d - 1),
  else: (d) => schema(d - 1),
  $ref: () => pick(["#/$defs/one", "#/$defs/two", "#three"]),
};

function schema(depth) {
  if (depth <= 0) return chance(0.15) ? chance(0.6) : leaf();
  const made = {};
  for (let i = 0; i < 1 + Math.floor(random() * 3); i++) {
    const name = pick(Object.keys(keywords));
    made[name] = keywords[name](depth);
  }
  return made;
}

function leaf() {
  const name = pick(["type", "const", "minimum", "maxLength", "pattern", "enum"]);
  return { [name]: keywords[name](0) };
}

function document() {
  const root = schema(3);
  if (typeof root !== "object") return root;
  return { ...root, $defs: { one: leaf(), two: leaf(), three: { $anchor: "three", ...leaf() } } };
}

const cases = [];
while (cases.length < count) {
  const values = Object.fromEntries(some(() => [JSON.stringify(value(2)), false], 6, 6));
  const entry = answer({ schema: JSON.parse(JSON.stringify(document())), values });
  if (!entry.refused) cases.push(entry);
}
process.stdout.write(write(cases));
