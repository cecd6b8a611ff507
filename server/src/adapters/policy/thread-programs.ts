/** The compiled policies that a thread has, and the inputs of the request that it is at. */
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { loadProgram } from './load-program.ts';
import type { ProgramImage, WorkerOutcome, WorkerRequest, WorkerTask } from './worker-protocol.ts';

/** Asks a program; the input is JSON in UTF-8. It throws where there is no answer. */
export type AskProgram = (input: ArrayBuffer) => RuleAnswer;

/** The programs of one thread. */
export interface ThreadPrograms {
  /** Takes over what a request brings, once for all of its tasks. */
  readonly take: (request: WorkerRequest) => void;
  /** @throws where the thread has no such program, or where it does not load */
  readonly askOf: (program: number) => AskProgram;
  /** Evaluates a policy for an input of the request. */
  readonly evaluate: (
    task: Extract<WorkerTask, { readonly kind: 'evaluate' }>,
    request: WorkerRequest,
  ) => WorkerOutcome;
}

/** Begins without programs. */
export function createThreadPrograms(): ThreadPrograms {
  /** An image until it is first asked: loading is part of that task's time. */
  const programs = new Map<number, ProgramImage | AskProgram>();
  /** The inputs of the request at work in UTF-8, as modules take them; each is encoded once. */
  const encoded = new Map<number, ArrayBuffer>();
  let atWork: number | undefined;

  function take({ id, dropped, programs: fresh }: WorkerRequest): void {
    if (atWork === id) return;
    atWork = id;
    encoded.clear();
    for (const number of dropped) programs.delete(number);
    for (const [number, image] of fresh) programs.set(number, image);
  }

  function askOf(number: number): AskProgram {
    const known = programs.get(number);
    if (known === undefined) throw new Error(`the worker does not have program ${number}`);
    if (typeof known === 'function') return known;
    const loaded = loadProgram(known);
    programs.set(number, loaded);
    return loaded;
  }

  return {
    take,
    askOf,
    evaluate: (task, request) => {
      const input = encoded.get(task.input) ?? toUtf8(request.inputs[task.input] ?? '');
      encoded.set(task.input, input);
      return { kind: 'answered', answer: askOf(task.program)(input) };
    },
  };
}

/** A text as modules take it. */
export function toUtf8(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text)).buffer;
}
