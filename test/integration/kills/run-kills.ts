/** Kills a server process again and again while callers write, and holds it to its promises. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { waitUntil } from '@novacron/testing/wait-until';
import { type Caller, clientOf, makeCaller } from '../test-kit/live-client.ts';
import { findFaultsIn } from '../test-kit/read-data-dir.ts';
import { launchServerProcess, startServerProcess } from '../test-kit/start-server-process.ts';
import { type Call, readPages, readWorld } from '../test-kit/world.ts';
import { type Kill, planKills } from './plan-kills.ts';

const CALLERS = 10;
/** Time limit for a restarted server to finish pending work. Unit: milliseconds. */
const QUIET_MS_MAX = 30_000;
const EVENTS_PAGE = 1000;

/** Parameters of a run. */
export interface KillRun {
  readonly seed: string;
  readonly kills: number;
  /** A directory of its own. */
  readonly dataDir: string;
  /** After how many kills everything is looked at, besides the last one. */
  readonly killsPerAudit: number;
  /** Hears of each kill. */
  readonly onKill?: (line: string) => void;
}

/** Result of a run. */
export interface KillReport {
  /** Number of kills; lower than requested if a fault ended the run. */
  readonly kills: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly operations: number;
  readonly events: number;
  readonly auditEntries: number;
  /** A sentence for each broken promise. */
  readonly faults: readonly string[];
}

/** State that a check continues from. */
interface Ledger {
  readonly callers: readonly Caller[];
  position: number;
  auditEntries: number;
  operations: number;
}

/** Runs the kills of a seed; ends early at the first fault. No server is left running. */
export async function runKills(run: KillRun): Promise<KillReport> {
  const { seed, kills, dataDir, killsPerAudit, onKill = () => undefined } = run;
  const callers = Array.from({ length: CALLERS }, (_, index) => makeCaller(`${seed}-${index}`));
  const ledger: Ledger = { callers, position: 0, auditEntries: 0, operations: 0 };
  let done = 0;
  let faults: readonly string[] = [];
  for (const kill of planKills(seed, kills)) {
    await killOnce(kill, { dataDir, callers });
    done += 1;
    const isDue = done % killsPerAudit === 0 || done === kills;
    if (isDue) faults = await checkAfterKill(ledger, dataDir);
    const { acknowledged, unknown } = sumCounts(callers);
    onKill(
      `kill ${done}/${kills}: ${kill.phase} +${kill.afterMs} ms, ` +
        `${acknowledged} acknowledged, ${unknown} unknown, ${faults.length} faults`,
    );
    if (faults.length > 0) break;
  }
  const { operations, position: events, auditEntries } = ledger;
  return { kills: done, ...sumCounts(callers), operations, events, auditEntries, faults };
}

/** One life of a server, which ends as planned. */
async function killOnce(
  { phase, afterMs }: Kill,
  { dataDir, callers }: { readonly dataDir: string; readonly callers: readonly Caller[] },
): Promise<void> {
  const server = launchServerProcess(dataDir);
  if (phase === 'start') {
    await pass(afterMs);
    await server.kill();
    return;
  }
  const call = clientOf(await server.ready(), dataDir);
  const stop = new AbortController();
  const writing = Promise.all(callers.map((caller) => caller.write(call, stop.signal)));
  await pass(afterMs);
  await server.kill();
  stop.abort();
  await writing;
}

/** Starts the server once more and looks at everything; it is stopped politely then. */
async function checkAfterKill(ledger: Ledger, dataDir: string): Promise<readonly string[]> {
  const server = await startServerProcess(dataDir);
  const call = clientOf(server.url, dataDir);
  const faults = await attempt(() => checkPromises(ledger, call));
  const { code, stderr } = await server.stop();
  if (code !== 0 || stderr !== '') faults.push(`the server ended with ${code}: ${stderr}`);
  return [...faults, ...(await findFaultsIn(dataDir))];
}

async function checkPromises(ledger: Ledger, call: Call): Promise<string[]> {
  const { callers } = ledger;
  await Promise.all(callers.map((caller) => caller.settle(call)));
  const stuck = await waitForQuiet(ledger, call);
  const world = await readWorld(call);
  const broken = callers.flatMap((caller) => caller.check(world));
  const promised = new Set(callers.flatMap((caller) => caller.ids()));
  const strangers = [...world.keys()].filter((id) => !promised.has(id));
  return [
    ...stuck,
    ...broken,
    ...strangers.map((id) => `${id} was never acknowledged`),
    ...(await checkChain(ledger, call)),
    ...(await checkPositions(ledger, call)),
  ];
}

/** Waits until every operation has ended. @returns those that did not end well */
async function waitForQuiet(ledger: Ledger, call: Call): Promise<string[]> {
  const all = await waitUntil(
    'every operation to end',
    async () => {
      const found = await readPages((page) => call('operation.list', page));
      return found.some(({ finished_at }) => finished_at === null) ? undefined : found;
    },
    { timeoutMs: QUIET_MS_MAX },
  );
  ledger.operations = all.length;
  return all
    .filter(({ status }) => status !== 'succeeded')
    .map(({ id, kind, status, problem }) => `${id}, a ${kind}, is ${status}: ${problem?.detail}`);
}

/** The chain holds, and reaches at least as far as before. */
async function checkChain(ledger: Ledger, call: Call): Promise<string[]> {
  const { entries } = must(await call('audit.verify', {}));
  const before = ledger.auditEntries;
  ledger.auditEntries = entries;
  return entries < before ? [`the audit log had ${before} entries and has ${entries}`] : [];
}

/** Positions go on where they ended, without a gap. */
async function checkPositions(ledger: Ledger, call: Call): Promise<string[]> {
  for (;;) {
    const page = must(
      await call('event.list', { after_position: ledger.position, limit: EVENTS_PAGE }),
    );
    for (const { position } of page.items) {
      if (position !== ledger.position + 1) {
        return [`the event after position ${ledger.position} has position ${position}`];
      }
      ledger.position = position;
    }
    if (page.items.length < EVENTS_PAGE) return [];
  }
}

function must<T>(answer: Result<T, Problem>): T {
  if (answer.ok) return answer.value;
  throw new Error(`${answer.error.code}: ${answer.error.detail}`);
}

async function attempt(check: () => Promise<string[]>): Promise<string[]> {
  try {
    return await check();
  } catch (cause) {
    const { message, cause: reason } = cause instanceof Error ? cause : new Error(String(cause));
    return [`${message} ${reason instanceof Error ? reason.message : ''}`.trim()];
  }
}

function sumCounts(callers: readonly Caller[]) {
  const counts = callers.map((caller) => caller.counts());
  return {
    acknowledged: counts.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
    unknown: counts.reduce((sum, { unknown }) => sum + unknown, 0),
  };
}

async function pass(durationMs: number): Promise<void> {
  const endAtMs = performance.now() + durationMs;
  await waitUntil('the moment', () => (performance.now() >= endAtMs ? true : undefined));
}
