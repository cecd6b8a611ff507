/** What a rule is made into before it runs: compiled from text, or taken from a bundle of OPA. */
import { isRecord } from '@novacron/contract/json';
import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { chooseEntry } from '@novacron/rego/choose-entry';
import { compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import { parseRego } from '@novacron/rego/parse/parse-rego';
import { readBundle } from '@novacron/rego/read-bundle';
import type { CompiledRule } from '../../ports/policy-runtime.ts';
import { ANSWER_RULES, type RuleMistake } from './worker-protocol.ts';

const FILE = 'policy.rego';

/** A rule that can run. */
export interface Program {
  readonly rule: CompiledRule;
  /** Loads it; `input` is JSON in UTF-8. */
  readonly load: () => (input: ArrayBuffer) => RuleAnswer;
}

/** A program, or what is wrong with the rule. */
export type ProgramResult =
  | { readonly kind: 'ok'; readonly program: Program }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly RuleMistake[] };

const NO_ANSWER: RuleAnswer = {
  allow: undefined,
  deny: undefined,
  warn: undefined,
  violation: undefined,
};

/**
 * Makes a program.
 * @param types - whether a text is refused that can never hold, as its types say
 */
export function readProgram(rule: string, types: 'checked' | 'unchecked'): ProgramResult {
  return isBundle(rule) ? fromBundle(rule) : fromText(rule, types);
}

function fromText(text: string, types: 'checked' | 'unchecked'): ProgramResult {
  const parsed = parseRego(text, { file: FILE, regoVersion: 'auto' });
  if (!parsed.ok) return { kind: 'mistakes', mistakes: parsed.error };
  const packageName = parsed.value.package.join('.');
  const path = parsed.value.package.join('/');
  const compiled = compileRego({
    modules: { [FILE]: text },
    entrypoints: ANSWER_RULES.map((rule) => `${path}/${rule}`),
    regoVersion: 'auto',
    types,
  });
  if (!compiled.ok) return { kind: 'mistakes', mistakes: compiled.error };
  const { wasm, rules, regoVersion, inputReferences, volatileBuiltins } = compiled.value;
  // What a package does not define has no value; asking for it costs as much as the others.
  const answers = ANSWER_RULES.filter((rule) => rules[packageName]?.includes(rule) === true);
  return {
    kind: 'ok',
    program: {
      rule: { regoVersion, packageName, answers, inputReferences, volatileBuiltins },
      load: () => askRules(loadPolicy(wasm), packageName.replaceAll('.', '/'), answers),
    },
  };
}

/** For a module of OPA, its inputs and whether it is deterministic are unknown. */
const READS_ALL = [{ path: [], complete: false }];

function fromBundle(rule: string): ProgramResult {
  const bundle = readBundle(Buffer.from(rule, 'base64'));
  if (!bundle.ok) return wrong(bundle.message);
  const { wasm, data, regoVersion, signatures } = bundle.value;
  const load = () => loadPolicy(wasm, { data });
  const loaded = loadSafely(load);
  if (typeof loaded === 'string') return wrong(loaded);
  const entry = chooseEntry(bundle.value.entrypoints, loaded.entrypoints, ANSWER_RULES);
  if (typeof entry === 'string') return wrong(entry);
  const { path, answers } = entry;
  return {
    kind: 'ok',
    program: {
      rule: {
        regoVersion,
        packageName: path.replaceAll('/', '.'),
        inputReferences: READS_ALL,
        answers: answers ?? [...ANSWER_RULES],
        ...(signatures.length === 0 ? {} : { signatures }),
      },
      load: () =>
        answers === undefined ? askPackage(load(), path) : askRules(load(), path, answers),
    },
  };
}

function loadSafely(load: () => LoadedRego): LoadedRego | string {
  try {
    return load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return `its module does not load: ${reason}`;
  }
}

function askRules(policy: LoadedRego, path: string, answers: readonly string[]) {
  const entrypoints = answers.map((rule) => [rule, `${path}/${rule}`] as const);
  return (input: ArrayBuffer): RuleAnswer => {
    const results = entrypoints.map(([rule, name]) => [rule, policy.evaluate(input, name)[0]]);
    return { ...NO_ANSWER, ...Object.fromEntries(results) };
  };
}

function askPackage(policy: LoadedRego, path: string) {
  return (input: ArrayBuffer): RuleAnswer => {
    const [found] = policy.evaluate(input, path);
    if (!isRecord(found)) {
      throw new Error(
        `data.${path.replaceAll('/', '.')} is not an object with allow, deny or warn`,
      );
    }
    const { allow, deny, warn, violation } = found;
    return { allow, deny, warn, violation };
  };
}

function wrong(message: string): ProgramResult {
  return { kind: 'mistakes', mistakes: [{ message: `the bundle: ${message}`, row: 0, column: 0 }] };
}
