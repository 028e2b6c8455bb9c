// Times of contenders that take turns, in seconds for one call.

import { readFileSync } from "node:fs";

export const given = JSON.parse(readFileSync(0, "utf8"));

export async function measure(contenders, expected, batch = 0.02) {
  const measured = {};
  const sizes = {};
  for (const [name, call] of Object.entries(contenders)) {
    const answer = await call();
    if (answer !== expected) throw new Error(`${name} gave ${answer}`);
    measured[name] = [];
    sizes[name] = 1;
    while ((await time(call, sizes[name])) < batch) sizes[name] *= 2;
  }
  for (let round = 0; round < given.rounds; round += 1) {
    for (const [name, call] of Object.entries(contenders)) {
      measured[name].push((await time(call, sizes[name])) / sizes[name]);
    }
  }
  console.log(JSON.stringify(measured));
}

async function time(call, size) {
  const started = performance.now();
  for (let turn = 0; turn < size; turn += 1) await call();
  return (performance.now() - started) / 1000;
}
