/**
 * The worker thread in which user text is compiled and evaluated. It holds nothing that it could
 * not make again: when a policy takes too long the whole thread is thrown away.
 */
import { parentPort } from 'node:worker_threads';
import { assert } from '@novacron/contract/result';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { LRUCache } from 'lru-cache';
import { readProgram } from './read-program.ts';
import {
  READY_ID,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
  type WorkerTask,
} from './worker-protocol.ts';

/** Compiled policies kept: more than the enabled ones of a usual installation. */
const LOADED_MAX = 256;

const loaded = new LRUCache<string, (input: ArrayBuffer) => RuleAnswer>({ max: LOADED_MAX });

function load(ruleText: string): (input: ArrayBuffer) => RuleAnswer {
  const known = loaded.get(ruleText);
  if (known !== undefined) return known;
  // A release that knows fewer mistakes may have accepted it: it goes on as it was.
  const made = readProgram(ruleText, 'unchecked');
  if (made.kind !== 'ok') throw new Error(made.mistakes[0]?.message ?? 'not valid');
  const ask = made.program.load();
  loaded.set(ruleText, ask);
  return ask;
}

function describe(ruleText: string): WorkerOutcome {
  const made = readProgram(ruleText, 'checked');
  return made.kind === 'ok' ? { kind: 'compiled', rule: made.program.rule } : made;
}

function carryOut(task: WorkerTask, texts: Texts): WorkerOutcome {
  try {
    if (task.kind === 'compile') return describe(texts.textAt(task.rule));
    const ask = load(texts.textAt(task.rule));
    return { kind: 'answered', answer: ask(texts.bytesAt(task.input)) };
  } catch (cause) {
    return { kind: 'failed', message: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** The texts of one request. */
interface Texts {
  readonly textAt: (at: number) => string;
  /** In UTF-8, as modules take their input; encoded once. */
  readonly bytesAt: (at: number) => ArrayBuffer;
}

function shareTexts(texts: readonly string[]): Texts {
  const bytes = new Map<number, ArrayBuffer>();
  const textAt = (at: number): string => texts[at] ?? '';
  return {
    textAt,
    bytesAt: (at) => {
      const known = bytes.get(at) ?? new Uint8Array(Buffer.from(textAt(at))).buffer;
      bytes.set(at, known);
      return known;
    },
  };
}

const port = parentPort;
assert(port !== null, 'the policy worker is started as a worker thread');
port.postMessage({ id: READY_ID, outcomes: [] } satisfies WorkerReply);
port.on('message', ({ id, texts, tasks }: WorkerRequest) => {
  const shared = shareTexts(texts);
  const outcomes = tasks.map((task) => carryOut(task, shared));
  port.postMessage({ id, outcomes } satisfies WorkerReply);
});
