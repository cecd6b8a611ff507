/**
 * Child of the crash test: writes rounds of samples and makes chunks of them, and writes the number
 * of each round to stdout after it has been answered. Arguments: the file. After the last round it
 * waits to be killed: entries as fine as these rounds are kept for three days.
 */
const { transformFileSync } = require('@swc/core');

require.extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  module._compile(code, file);
};

const START_S = 1_780_272_000;
const ROUND_S = 300;
const WINDOW_ROUNDS = 8;
const ROUNDS_MAX = 800;

async function main() {
  const { openSqliteSeries } = require('./open-sqlite-series.ts');
  const ignore = () => {};
  const series = openSqliteSeries({
    path: process.argv[2],
    clock: { nowMs: () => 0, steadyMs: () => 0 },
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  const target = { id: 'vm_1', tenantId: 'tnt_1', kind: 'vm' };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const atS = START_S + round * ROUND_S;
    const samples = [{ name: 'rounds_total', atS, value: round }];
    const written = await series.write([{ target, samples }], 'measured');
    if (!written.ok) throw new Error(written.error.detail);
    // A pipe takes it at once: what is written here outlives this process.
    process.stdout.write(`${round}\n`);
    if (round % WINDOW_ROUNDS === 0) {
      await series.compact({ nowMs: atS * 1000, mayContinue: () => true });
    }
  }
  setInterval(() => {}, ROUND_S);
}

void main();
