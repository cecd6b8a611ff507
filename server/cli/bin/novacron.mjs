#!/usr/bin/env node
/** The `novacron` command: hands the process over to `runCli` and ends with its exit code. */
import { existsSync, readFileSync, statSync } from 'node:fs';

/**
 * Node opens the modules of a program together, and with fewer files it cannot even load them:
 * measured with Node 20, and rounded up.
 */
const OPEN_FILES_MIN = ['server', 'agent'].includes(process.argv[2]) ? 512 : 192;

const words = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
  process.stdout.write(`${version}\n`);
  process.exit(0);
}

/** The bundle starts in half the time; what the compiler wrote since is newer than the bundle. */
const isBundled = isBundleFresh();
const dist = new URL(isBundled ? '../dist/bundle/' : '../dist/', import.meta.url);
const main = new URL('main.js', dist);
if (!existsSync(main)) {
  process.stderr.write('novacron is not built yet: run `make setup` in its checkout.\n');
  process.exit(1);
}
const openFilesMax = readOpenFilesMax();
if (openFilesMax < OPEN_FILES_MIN) {
  process.stderr.write(
    `Error: This process may open only ${openFilesMax} files; novacron needs ${OPEN_FILES_MIN}.\n` +
      'Raise the limit (ulimit -n 4096, or LimitNOFILE= of systemd) and start it again.\n',
  );
  process.exit(1);
}
process.stdout.on('error', (cause) => process.exit(endOf(cause, 1)));
process.stderr.on('error', (cause) => process.exit(cause.code === 'EPIPE' ? 0 : 1));
const { runCli } = await import(main.href);
const { createNodeIo } = await import(new URL('node-io.js', dist).href);
const code = await runCli(words, process.env, createNodeIo({ version, isBundled }));
process.stdout.write('', (cause) => {
  const whole = endOf(cause, code);
  process.stderr.write('', () => process.exit(whole));
});

/** The exit code of a command whose output was written, or could not be. */
function endOf(cause, code) {
  if (!cause) return code;
  // A reader that has seen enough, such as `head`, is no trouble and gets no message.
  if (cause.code === 'EPIPE') return 0;
  const reason = cause.code === 'ENOSPC' ? 'the disk is full' : cause.message;
  process.stderr.write(`error: the output cannot be written: ${reason}\n`);
  return code === 0 ? 1 : code;
}

/** The soft limit of open files; without bound where the system does not say it. */
function readOpenFilesMax() {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    // `unlimited` is not a number: nothing is below that.
    return Number(/^Max open files\s+(\S+)/m.exec(limits)?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Whether there is a bundle, made after the compiler ran last; a package has no notes of that. */
function isBundleFresh() {
  const madeAtMs = changedAtMs('../dist/bundle/main.js');
  const names = ['cli', 'agent', 'bus', 'contract', 'engine', 'rego', 'runner', 'runtime'];
  const compiled = ['../..', ...[...names, 'tracing'].map((name) => `../../${name}`)];
  return (
    compiled.every((home) => changedAtMs(`${home}/dist/.tsbuildinfo`) <= madeAtMs) && madeAtMs > 0
  );
}

function changedAtMs(path) {
  return statSync(new URL(path, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
