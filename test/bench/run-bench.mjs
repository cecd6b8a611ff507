/**
 * Prints figures: one JSON object a line on standard output, progress on standard error.
 *
 *   node test/bench/run-bench.mjs [--qemu] [--only NAME,NAME…] [--data DIR]
 *
 * With --qemu, the figures of machines that run with QEMU instead of the others.
 *
 * Exit codes: 0 everything was measured or says why not, even where a goal is missed; 1 a figure
 * broke; 2 wrong usage.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEnvironment } from '../demo/environment.mjs';
import { hasTerraform } from '../demo/has-terraform.mjs';
import { endWithSignals, isInterrupted, stopAllProcesses } from '../demo/processes.mjs';
import { FIGURES } from './figures.mjs';
import { QEMU_FIGURES } from './qemu-figures.mjs';

process.exitCode = await main();

async function main() {
  const request = readArguments();
  if (request === undefined) return 2;
  const directory = mkdtempSync(join(tmpdir(), 'novacron-bench-'));
  const shared = join(directory, 'shared');
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  endWithSignals(removeDirectory);
  let exitCode = 0;
  for (const figure of request.figures) {
    const outcome = await measure(figure, { directory, shared, dataDir: request.dataDir });
    process.stdout.write(`${JSON.stringify({ figure: figure.name, ...outcome.line })}\n`);
    if (outcome.kind === 'broken') exitCode = 1;
  }
  removeDirectory();
  return exitCode;
}

/** @returns what to measure; undefined after saying what is wrong */
function readArguments() {
  const options = {
    only: { type: 'string' },
    data: { type: 'string' },
    qemu: { type: 'boolean', default: false },
  };
  try {
    const { values } = parseArgs({ options });
    const { only, data: dataDir, qemu } = values;
    const all = qemu ? QEMU_FIGURES : FIGURES;
    const names = only?.split(',') ?? all.map(({ name }) => name);
    const unknown = names.filter((name) => all.every((figure) => figure.name !== name));
    const figures = all.filter(({ name }) => names.includes(name));
    if (unknown.length === 0) return { figures, dataDir };
    say(`There is no figure ${unknown.join()}. There are:`);
    for (const { name, summary } of all) say(`  ${name.padEnd(20)} ${summary}`);
  } catch (cause) {
    say(
      `${cause.message}\nUsage: node test/bench/run-bench.mjs [--qemu] [--only NAMES] [--data DIR]`,
    );
  }
  return undefined;
}

/** Each figure has a directory of its own, which goes with it; `shared` stays for the next ones. */
async function measure(figure, { directory, shared, dataDir }) {
  const own = join(directory, figure.name);
  mkdirSync(own);
  const env = createEnvironment(own);
  const progress = (text) => say(`${figure.name}: ${text}`);
  try {
    if (figure.needsTerraform && !(await hasTerraform(env))) {
      return { kind: 'skipped', line: { skipped: 'there is no terraform on the PATH' } };
    }
    const missing = (figure.needs ?? []).filter((program) => !hasProgram(program));
    if (missing.length > 0) {
      return { kind: 'skipped', line: { skipped: `not on the PATH: ${missing.join(', ')}` } };
    }
    const line = await figure.measure({ directory: own, shared, dataDir, env, progress });
    return { kind: 'measured', line };
  } catch (cause) {
    if (isInterrupted()) return new Promise(() => undefined);
    progress(cause.cause === undefined ? cause.stack : `${cause.stack}\nbecause ${cause.cause}`);
    await stopAllProcesses();
    return { kind: 'broken', line: { skipped: `it broke: ${cause.message.split('\n')[0]}` } };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

function hasProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, name)));
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
