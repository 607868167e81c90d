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

const pause = new Int32Array(new SharedArrayBuffer(4));
python.setStdout({ write: writeAll });
const [script, ...rest] = process.argv.slice(2);
let input = "";
if (script !== "-c") {
  for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
}

const program = script === "-c" ? rest.shift() : fs.readFileSync(script, "utf8");
python.globals.set("__name__", "__main__");
python.globals.set("__input__", input);
python.runPython(`import io, sys\nsys.argv = ${JSON.stringify([script, ...rest])}\nsys.stdin = io.StringIO(__input__)`);
python.runPython(program);

function writeAll(bytes) {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1); // a full pipe; node opens pipes without blocking
    }
  }
  return bytes.length;
}
