// A CPython 3.14 for the price of an npm package: `npm install pyodide` somewhere, then `NODE_PATH=.../node_modules node python.mjs SCRIPT ARGS`
// or `... python.mjs -c PROGRAM`. Files of the machine are seen under their own paths; standard input and output are the process's.
import fs from "node:fs";
import { createRequire } from "node:module";

const { loadPyodide } = createRequire(import.meta.url)("pyodide");
const python = await loadPyodide();
for (const name of fs.readdirSync("/")) {
  if (!["dev", "proc", "sys", "lib", "home"].includes(name) && fs.statSync("/" + name).isDirectory()) {
    python.FS.mkdirTree("/" + name);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: "/" + name }, "/" + name);
  }
}

const input = Buffer.alloc(65536);
python.setStdin({ stdin: () => {
  const length = fs.readSync(0, input, 0, input.length, null);
  return length === 0 ? null : input.subarray(0, length);
} });
python.setStdout({ write: (bytes) => { let at = 0; while (at < bytes.length) at += fs.writeSync(1, bytes, at); return bytes.length; } });
const [script, ...rest] = process.argv.slice(2);
const program = script === "-c" ? rest.shift() : fs.readFileSync(script, "utf8");
python.globals.set("__name__", "__main__");
python.runPython(`import sys\nsys.argv = ${JSON.stringify([script, ...rest])}`);
python.runPython(program);
