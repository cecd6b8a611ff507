// Runs the tests of policies: rules whose names begin with `test_`. Source of the idea: `opa test`.

import { type CompiledPolicy, type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { coverModule, type FileCoverage } from './coverage.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { type LoadedRego, loadPolicy } from './evaluate-rego.ts';
import { parseRego } from './parse/parse-rego.ts';
import type { Probe } from './plan/planner.ts';
import { recordTrace, type TraceEvent } from './record-trace.ts';
import type { Module, Rule } from './syntax/ast.ts';
import type { PrintedLine } from './syntax/printed-line.ts';
import type { Position, RegoResult } from './syntax/rego-problem.ts';

/** What to test. */
export type TestRegoOptions = Pick<
  CompileRegoOptions,
  'modules' | 'data' | 'regoVersion' | 'level'
> & {
  /**
   * Which tests run, by their full name such as `data.novacron_test.test_admin`.
   * @defaultValue all
   */
  readonly wants?: (name: string) => boolean;
  /** The time for `time.now_ns` in nanoseconds since 1970. @defaultValue the system's clock */
  readonly nowNs?: () => bigint;
  /** A clock for durations in milliseconds. @defaultValue `performance.now` */
  readonly clockMs?: () => number;
  /**
   * Which tests are evaluated again for a trace.
   * @defaultValue `failures`: those that failed or errored
   */
  readonly traces?: 'failures' | 'none';
  /** Called before each test with its index from 0 and the number of tests. */
  readonly onTest?: (index: number, count: number) => void;
};

/** What became of one test. */
export type RegoTest = {
  /** Such as `data.novacron_test.test_admin`. */
  readonly name: string;
  readonly file: string;
  /** Where the test begins. */
  readonly at: Position;
  /** `skipped`: a test to be written, whose name begins with `todo_test_`. */
  readonly outcome: 'passed' | 'failed' | 'errored' | 'skipped';
  /** The line of the test that did not hold; only of failed ones. */
  readonly failedAt: Position | undefined;
  /** Why there was no answer; only of errored ones. */
  readonly message: string | undefined;
  readonly durationMs: number;
  /** What `print` wrote meanwhile, in order. */
  readonly prints: readonly PrintedLine[];
  /** How it was evaluated, to its end; only of failed and errored ones, otherwise empty. */
  readonly trace: readonly TraceEvent[];
};

/** What all tests came to. */
export type RegoTestReport = {
  readonly tests: readonly RegoTest[];
  /** Of every file, those with tests too. */
  readonly coverage: readonly FileCoverage[];
};

type Found = { readonly module: Module; readonly rule: Rule; readonly name: string };

const TEST_PREFIX = 'test_';
const TODO_PREFIX = 'todo_test_';

/**
 * Runs all tests of the modules. A test passes unless it is undefined or false.
 *
 * @returns the outcomes in the order of the text, or what is wrong with the modules
 */
export function testRego(options: TestRegoOptions): RegoResult<RegoTestReport> {
  const { modules: texts, data, regoVersion = 'auto' } = options;
  const modules: Module[] = [];
  for (const [file, text] of Object.entries(texts)) {
    const parsed = parseRego(text, { file, regoVersion });
    // The compiler reports texts that cannot be parsed, with all other problems.
    if (parsed.ok) modules.push(parsed.value);
  }
  const found = modules.flatMap(findTests).filter(({ name }) => options.wants?.(name) ?? true);
  const entrypoints = [...new Set(found.map(({ name }) => entrypointOf(name)))];
  const { level = 1 } = options;
  const asked = { modules: texts, data, regoVersion, level, entrypoints };
  const compiled = compileRego({ ...asked, tracing: 'on', prints: 'kept' });
  if (!compiled.ok) return compiled;
  const reached = new Set<number>();
  const prints: PrintedLine[] = [];
  const policy = loadPolicy(compiled.value.wasm, {
    onProbe: (index) => reached.add(index),
    onPrint: (line) => prints.push(line),
    ...(options.nowNs ? { nowNs: options.nowNs } : {}),
  });
  const explain = makeExplainer(asked, options.nowNs);
  const all = new Set<number>();
  const tests = found.map((test, index) => {
    options.onTest?.(index, found.length);
    reached.clear();
    const outcome = runTest(test, { policy, compiled: compiled.value, reached }, options);
    for (const probe of reached) all.add(probe);
    const isExplained =
      options.traces !== 'none' && (outcome.outcome === 'failed' || outcome.outcome === 'errored');
    const trace = isExplained ? explain(test) : [];
    return { ...outcome, prints: prints.splice(0), trace };
  });
  return { ok: true, value: { tests, coverage: coverFiles(modules, compiled.value.probes, all) } };
}

/** Evaluates a test again, with a trace: what passes is not slowed down by it. */
function makeExplainer(
  asked: CompileRegoOptions,
  nowNs: TestRegoOptions['nowNs'],
): (test: Found) => readonly TraceEvent[] {
  let events: TraceEvent[] = [];
  let onProbe: ReturnType<typeof recordTrace> = () => {};
  let begin: ((test: Found) => void) | undefined;
  const load = () => {
    const compiled = compileRego({ ...asked, tracing: 'explain' });
    if (!compiled.ok) throw new Error('What compiles does so with a trace.');
    const { wasm, probes } = compiled.value;
    const policy = loadPolicy(wasm, {
      onProbe: (index, value) => onProbe(index, value),
      ...(nowNs ? { nowNs } : {}),
    });
    return ({ name }: Found) => {
      onProbe = recordTrace(probes, (event) => events.push(event));
      policy.evaluate(undefined, entrypointOf(name));
    };
  };
  return (test) => {
    events = [];
    begin ??= load();
    try {
      begin(test);
    } catch (cause) {
      if (!(cause instanceof EvaluationError)) throw cause;
    }
    return events;
  };
}

function findTests(module: Module): readonly Found[] {
  const found = new Map<string, Found>();
  for (const rule of module.rules) {
    const [first] = rule.path;
    if (first?.kind !== 'scalar' || typeof first.value !== 'string' || rule.args) continue;
    const isTest = first.value.startsWith(TEST_PREFIX) || first.value.startsWith(TODO_PREFIX);
    const name = ['data', ...module.package, first.value].join('.');
    if (isTest && !found.has(name)) found.set(name, { module, rule, name });
  }
  return [...found.values()];
}

function entrypointOf(name: string): string {
  return name.split('.').slice(1).join('/');
}

type Run = {
  readonly policy: LoadedRego;
  readonly compiled: CompiledPolicy;
  readonly reached: ReadonlySet<number>;
};

type Outcome = Omit<RegoTest, 'prints' | 'trace'>;

function runTest(test: Found, run: Run, options: TestRegoOptions): Outcome {
  const { module, rule, name } = test;
  const clockMs = options.clockMs ?? (() => performance.now());
  const beganMs = clockMs();
  const about = { name, file: module.file, at: rule.at };
  const end = (rest: Pick<Outcome, 'outcome'> & Partial<Outcome>): Outcome => {
    const durationMs = clockMs() - beganMs;
    return { failedAt: undefined, message: undefined, ...about, ...rest, durationMs };
  };
  if (name.split('.').at(-1)?.startsWith(TODO_PREFIX)) return end({ outcome: 'skipped' });
  try {
    const [value] = run.policy.evaluate(undefined, entrypointOf(name));
    if (value !== undefined && value !== false) return end({ outcome: 'passed' });
    return end({ outcome: 'failed', failedAt: failingLine(test, run) });
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return end({ outcome: 'errored', message: cause.message });
  }
}

/** The line of the test that was reached last: what comes after it was not, so it did not hold. */
function failingLine({ name, rule }: Found, { compiled, reached }: Run): Position {
  const own = entrypointOf(name);
  const last = compiled.probes.findLast(
    (probe, index) => probe.rule === own && probe.kind === 'literal' && reached.has(index),
  );
  return last ? { row: last.row, column: last.column } : rule.at;
}

function coverFiles(
  modules: readonly Module[],
  probes: readonly Probe[],
  reached: ReadonlySet<number>,
): readonly FileCoverage[] {
  const rows = new Map(
    modules.map(({ file }) => [file, { head: new Set<number>(), literal: new Set<number>() }]),
  );
  for (const index of reached) {
    const probe = probes[index];
    if (probe?.kind === 'head' || probe?.kind === 'literal') {
      rows.get(probe.file)?.[probe.kind].add(probe.row);
    }
  }
  const none = { head: new Set<number>(), literal: new Set<number>() };
  return modules.map((module) => coverModule(module, rows.get(module.file) ?? none));
}
