// Rewrites the answers in every case file of a folder.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answer, write } from "./ajv.mjs";

const folder = process.argv[2];
for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
  const path = join(folder, name);
  const cases = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, write(cases.map(answer)));
  console.log(`${name}: ${cases.length} schemas, ${cases.reduce((sum, entry) => sum + Object.keys(entry.values ?? {}).length, 0)} values`);
}
