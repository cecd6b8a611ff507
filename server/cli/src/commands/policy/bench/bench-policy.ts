/** `novacron policy bench`: how long a query takes. Source of the idea: `opa bench`. */
import { EvaluationError } from '@novacron/rego/evaluate/evaluation-error';
import { loadPolicy } from '@novacron/rego/evaluate-rego';
import type { RegoVersion } from '@novacron/rego/syntax/ast';
import { compileQuery } from '@novacron/rego/tools/compile-query';
import { unevaluatedFailure, usageFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import { layOutColumns } from '../files/lay-out-columns.ts';
import { loadSession, type SessionPlaces } from '../files/load-session.ts';
import { problemLine } from '../files/problem-line.ts';

/** Query to measure. */
export interface BenchRequest extends SessionPlaces {
  readonly query: string;
  /** Evaluations; else as many as take a second. */
  readonly count?: number;
  readonly regoVersion: 'auto' | RegoVersion;
}

/** Without a count. Unit: milliseconds. */
const TIME_MS = 1000;
/** Without a count; more make the figures no better. */
const COUNT_MAX = 1_000_000;
const NANOSECONDS_PER_MILLISECOND = 1_000_000;

/**
 * Measures. Failures: wrong usage, also for a mistake in the query; nothing evaluated, where a
 * policy does not compile or the evaluation stops.
 */
export async function benchPolicy(
  io: Pick<CliIo, 'listFiles' | 'readText' | 'nowMs'>,
  request: BenchRequest,
): Promise<Outcome> {
  const { query, regoVersion, count } = request;
  const session = await loadSession(io, request);
  if (!session.ok) return { failure: session.error };
  const { modules, data, input } = session.value;
  const beganMs = io.nowMs();
  const compiled = compileQuery({ query, modules, data, regoVersion });
  const compileMs = io.nowMs() - beganMs;
  if (!compiled.ok) {
    const isOfPolicies = compiled.error.some(({ file }) => file in modules);
    const fail = isOfPolicies ? unevaluatedFailure : usageFailure;
    return { failure: fail(compiled.error.map(problemLine).join('').trim()) };
  }
  const { policy, entrypoint } = compiled.value;
  try {
    const loaded = loadPolicy(policy.wasm);
    const loadMs = io.nowMs() - beganMs - compileMs;
    const timesMs = measure(io, () => loaded.evaluate(input, entrypoint), count);
    const figures = {
      evaluations: timesMs.length,
      ...distributionOf(timesMs),
      compile_ms: round(compileMs),
      load_ms: round(loadMs),
      module_bytes: policy.wasm.byteLength,
      memory_bytes: loaded.memoryBytes(),
    };
    return { document: { kind: 'report', value: figures, text: textOf(figures) } };
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return { failure: unevaluatedFailure(`evaluation failed: ${cause.message}`) };
  }
}

/** Evaluates once without measuring, which starts the instance, then again and again. */
function measure(
  io: Pick<CliIo, 'nowMs'>,
  evaluate: () => unknown,
  count: number | undefined,
): readonly number[] {
  evaluate();
  const timesMs: number[] = [];
  const beganMs = io.nowMs();
  for (let nowMs = beganMs; ; ) {
    evaluate();
    const endMs = io.nowMs();
    timesMs.push(endMs - nowMs);
    nowMs = endMs;
    const isOver = nowMs - beganMs >= TIME_MS || timesMs.length >= COUNT_MAX;
    if (count === undefined ? isOver : timesMs.length >= count) return timesMs;
  }
}

/** Unit of all: nanoseconds for one evaluation. */
function distributionOf(timesMs: readonly number[]) {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (ratio: number) => sorted[Math.ceil(sorted.length * ratio) - 1] ?? 0;
  const sum = timesMs.reduce((total, timeMs) => total + timeMs, 0);
  const toNs = (timeMs: number) => Math.round(timeMs * NANOSECONDS_PER_MILLISECOND);
  return {
    ns_per_op: toNs(sum / timesMs.length),
    min_ns: toNs(sorted[0] ?? 0),
    p50_ns: toNs(at(0.5)),
    p90_ns: toNs(at(0.9)),
    p99_ns: toNs(at(0.99)),
    max_ns: toNs(sorted.at(-1) ?? 0),
  };
}

function round(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

const LABELS: Readonly<Record<string, string>> = {
  evaluations: 'evaluations',
  ns_per_op: 'mean (ns/op)',
  min_ns: 'minimum (ns)',
  p50_ns: 'p50 (ns)',
  p90_ns: 'p90 (ns)',
  p99_ns: 'p99 (ns)',
  max_ns: 'maximum (ns)',
  compile_ms: 'compilation (ms)',
  load_ms: 'loading (ms)',
  module_bytes: 'module (bytes)',
  memory_bytes: 'memory (bytes)',
};

function textOf(figures: Readonly<Record<string, number>>): string {
  return layOutColumns(
    Object.entries(figures).map(([name, value]) => [LABELS[name] ?? name, String(value)]),
  );
}
