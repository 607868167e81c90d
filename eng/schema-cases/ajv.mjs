// The one place where ajv is set up: draft 2020-12 as the specification has it, formats as annotations, patterns as Unicode.
import Ajv2020 from "ajv/dist/2020.js";

export function compile(schema) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: true, ownProperties: true, logger: false });
  return ajv.compile(schema);
}

export function answer(entry) {
  let validate;
  try {
    validate = compile(entry.schema);
  } catch {
    return { ...entry, refused: true, values: undefined };
  }
  // ajv 8.20.0 itself throws on a few deep combinations of patternProperties: such a value has no answer.
  const asked = (text) => {
    try {
      return [[text, validate(JSON.parse(text))]];
    } catch {
      return [];
    }
  };
  const values = Object.fromEntries(Object.keys(entry.values ?? {}).flatMap(asked));
  return { ...entry, refused: undefined, values };
}

// One case a line: a changed answer is one changed line.
export const write = (cases) => `[\n${cases.map((entry) => "  " + JSON.stringify(entry)).join(",\n")}\n]\n`;
