// Runs the tests of policies: rules whose names begin with `test_`. Source of the idea: `opa test`.

import { numberTests, TODO_PREFIX, testNameOf } from './check/separate-tests.ts';
import { type CompiledPolicy, type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { coverModule, type FileCoverage } from './coverage.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { type LoadedRego, type LoadPolicyOptions, loadPolicy } from './evaluate-rego.ts';
import { parseRego } from './parse/parse-rego.ts';
import type { Probe } from './plan/planner.ts';
import { recordTrace, type TraceEvent } from './record-trace.ts';
import type { Module, Rule } from './syntax/ast.ts';
import type { PrintedLine } from './syntax/printed-line.ts';
import type { Position, RegoResult } from './syntax/rego-problem.ts';
import {
  type CaseFinder,
  createCaseFinder,
  createDeadline,
  type Deadline,
  type RegoTestCase,
} from './test-cases.ts';

/** Options of the tests. */
export type TestRegoOptions = Pick<CompileRegoOptions, 'modules' | 'data' | 'regoVersion'> & {
  /**
   * Selects tests by their full name, such as `data.novacron_test.test_admin`.
   * @defaultValue all
   */
  readonly wants?: (name: string) => boolean;
  /** The time for `time.now_ns` in nanoseconds since 1970. @defaultValue the system's clock */
  readonly nowNs?: () => bigint;
  /** A clock for durations in milliseconds. @defaultValue `performance.now` */
  readonly clockMs?: () => number;
  /**
   * Tests that are evaluated again for a trace.
   * @defaultValue `failures`: those that failed or errored
   */
  readonly traces?: 'failures' | 'none';
  /**
   * A test that takes longer fails. It is looked at whenever a line of a policy is reached, so a
   * single builtin is not interrupted. Unit: ms. @defaultValue 5000, as in OPA
   */
  readonly timeoutMs?: number;
  /** Called before each test with its index from 0 and the number of tests. */
  readonly onTest?: (index: number, count: number) => void;
};

/** Result of a test. */
export type RegoTest = {
  /** Such as `data.novacron_test.test_admin`; a second definition of the name ends with `#01`. */
  readonly name: string;
  readonly file: string;
  /** Start of the test. */
  readonly at: Position;
  /** `skipped`: a test to be written, whose name begins with `todo_test_`. */
  readonly outcome: 'passed' | 'failed' | 'errored' | 'skipped';
  /** Cases of a test that is a partial object, by its keys; otherwise empty. */
  readonly cases: readonly RegoTestCase[];
  /** The line of the test that did not hold; only of failed ones. */
  readonly failedAt: Position | undefined;
  /** Error message; only of errored tests. */
  readonly message: string | undefined;
  readonly durationMs: number;
  /** Output of `print` during the test, in order. */
  readonly prints: readonly PrintedLine[];
  /** Complete trace of the evaluation; only of failed and errored tests, otherwise empty. */
  readonly trace: readonly TraceEvent[];
};

/** Results of all tests. */
export type RegoTestReport = {
  readonly tests: readonly RegoTest[];
  /** Coverage of every file, including those with tests. */
  readonly coverage: readonly FileCoverage[];
};

type Found = { readonly module: Module; readonly rule: Rule; readonly name: string };

/** Default of OPA. Unit: ms. */
const TIMEOUT_MS = 5000;

/**
 * Runs all tests of the modules. A test passes unless it is undefined or false; one that is a
 * partial object, such as `test_sizes[name]`, unless a case of it is missing or false.
 *
 * @returns the outcomes in the order of the text, or what is wrong with the modules
 */
export function testRego(options: TestRegoOptions): RegoResult<RegoTestReport> {
  const { modules: texts, data, regoVersion = 'auto' } = options;
  const clockMs = options.clockMs ?? (() => performance.now());
  const modules = parseAll(texts, regoVersion);
  const found = findTests(modules).filter(({ name }) => options.wants?.(name) ?? true);
  const entrypoints = found.map(({ name }) => entrypointOf(name));
  const asked = { modules: texts, data, regoVersion, entrypoints, adapt: numberTests };
  const compiled = compileRego({ ...asked, tracing: 'on', prints: 'kept' });
  if (!compiled.ok) return compiled;
  const reached = new Set<number>();
  const prints: PrintedLine[] = [];
  const deadline = createDeadline(clockMs, options.timeoutMs ?? TIMEOUT_MS);
  const clock = options.nowNs ? { nowNs: options.nowNs } : {};
  const policy = loadPolicy(compiled.value.wasm, {
    onProbe: (index) => {
      reached.add(index);
      deadline.look();
    },
    onPrint: (line) => prints.push(line),
    ...clock,
  });
  const withCases = found.filter(({ rule }) => rule.path.length > 1);
  const casesOf = createCaseFinder(
    asked,
    withCases.map(({ name }) => entrypointOf(name)),
    { onProbe: deadline.look, ...clock },
  );
  const explain = makeExplainer(asked, deadline, clock);
  const all = new Set<number>();
  const tests = found.map((test, index) => {
    options.onTest?.(index, found.length);
    reached.clear();
    deadline.begin();
    const run = { policy, compiled: compiled.value, reached, casesOf, clockMs };
    const outcome = runTest(test, run);
    for (const probe of reached) all.add(probe);
    const isExplained =
      options.traces !== 'none' && (outcome.outcome === 'failed' || outcome.outcome === 'errored');
    const trace = isExplained ? explain(test) : [];
    return { ...outcome, prints: prints.splice(0), trace };
  });
  return { ok: true, value: { tests, coverage: coverFiles(modules, compiled.value.probes, all) } };
}

/** The compiler reports texts that cannot be parsed, with all other problems. */
function parseAll(
  texts: TestRegoOptions['modules'],
  regoVersion: CompileRegoOptions['regoVersion'],
): readonly Module[] {
  return Object.entries(texts).flatMap(([file, text]) => {
    const parsed = parseRego(text, { file, ...(regoVersion ? { regoVersion } : {}) });
    return parsed.ok ? [parsed.value] : [];
  });
}

/** Evaluates a test again, with a trace: what passes is not slowed down by it. */
function makeExplainer(
  asked: CompileRegoOptions,
  deadline: Deadline,
  clock: Pick<LoadPolicyOptions, 'nowNs'>,
): (test: Found) => readonly TraceEvent[] {
  let events: TraceEvent[] = [];
  let onProbe: ReturnType<typeof recordTrace> = () => {};
  let begin: ((test: Found) => void) | undefined;
  const load = () => {
    const compiled = compileRego({ ...asked, tracing: 'explain' });
    if (!compiled.ok) throw new Error('What compiles does so with a trace.');
    const { wasm, probes } = compiled.value;
    const policy = loadPolicy(wasm, {
      onProbe: (index, value) => {
        onProbe(index, value);
        deadline.look();
      },
      ...clock,
    });
    return ({ name }: Found) => {
      onProbe = recordTrace(probes, (event) => events.push(event));
      policy.evaluate(undefined, entrypointOf(name));
    };
  };
  return (test) => {
    events = [];
    begin ??= load();
    deadline.begin();
    try {
      begin(test);
    } catch (cause) {
      if (!(cause instanceof EvaluationError)) throw cause;
    }
    return events;
  };
}

function findTests(modules: readonly Module[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const module of numberTests(modules)) {
    for (const rule of module.rules) {
      const own = testNameOf(rule);
      const name = ['data', ...module.package, own].join('.');
      if (own !== undefined && !found.has(name)) found.set(name, { module, rule, name });
    }
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
  readonly casesOf: CaseFinder;
  readonly clockMs: () => number;
};

type Outcome = Omit<RegoTest, 'prints' | 'trace'>;

function runTest(test: Found, run: Run): Outcome {
  const { module, rule, name } = test;
  const { clockMs } = run;
  const beganMs = clockMs();
  const about = { name, file: module.file, at: rule.at };
  const end = (rest: Pick<Outcome, 'outcome'> & Partial<Outcome>): Outcome => {
    const durationMs = clockMs() - beganMs;
    return { cases: [], failedAt: undefined, message: undefined, ...about, ...rest, durationMs };
  };
  if (name.split('.').at(-1)?.startsWith(TODO_PREFIX)) return end({ outcome: 'skipped' });
  try {
    const [value] = run.policy.evaluate(undefined, entrypointOf(name));
    const failedAt = failingLine(test, run);
    const cases = run.casesOf(entrypointOf(name), value);
    const holds = value !== undefined && value !== false;
    const passes = holds && cases.every(({ outcome }) => outcome === 'passed');
    if (passes) return end({ outcome: 'passed', cases });
    return end({ outcome: 'failed', cases, failedAt });
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
