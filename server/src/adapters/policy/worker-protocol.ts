/** Requests to policy workers, and their answers. Plain data: it crosses a thread boundary. */
import type { JudgedInput } from '@novacron/contract/policy-input/judged-input';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import type { RegoProblemCode } from '@novacron/rego/syntax/rego-problem';
import type { InspectedRule, JudgedRecord, RecordJudge } from '../../ports/policy-runtime.ts';

/** The rules that answer NovaCron's question. */
export const ANSWER_RULES = ['allow', 'deny', 'warn', 'violation'] as const;

/** A mistake in a rule, at its place. */
export interface RuleMistake {
  readonly message: string;
  /** Kind of mistake in a text. */
  readonly code?: RegoProblemCode;
  /** From 1; 0 where the mistake is of the whole, as that of a bundle. */
  readonly row: number;
  /** Likewise. */
  readonly column: number;
}

/** A compiled policy as any thread can load it. */
export interface ProgramImage {
  /** WebAssembly with OPA's ABI. */
  readonly wasm: Uint8Array;
  /** The package, with slashes. */
  readonly path: string;
  /** The entrypoints below the path; null where the package itself is the only one. */
  readonly answers: readonly string[] | null;
  /** The documents of a bundle. */
  readonly data: unknown;
  /** Documents that the policy is evaluated with instead, as JSON; absent where there are none. */
  readonly documents?: string;
}

/**
 * Selects the texts to refuse for type errors. `checked`: those that can never hold, and those that
 * do not fit the input. `accepted`: a mismatch with the input is a warning, because it was no
 * mistake when the text was accepted. `unchecked`: none.
 */
export type TypeChecks = 'checked' | 'accepted' | 'unchecked';

/** One thing that a worker is asked. */
export type WorkerTask =
  | {
      readonly kind: 'compile';
      readonly rule: string;
      readonly types: TypeChecks;
      readonly judged: JudgedInput;
    }
  /** The input is a place in the request's list of inputs. */
  | { readonly kind: 'evaluate'; readonly program: number; readonly input: number }
  /** Record and judge are places in the request's lists of both. */
  | ({ readonly kind: 'judge'; readonly record: number; readonly judge: number } & DraftPrograms<
      number | undefined
    >);

/** The programs of a draft, or what stands for them; undefined where there is no such policy. */
export interface DraftPrograms<Program> {
  readonly before: Program;
  readonly after: Program;
}

/** Result of a worker task. */
export type WorkerOutcome =
  | { readonly kind: 'compiled'; readonly rule: InspectedRule; readonly image: ProgramImage }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] }
  | { readonly kind: 'answered'; readonly answer: RuleAnswer }
  | { readonly kind: 'judged'; readonly record: JudgedRecord }
  | { readonly kind: 'failed'; readonly message: string };

/** The id of what the worker says by itself, once it has loaded what it works with. */
export const READY_ID = 0;

/** Request to the worker: sending costs more than most tasks, so tasks share a request. */
export interface WorkerRequest {
  readonly id: number;
  /** Programs that this worker does not have yet, by number. */
  readonly programs: readonly (readonly [number, ProgramImage])[];
  /** Programs that it is not asked for any more. */
  readonly dropped: readonly number[];
  /**
   * Inputs as JSON, each once: copying text into the thread is cheaper than copying its objects.
   */
  readonly inputs: readonly string[];
  /** Recorded decisions as the log has stored them. */
  readonly records: readonly string[];
  /** Judges of the records, each once. */
  readonly judges: readonly RecordJudge[];
  readonly tasks: readonly WorkerTask[];
  /** After this long no further task of the request is begun. Unit: ms. */
  readonly sliceMs: number;
}

/** A finished task. */
export interface DoneTask {
  readonly outcome: WorkerOutcome;
  /** Duration. Unit: ms. */
  readonly tookMs: number;
}

/** The answer to the request of the same id: its first tasks, as many as the slice had time for. */
export interface WorkerReply {
  readonly id: number;
  readonly done: readonly DoneTask[];
}

/** Startup data of a worker. */
export interface WorkerStart {
  /** One 32-bit number that both threads see: the place of the task at work. */
  readonly progress: SharedArrayBuffer;
  /** Added to the niceness of the thread, where the system has niceness by thread. */
  readonly niceness: number;
}

/** In {@link WorkerStart.progress} while no task is at work. */
export const NO_TASK = -1;
