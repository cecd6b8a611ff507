/** Runs one operation to its end and notes the files in which a function ran, in order. */

import { OperationId } from '@novacron/contract/ids';
import {
  isOperationName,
  type OperationName,
} from '@novacron/contract/operations-table/operations';
import type { Result } from '@novacron/contract/result';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { dispatch } from '@novacron/server/transports/dispatch/dispatch';
import { z } from 'zod';
import { type Bench, startBench } from '../scenarios/test-kit/start-bench.ts';

/** Functions that load-walked.mjs calls from every function. */
interface Walked {
  enterFile?: ((path: string) => void) | undefined;
}

const SETTLE_MS = 5_000;

const SMALL_VM = { name: 'walked', cpu_cores: 2, memory_gb: 4, disk_gb: 20 };

/** Default inputs of operations; `@vm` is the ID of a running VM. */
const INPUTS: Readonly<Record<string, unknown>> = {
  'vm.create': SMALL_VM,
  'vm.update': { id: '@vm', cpu_cores: 3 },
  'network.create': { name: 'walked', cidr: '10.9.0.0/24' },
  'volume.create': { name: 'walked', size_gb: 5 },
};

/** Some of an answer of any operation: a write says which operation carries it out. */
const Answer = z.looseObject({
  resource: z.object({ id: z.string() }).optional().catch(undefined),
  operation: z.object({ id: z.string() }).optional().catch(undefined),
});

/**
 * Walks through one operation of the table.
 * @param input - its input; without one that of a small example. `@vm` stands for the id of a VM.
 * @param ends - `denied`: a policy of the tenant refuses it
 * @returns paths of our own files, in the order in which a function of theirs ran first; else why
 * there are none
 */
export async function walkOperation(
  name: string,
  input: unknown = INPUTS[name] ?? (name.startsWith('vm.') ? { id: '@vm' } : {}),
  ends: 'succeeded' | 'denied' = 'succeeded',
): Promise<Result<readonly string[], string>> {
  if (!isOperationName(name)) {
    return { ok: false, error: `There is no operation ${name}; docs/reference lists them.` };
  }
  const bench = await startBench();
  try {
    const asked = await fillIn(bench, input);
    if (ends === 'denied') await denyAll(bench);
    // What the start leaves to the reconcilers is not part of the walk.
    await bench.advance(SETTLE_MS);
    const seen = new Set<string>();
    const walked: typeof globalThis & Walked = globalThis;
    walked.enterFile = (path) => seen.add(path);
    const answer = await ask(bench, name, asked);
    await bench.endAll();
    walked.enterFile = undefined;
    if (ends === 'denied' && !isDenial(answer)) return notDenied(name);
    if (ends === 'denied') return { ok: true, value: [...seen] };
    if (!answer.ok) return answer;
    await expectSuccess(bench, name, answer.value);
    return { ok: true, value: [...seen] };
  } finally {
    await bench.stop();
  }
}

const DENY_ALL = `package novacron

deny contains "nothing is allowed here"
`;

async function denyAll(bench: Bench): Promise<void> {
  const policy = { name: 'deny-all', type: 'resource', rule: DENY_ALL };
  const made = await ask(bench, 'policy.create', policy);
  if (!made.ok) throw new Error(made.error);
}

function isDenial(answer: Result<unknown, string>): boolean {
  return !answer.ok && answer.error.includes('policy-denied');
}

function notDenied(name: string): Result<never, string> {
  return { ok: false, error: `${name} was not denied by a policy.` };
}

async function fillIn(bench: Bench, input: unknown): Promise<unknown> {
  const text = JSON.stringify(input);
  if (!text.includes('"@vm"')) return input;
  const made = await ask(bench, 'vm.create', { ...SMALL_VM, name: 'there-before' });
  if (!made.ok) throw new Error(made.error);
  await expectSuccess(bench, 'vm.create', made.value);
  return JSON.parse(text.replaceAll('"@vm"', JSON.stringify(made.value.resource?.id)));
}

/** Asks as a request from outside is asked. */
async function ask(
  bench: Bench,
  name: OperationName,
  input: unknown,
): Promise<Result<z.infer<typeof Answer>, string>> {
  const { application, admin, deps } = bench;
  const answer = await dispatch(
    { application, logger: deps.logger },
    {
      name,
      rawInput: input,
      context: {
        principal: admin,
        requestId: application.nextRequestId(),
        client: 'rest',
        deployment: 'default',
        signal: new AbortController().signal,
        request: beginRequest(),
      },
    },
  );
  if (!answer.ok) {
    const { code, detail, remedy } = answer.error;
    return { ok: false, error: `${name} was refused: ${code}: ${detail} ${remedy}` };
  }
  return { ok: true, value: Answer.parse(answer.value) };
}

/** A walk that stopped half-way would look short. */
async function expectSuccess(
  bench: Bench,
  name: OperationName,
  { operation }: z.infer<typeof Answer>,
): Promise<void> {
  if (operation === undefined) return;
  const { status, problem } = await bench.end({ id: OperationId.parse(operation.id) });
  if (status !== 'succeeded') throw new Error(`${name} ${status}: ${problem?.detail ?? ''}`);
}
