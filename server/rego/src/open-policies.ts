// Compiles texts, and opens those that are policies for questions.

import { neverTrue } from './check/never-true.ts';
import { type CompiledPolicy, type CompileRegoOptions, compileRego } from './compile-rego.ts';
import { EvaluationError } from './evaluate/evaluation-error.ts';
import { loadPolicy } from './evaluate-rego.ts';
import { parseRego } from './parse/parse-rego.ts';
import type { Module } from './syntax/ast.ts';
import type { Position, RegoResult } from './syntax/rego-problem.ts';
import { createDeadline } from './test-cases.ts';

/** Texts to open, and options of their evaluation. */
export type OpenPoliciesOptions = Omit<CompileRegoOptions, 'entrypoints' | 'tracing' | 'adapt'> & {
  /** Selects the texts that are policies; all by default. */
  readonly isPolicy?: (file: string) => boolean;
  /** Names of the rules that answer: `allow`, `deny`. */
  readonly answers: readonly string[];
  /** A question that takes longer stops. Unit: ms. */
  readonly timeoutMs: number;
  /** A clock for durations in milliseconds. @defaultValue `performance.now` */
  readonly clockMs?: () => number;
};

/** A package of texts that can be asked. */
export type OpenPolicy = {
  /** The first of its texts that is a policy. */
  readonly file: string;
  /** Position of the package name in that text. */
  readonly at: Position;
  /** Such as `novacron`. */
  readonly packageName: string;
  /** Answer rules that it defines, in the order of the options. */
  readonly answers: readonly string[];
  readonly inputReferences: CompiledPolicy['inputReferences'];
  /** Result of {@link neverTrue} for `allow`. */
  readonly allows: ReturnType<typeof neverTrue>;
  /**
   * Evaluates the rules that answer.
   * @returns their values by name, without those that are undefined
   * @throws EvaluationError where there is no answer, or none in time
   */
  readonly ask: (input: unknown) => Readonly<Record<string, unknown>>;
};

/** Compiled texts, with their policies in the order of files. */
export type OpenPolicies = {
  readonly compiled: CompiledPolicy;
  readonly policies: readonly OpenPolicy[];
};

/**
 * Compiles texts together and opens each package of those that are policies.
 *
 * @returns the packages, or every problem of the texts
 */
export function openPolicies(options: OpenPoliciesOptions): RegoResult<OpenPolicies> {
  const { isPolicy = () => true, answers, timeoutMs, clockMs, ...asked } = options;
  const packages = findPackages(asked, isPolicy);
  const paths = [...packages.keys()];
  const entrypoints = paths.flatMap((path) => answers.map((rule) => `${path}/${rule}`));
  const compiled = compileRego({ ...asked, entrypoints, tracing: 'on' });
  if (!compiled.ok) return compiled;
  const deadline = createDeadline(clockMs ?? (() => performance.now()), timeoutMs);
  let loaded: ReturnType<typeof loadPolicy> | undefined;
  const evaluate = (input: unknown, name: string) => {
    loaded ??= loadPolicy(compiled.value.wasm, { onProbe: deadline.look });
    return loaded.evaluate(input, name);
  };
  const policies = [...packages].map(([path, modules]): OpenPolicy => {
    const packageName = path.replaceAll('/', '.');
    const defined = compiled.value.rules[packageName] ?? [];
    const known = answers.filter((rule) => defined.includes(rule));
    const [file = ''] = modules.map((module) => module.file);
    return {
      file,
      at: placeOfPackage(asked.modules[file] ?? ''),
      packageName,
      answers: known,
      inputReferences: compiled.value.inputReferences,
      allows: neverTrue(
        modules.flatMap(({ rules }) => rules),
        'allow',
      ),
      ask: (input) => {
        deadline.begin();
        const values = known.map((rule) => [
          rule,
          inTime(() => evaluate(input, `${path}/${rule}`)),
        ]);
        return Object.fromEntries(values.filter(([, value]) => value !== undefined));
      },
    };
  });
  return { ok: true, value: { compiled: compiled.value, policies } };

  function inTime(evaluateRule: () => readonly unknown[]): unknown {
    try {
      return evaluateRule()[0];
    } catch (cause) {
      if (!(cause instanceof EvaluationError) || cause.code !== 'timeout_error') throw cause;
      const message = `The policy was not evaluated within ${timeoutMs} ms.`;
      throw new EvaluationError('timeout_error', message, { cause });
    }
  }
}

/** The modules of each package by its path; a text that does not parse has none. */
function findPackages(
  { modules, regoVersion = 'auto' }: Pick<CompileRegoOptions, 'modules' | 'regoVersion'>,
  isPolicy: (file: string) => boolean,
): ReadonlyMap<string, readonly Module[]> {
  const packages = new Map<string, Module[]>();
  for (const [file, text] of Object.entries(modules)) {
    if (!isPolicy(file)) continue;
    const parsed = parseRego(text, { file, regoVersion });
    if (!parsed.ok) continue;
    const path = parsed.value.package.join('/');
    packages.set(path, [...(packages.get(path) ?? []), parsed.value]);
  }
  return packages;
}

function placeOfPackage(text: string): Position {
  const rows = text.split('\n');
  const row = rows.findIndex((line) => /^\s*package\b/.test(line));
  const column = (rows[row]?.search(/\S/) ?? 0) + 1;
  return row < 0 ? { row: 1, column: 1 } : { row: row + 1, column };
}
