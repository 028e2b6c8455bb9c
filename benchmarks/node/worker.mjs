// Contenders of one row in Node: `node worker.mjs ROW`. One JSON object a line, as python/worker.py says it.

import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
};
const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function time(call, size) {
  const started = performance.now();
  for (let turn = 0; turn < size; turn += 1) await call();
  return (performance.now() - started) / 1000;
}

const given = await next();
const { prepare } = await import(`./${process.argv[2]}.mjs`);
const contenders = prepare(given);
const sizes = {};
say({ names: Object.keys(contenders) });

for (let asked = await next(); asked !== undefined; asked = await next()) {
  const call = contenders[asked.name];
  if (asked.do === "answer") {
    say({ answer: await call() });
  } else if (asked.do === "once") {
    const started = performance.now();
    const answer = await call();
    say({ seconds: (performance.now() - started) / 1000, answer });
  } else {
    let size = sizes[asked.name] ?? 1;
    if (!(asked.name in sizes)) {
      while ((await time(call, size)) < asked.batch) size *= 2;
      sizes[asked.name] = size;
    }
    say({ seconds: (await time(call, size)) / size });
  }
}
