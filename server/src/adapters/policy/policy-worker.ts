/**
 * The worker thread in which policies are evaluated. It holds nothing that it could not be given
 * again: when a policy takes too long the whole thread is thrown away.
 */

import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { loadProgram } from './load-program.ts';
import { serveRequests } from './serve-requests.ts';
import type { ProgramImage, WorkerRequest } from './worker-protocol.ts';

type Ask = (input: ArrayBuffer) => RuleAnswer;

/** An image until it is first asked: loading is part of that task's time. */
const programs = new Map<number, ProgramImage | Ask>();

/** The inputs of the request at work in UTF-8, as modules take them; each is encoded once. */
let encoded: { readonly of: number; readonly inputs: Map<number, ArrayBuffer> } | undefined;

function takePrograms({ id, dropped, programs: fresh }: WorkerRequest): Map<number, ArrayBuffer> {
  if (encoded?.of === id) return encoded.inputs;
  for (const number of dropped) programs.delete(number);
  for (const [number, image] of fresh) programs.set(number, image);
  encoded = { of: id, inputs: new Map() };
  return encoded.inputs;
}

function askOf(number: number): Ask {
  const known = programs.get(number);
  if (known === undefined) throw new Error(`the worker does not have program ${number}`);
  if (typeof known === 'function') return known;
  const loaded = loadProgram(known);
  programs.set(number, loaded);
  return loaded;
}

serveRequests((task, request) => {
  const inputs = takePrograms(request);
  if (task.kind === 'compile') throw new Error('this worker does not compile');
  const text = request.inputs[task.input] ?? '';
  const input = inputs.get(task.input) ?? new Uint8Array(Buffer.from(text)).buffer;
  inputs.set(task.input, input);
  return { kind: 'answered', answer: askOf(task.program)(input) };
});
