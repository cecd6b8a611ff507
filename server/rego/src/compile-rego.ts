// Rego text to WebAssembly: parse, check, plan, link.

import { checkRecursion, findUses } from './check/check-recursion.ts';
import { findInvalidRules } from './check/check-strict.ts';
import { collectReferences, type InputReference } from './check/input-references.ts';
import { makeAnnotations } from './check/metadata.ts';
import { isUnread } from './check/module-context.ts';
import { orderRules } from './check/order-rules.ts';
import { resolveRules } from './check/resolve-rules.ts';
import { buildRuleTree, type RuleNode } from './check/rule-tree.ts';
import { linkPolicy } from './link/link-policy.ts';
import { writeFacts } from './link/policy-facts.ts';
import { parseLeniently } from './parse/parse-rego.ts';
import { planPolicy } from './plan/plan-policy.ts';
import type { Probe, ProbeTable } from './plan/planner.ts';
import { findVolatileBuiltins } from './plan/volatile-builtins.ts';
import type { Module, RegoVersion } from './syntax/ast.ts';
import { type RegoProblem, type RegoResult, sortProblems } from './syntax/rego-problem.ts';
import { checkInput, type InputSchema } from './typecheck/check-input.ts';
import { checkTypes } from './typecheck/check-types.ts';
import { makeDocumentTypes, type NamedSchemas } from './typecheck/schema-documents.ts';

/** Options of the compilation. */
export type CompileRegoOptions = {
  /** The texts by path; paths are what problems name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Documents below `data`, compiled in. */
  readonly data?: unknown;
  /** Paths below `data`: `novacron/allow` a rule, `novacron` a whole package. */
  readonly entrypoints: readonly string[];
  /** @defaultValue `auto` */
  readonly regoVersion?: 'auto' | RegoVersion;
  /**
   * Effect of a failing builtin: `undefined` leaves its expression undefined, as OPA does by
   * default; `fail` stops the evaluation.
   * @defaultValue `undefined`
   */
  readonly builtinErrors?: 'undefined' | 'fail';
  /**
   * Whether type errors are problems. A policy that was accepted before it was checked for them
   * runs as it did: what can never hold is undefined.
   * @defaultValue `checked`
   */
  readonly types?: 'checked' | 'unchecked';
  /**
   * JSON Schemas by name: the annotation `schemas: [{input: schema.request}]` says that `input` is
   * as `request` describes it, and types are checked with that. Without this option annotations
   * name no schemas.
   */
  readonly schemas?: NamedSchemas;
  /**
   * Schema of `input` unless an annotation specifies it; without this option it may be anything.
   */
  readonly input?: InputSchema;
  /**
   * Whether `print` writes (to `onPrint` of `loadPolicy`), or its calls are left out.
   * @defaultValue `dropped`
   */
  readonly prints?: 'kept' | 'dropped';
  /**
   * Whether the policy reports which lines it evaluates (`onProbe` of `loadPolicy`), for tests and
   * coverage; it is slower then. `explain`: also what `recordTrace` makes a trace of.
   * @defaultValue `off`
   */
  readonly tracing?: 'on' | 'explain' | 'off';
  /** Changes what was parsed before it is compiled, as tests need it. */
  readonly adapt?: (modules: readonly Module[]) => readonly Module[];
};

/** A compiled policy. */
export type CompiledPolicy = {
  /** The module; runs in any host of OPA's ABI 1.2 that has the policy's builtins. */
  readonly wasm: Uint8Array;
  readonly entrypoints: readonly string[];
  /** v0 when any module was read as v0. */
  readonly regoVersion: RegoVersion;
  readonly packages: readonly string[];
  /** The names of each package's rules. */
  readonly rules: Readonly<Record<string, readonly string[]>>;
  readonly inputReferences: readonly InputReference[];
  /** References to documents below `data` that the entrypoints can read. */
  readonly dataReferences: readonly InputReference[];
  /** Builtins that it calls whose result changes by itself: a clock, chance. */
  readonly volatileBuiltins: readonly string[];
  /** Expressions that do not fit the input, where that is no problem. */
  readonly warnings: readonly RegoProblem[];
  /** The places of a traced policy, by the index that `onProbe` gets; otherwise none. */
  readonly probes: readonly Probe[];
};

/**
 * Compiles Rego modules. An entrypoint that no rule defines is undefined, not a problem.
 *
 * @returns the policy, or every problem that was found, in the order of the text
 */
export function compileRego(options: CompileRegoOptions): RegoResult<CompiledPolicy> {
  try {
    return compileModules(options);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const [file = ''] = Object.keys(options.modules);
    const message = 'An expression or a body is too long to compile; split it into several rules.';
    return { ok: false, error: [{ code: 'too-large', message, file, row: 1, column: 1 }] };
  }
}

function compileModules(options: CompileRegoOptions): RegoResult<CompiledPolicy> {
  const problems: RegoProblem[] = [];
  const warnings: RegoProblem[] = [];
  const { adapt = (parsed) => parsed } = options;
  const modules = adapt(parseModules(options, problems));
  const root = buildRuleTree(modules, problems);
  const { prints = 'dropped' } = options;
  findInvalidRules(modules, problems);
  const faulty = resolveRules(root, { modules, texts: options.modules, prints }, problems);
  const uses = findUses(root);
  checkRecursion(uses, problems);
  orderRules(root, faulty, problems);
  const { types = 'checked' } = options;
  if (types === 'checked') {
    const annotations = makeAnnotations(root, { modules, texts: options.modules }, problems);
    const { schemas, input } = options;
    const documentTypes = makeDocumentTypes({ annotations, schemas }, problems);
    const isUnknown = (node: RuleNode) =>
      isUnread({ unread: modules }, node.path) || node.definitions.some((each) => faulty.has(each));
    const found: RegoProblem[] = [];
    checkTypes(root, { uses, isUnknown, documentTypes }, (problem) => found.push(problem));
    problems.push(...found);
    if (input) {
      // What a comment says badly says nothing here: it is only read for what it may allow.
      const quiet = makeAnnotations(root, { modules, texts: options.modules }, []);
      const { modules: texts } = options;
      const sources = { uses, isUnknown, annotations: quiet, schemas, texts };
      const mismatches = checkInput(root, input, { ...sources, known: found });
      problems.push(...mismatches.problems);
      warnings.push(...mismatches.warnings);
    }
  }
  if (problems.length > 0) return { ok: false, error: sortProblems(problems) };
  const { entrypoints, builtinErrors = 'undefined', data, tracing = 'off' } = options;
  const mode = tracing === 'explain' ? 'explain' : 'trace';
  const probes: ProbeTable = { list: [], ids: new Map(), mode };
  const program = planPolicy(root, entrypoints, tracing === 'off' ? undefined : probes);
  const facts = (memoryPages: number) => writeFacts({ memoryPages, builtinErrors, data });
  return {
    ok: true,
    value: {
      wasm: linkPolicy(program, { builtinErrors, facts }),
      entrypoints,
      regoVersion: modules.some(({ version }) => version === 'v0') ? 'v0' : 'v1',
      ...describe(modules),
      ...collectReferences(root, uses, entrypoints),
      volatileBuiltins: findVolatileBuiltins(program),
      warnings: sortProblems(warnings),
      probes: probes.list,
    },
  };
}

// Where not even the package of a text is known, nothing is said of the others.
function parseModules(options: CompileRegoOptions, problems: RegoProblem[]): readonly Module[] {
  const { regoVersion = 'auto' } = options;
  const parsed = Object.entries(options.modules).map(([file, text]) =>
    parseLeniently(text, { file, regoVersion }),
  );
  problems.push(...parsed.flatMap((each) => each.problems));
  const modules = parsed.flatMap(({ module }) => (module ? [module] : []));
  return modules.length === parsed.length ? modules : [];
}

function describe(modules: readonly Module[]): Pick<CompiledPolicy, 'packages' | 'rules'> {
  const names = new Map<string, Set<string>>();
  for (const module of modules) {
    const home = module.package.join('.');
    const rules = names.get(home) ?? new Set<string>();
    names.set(home, rules);
    for (const { path } of module.rules) {
      const [first] = path;
      if (first?.kind === 'scalar' && typeof first.value === 'string') rules.add(first.value);
    }
  }
  const rules = Object.fromEntries([...names].map(([home, set]) => [home, [...set]] as const));
  return { packages: [...names.keys()], rules };
}
