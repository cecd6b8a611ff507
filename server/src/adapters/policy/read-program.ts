/** Reads a rule into a runnable program: compiled from text, or taken from an OPA bundle. */
import { type PolicyCheck, readPolicyCheck } from '@novacron/contract/compliance/policy-check';
import { isBundle } from '@novacron/contract/kinds/policy/policy-bundle';
import { type JudgedInput, judgedInput } from '@novacron/contract/policy-input/judged-input';
import { neverTrue } from '@novacron/rego/check/never-true';
import { chooseEntry } from '@novacron/rego/choose-entry';
import { compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import { parseRego } from '@novacron/rego/parse/parse-rego';
import { readAnnotations } from '@novacron/rego/parse/read-annotations';
import { readBundle } from '@novacron/rego/read-bundle';
import {
  ANSWER_RULES,
  type RuleMistake,
  type TypeChecks,
  type WorkerOutcome,
} from './worker-protocol.ts';

const FILE = 'policy.rego';

/** A program, or what is wrong with the rule. */
export type ProgramResult = Extract<WorkerOutcome, { readonly kind: 'compiled' | 'mistakes' }>;

/** Options for reading a rule. */
export interface Reading {
  readonly types: TypeChecks;
  /** Subject of the policy, to which the input that its rule is checked against is narrowed. */
  readonly judged: JudgedInput;
}

/** Makes a program. The module of a bundle means what OPA compiled. */
export function readProgram(rule: string, reading: Reading): ProgramResult {
  return isBundle(rule) ? fromBundle(rule) : fromText(rule, reading);
}

function fromText(text: string, { types, judged }: Reading): ProgramResult {
  const parsed = parseRego(text, { file: FILE, regoVersion: 'auto' });
  if (!parsed.ok) return { kind: 'mistakes', mistakes: parsed.error };
  const packageName = parsed.value.package.join('.');
  const path = parsed.value.package.join('/');
  const compiled = compileRego({
    modules: { [FILE]: text },
    entrypoints: ANSWER_RULES.map((rule) => `${path}/${rule}`),
    regoVersion: 'auto',
    ...typeOptions(types, judged),
  });
  if (!compiled.ok) return { kind: 'mistakes', mistakes: compiled.error };
  const { check, mistakes } = readCheck(text);
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  const { wasm, rules, regoVersion, volatileBuiltins, warnings } = compiled.value;
  const { inputReferences, dataReferences } = compiled.value;
  const allows = neverTrue(parsed.value.rules, 'allow');
  // What a package does not define has no value; asking for it costs as much as the others.
  const answers = ANSWER_RULES.filter((rule) => rules[packageName]?.includes(rule) === true);
  return {
    kind: 'compiled',
    rule: {
      regoVersion,
      packageName,
      ruleNames: rules[packageName] ?? [],
      answers,
      inputReferences,
      dataReferences,
      volatileBuiltins,
      inspection: {
        mismatches: warnings.map(({ message, row, column }) => ({ message, row, column })),
      },
      ...(allows === undefined ? {} : { allows }),
      ...(check === undefined ? {} : { check }),
    },
    image: { wasm, path, answers, data: undefined },
  };
}

/** The check that the metadata of the package describes. */
function readCheck(text: string): {
  readonly check: PolicyCheck | undefined;
  readonly mistakes: readonly RuleMistake[];
} {
  const annotations = readAnnotations(text, { file: FILE });
  const about = annotations.ok && annotations.value.find(({ scope }) => scope === 'package');
  if (!about) return { check: undefined, mistakes: [] };
  const { check, mistakes } = readPolicyCheck(about.custom);
  const places = mistakes.map(({ at, message }) => ({
    message: `the metadata's ${at} ${message}`,
    row: about.row,
    column: 1,
  }));
  return { check, mistakes: places };
}

function typeOptions(types: TypeChecks, judged: JudgedInput) {
  if (types === 'unchecked') return { types } as const;
  const mismatches = types === 'checked' ? 'problems' : 'warnings';
  return { input: { schema: judgedInput(judged), mismatches } } as const;
}

/** For a module of OPA, its inputs and whether it is deterministic are unknown. */
const READS_ALL = [{ path: [], complete: false }];

function fromBundle(rule: string): ProgramResult {
  const bundle = readBundle(Buffer.from(rule, 'base64'));
  if (!bundle.ok) return wrong(bundle.message);
  const { wasm, data, regoVersion, signatures } = bundle.value;
  const loaded = loadSafely(() => loadPolicy(wasm, { data }));
  if (typeof loaded === 'string') return wrong(loaded);
  const entry = chooseEntry(bundle.value.entrypoints, loaded.entrypoints, ANSWER_RULES);
  if (typeof entry === 'string') return wrong(entry);
  const { path, answers } = entry;
  const isWithoutAllow = answers !== undefined && !answers.includes('allow');
  return {
    kind: 'compiled',
    rule: {
      regoVersion,
      packageName: path.replaceAll('/', '.'),
      inputReferences: READS_ALL,
      // A bundle brings its documents, which its author has signed.
      dataReferences: [],
      inspection: { mismatches: [] },
      answers: answers ?? [...ANSWER_RULES],
      ...(isWithoutAllow ? { allows: 'never' } : {}),
      ...(signatures.length === 0 ? {} : { signatures }),
    },
    image: { wasm, path, answers: answers ?? null, data },
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

function wrong(message: string): ProgramResult {
  return { kind: 'mistakes', mistakes: [{ message: `the bundle: ${message}`, row: 0, column: 0 }] };
}
