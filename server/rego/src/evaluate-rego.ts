// Runs compiled policies with the SDK of OPA, and keeps its peculiarities away from the caller.

import { EvaluationError, toEvaluationError } from './evaluate/evaluation-error.ts';
import { makeHostImports } from './evaluate/host-imports.ts';
import { loadSdkPolicy, type SdkPolicy, type WasmModule, webAssembly } from './evaluate/opa-sdk.ts';
import { FACTS_SECTION } from './link/assemble.ts';
import { type PolicyFacts, readFacts } from './link/policy-facts.ts';
import type { PrintedLine } from './syntax/printed-line.ts';

/** Options of the environment that a policy runs in. */
export type LoadPolicyOptions = {
  /**
   * The time of a decision in nanoseconds since 1970, for `time.now_ns`; read once an evaluation.
   * @defaultValue the system's clock
   */
  readonly nowNs?: () => bigint;
  /**
   * The memory in bytes above which an instance is given up after an evaluation; WebAssembly memory
   * never shrinks.
   * @defaultValue 16 MiB
   */
  readonly memoryBytesMax?: number;
  /**
   * The memory in pages of 64 KiB at which an evaluation is stopped with a `resource_error`.
   * @defaultValue 4096 (256 MiB)
   */
  readonly memoryPagesMax?: number;
  /** The documents below `data`, for modules that bring none; an `ArrayBuffer` has their JSON. */
  readonly data?: unknown;
  /**
   * Called each time a policy compiled with tracing reaches a probe, with the value in Rego's form
   * where the probe is of a value.
   */
  readonly onProbe?: (index: number, value: string | undefined) => void;
  /** Called with each line that `print` writes, where the policy was compiled to keep them. */
  readonly onPrint?: (line: PrintedLine) => void;
};

/** A policy that is ready to run. Evaluation is synchronous; run untrusted policies in a worker. */
export type LoadedRego = {
  /**
   * Evaluates an entrypoint (by default the first one).
   *
   * @param input - any JSON value, or an `ArrayBuffer` with its text in UTF-8, which is not
   *   serialized again for each entrypoint; `undefined` leaves `input` undefined
   * @param data - documents below `data`, instead of those that were compiled in
   * @returns the result's values: empty when undefined, otherwise one
   * @throws EvaluationError for conflicts, exhausted memory or nesting, unknown entrypoints
   */
  readonly evaluate: (input: unknown, entrypoint?: string, data?: unknown) => readonly unknown[];
  readonly entrypoints: readonly string[];
  /** The memory that the policy keeps between evaluations. Unit: bytes. */
  readonly memoryBytes: () => number;
};

const MEMORY_BYTES_MAX = 16 * 1024 * 1024;
/** 256 MiB in pages of 64 KiB: far above any sensible input, far below what harms the host. */
const MEMORY_PAGES_MAX = 4096;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** Loads a module that `compileRego` made, or one that OPA built. */
export function loadPolicy(wasm: Uint8Array, options: LoadPolicyOptions = {}): LoadedRego {
  const module = new webAssembly.Module(wasm);
  const facts = factsOf(module);
  const clock = options.nowNs ?? systemClock;
  const memoryBytesMax = options.memoryBytesMax ?? MEMORY_BYTES_MAX;
  let now: bigint | undefined;
  const nowNs = () => {
    now ??= clock();
    return now;
  };
  const { onProbe = () => {}, onPrint = () => {} } = options;
  const initial = facts?.memoryPages ?? 0;
  const memory = {
    initial,
    maximum: Math.max(initial, options.memoryPagesMax ?? MEMORY_PAGES_MAX),
  };
  const create = (): SdkPolicy => {
    const imports = makeHostImports(
      { nowNs, onProbe, onPrint },
      facts?.builtinErrors ?? 'undefined',
    );
    const policy = loadSdkPolicy(module, memory, imports);
    const documents = options.data ?? facts?.data;
    if (documents !== undefined)
      policy.setData(isText(documents) ? documents : toBuffer(documents));
    return policy;
  };
  let instance: SdkPolicy | undefined = create();
  const entrypoints = Object.entries(instance.entrypoints)
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);
  return {
    entrypoints,
    memoryBytes: () => instance?.mem.buffer.byteLength ?? 0,
    evaluate: (input, entrypoint = entrypoints[0] ?? '', data = undefined) => {
      if (!entrypoints.includes(entrypoint)) {
        throw new EvaluationError('entrypoint_error', `There is no entrypoint "${entrypoint}".`);
      }
      const policy = instance ?? create();
      instance = undefined;
      now = undefined;
      const results = run(policy, input, entrypoint, data);
      const isKept = data === undefined && policy.mem.buffer.byteLength <= memoryBytesMax;
      if (isKept) instance = policy;
      return results;
    },
  };
}

function systemClock(): bigint {
  return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
}

function factsOf(module: WasmModule): PolicyFacts | undefined {
  const [section] = webAssembly.Module.customSections(module, FACTS_SECTION);
  return section && readFacts(new TextDecoder().decode(section));
}

// The SDK takes a falsy input for none, so it always gets text.
function toBuffer(value: unknown): ArrayBuffer {
  const bytes = new TextEncoder().encode(JSON.stringify(value) ?? 'null');
  if (bytes.byteLength === bytes.buffer.byteLength) return bytes.buffer;
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

// `instanceof` fails for buffers of another realm or thread.
function isText(input: unknown): input is ArrayBuffer {
  return Object.prototype.toString.call(input) === '[object ArrayBuffer]';
}

function run(
  policy: SdkPolicy,
  input: unknown,
  entrypoint: string,
  data: unknown,
): readonly unknown[] {
  try {
    if (data !== undefined) policy.setData(toBuffer(data));
    const given = input === undefined || isText(input) ? input : toBuffer(input);
    const results: unknown = policy.evaluate(given, entrypoint);
    return Array.isArray(results) ? results.map(resultOf) : [];
  } catch (cause) {
    throw toEvaluationError(cause);
  }
}

function resultOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'result' in entry ? entry.result : entry;
}
