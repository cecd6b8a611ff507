/** The programs of one side, released or of this checkout, and what is asked of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { runProcess, startProcess, stopProcess } from '../../demo/processes.mjs';

const READY_LINE = /is ready at (\S+)\n/;

const POLL_MS = 100;
const PATIENCE_MS = 60_000;

/** A program did not do what it should. */
class UpgradeFailure extends Error {
  /** @param {string} what @param {string} output - everything that was printed */
  constructor(what, output) {
    super(what);
    this.output = output;
  }
}

/** Fails the run unless the fact holds. */
export function expectFact(isTrue, what, output = '') {
  if (!isTrue) throw new UpgradeFailure(what, output);
}

/** Runs a program that has to end with the exit code 0, or another one that is expected. */
export async function runOk(command, args, { wanted = 0, ...options }) {
  const result = await runProcess(command, args, options);
  const what = `exit code ${result.exitCode} of ${command} ${args.join(' ')}, not ${wanted}`;
  expectFact(result.exitCode === wanted, what, result.output);
  return result;
}

/**
 * The migrations that a store has had, by name. The newest alone says too little: a branch that
 * lands late brings a lower number.
 * @returns {string[]}
 */
export function migrationsOf(dataDir) {
  const store = new Database(join(dataDir, 'novacron.db'), { readonly: true });
  const inOrder = store.prepare('select name from schema_migrations order by name');
  const names = inOrder.pluck().all();
  store.close();
  return names;
}

/**
 * Says that the release cannot open a store any more, where that is so.
 * @param {string[]} before - the migrations of its store while it served it
 * @returns {boolean} whether the release can open the store
 */
export function isOpenToRelease(before, dataDir, say) {
  const later = migrationsOf(dataDir).filter((name) => !before.includes(name));
  if (later.length === 0) return true;
  say(`the released server is not asked back: it does not know ${later.join(', ')}`);
  return false;
}

/** The `novacron` command of a side. */
export const commandOf = ({ root }) => join(root, 'server/cli/bin/novacron.mjs');

/**
 * Starts the server of a side and waits until it is ready.
 * @returns {Promise<{ url: string, apiKey: string, ask: (method: string, params?: object) =>
 * Promise<any>, stop: () => Promise<void>, kill: () => Promise<number> }>}
 */
export async function startServer(side, { dataDir, env, args = [] }) {
  const flags = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', '--log-level', 'error', ...args];
  const child = startProcess(process.execPath, [commandOf(side), 'server', ...flags], { env });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
  }
  const url = await waitFor(`the ${side.name} server to be ready`, () => {
    expectFact(child.exitCode === null, `the ${side.name} server runs`, printed);
    return READY_LINE.exec(printed)?.[1];
  });
  const apiKey = readFileSync(join(dataDir, 'admin.key'), 'utf8').trim();
  return {
    url,
    apiKey,
    ask: (method, params = {}) => ask({ url, apiKey }, method, params),
    stop: async () => {
      const exitCode = await stopProcess(child);
      expectFact(exitCode === 0, `the ${side.name} server ends with exit code 0`, printed);
    },
    kill: () => stopProcess(child, 'SIGKILL'),
  };
}

async function ask({ url, apiKey }, method, params) {
  const response = await fetch(`${url}/rpc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  expectFact(error === undefined, `${method} is answered`, JSON.stringify(error));
  return result;
}

/** Waits until an operation has ended, which has to be well. */
export async function waitForOperation(server, { id }) {
  const ended = await waitFor(`the end of ${id}`, async () => {
    const operation = await server.ask('operation.wait', { id, timeout_ms: 10_000 });
    return operation.finished_at === null ? undefined : operation;
  });
  expectFact(ended.status === 'succeeded', `${ended.kind} succeeds`, JSON.stringify(ended));
}

/** Waits until there is a value. */
export async function waitFor(what, find) {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    expectFact(performance.now() < deadlineMs, `waited in vain for ${what}`);
    await new Promise((later) => setTimeout(later, POLL_MS));
  }
}
