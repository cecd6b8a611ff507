/** Finds what a server refuses in the text of a policy. */
import { readPolicyCheck } from '@novacron/contract/compliance/policy-check';
import { isRecord } from '@novacron/contract/json';
import { PolicySelector } from '@novacron/contract/kinds/policy/policy';
import { judgedInput } from '@novacron/contract/policy-input/judged-input';
import {
  TRIED_EVALUATION_MS_MAX,
  type TriedSettings,
  tryText,
} from '@novacron/engine/policy/try-text';
import { openPolicies } from '@novacron/rego/open-policies';
import { type RegoAnnotation, readAnnotations } from '@novacron/rego/parse/read-annotations';

/** A mistake at its place; rows and columns count from 1. */
export interface Mistake {
  readonly row: number;
  readonly column: number;
  readonly message: string;
}

/** Mistakes, and what they are about; none where the text is right. */
export interface Mistakes {
  readonly what: string;
  readonly mistakes: readonly Mistake[];
}

const FILE = 'policy';
const CLOCK = { nowMs: Date.now, steadyMs: () => performance.now() };
const ANSWERS = ['allow', 'deny', 'warn', 'violation'];

/** Compiles a text as a server does, and asks it what a server asks before it stores one. */
export function findMistakes(rule: string): Mistakes {
  const opened = openPolicies({
    modules: { [FILE]: rule },
    input: { schema: judgedInput(), mismatches: 'problems' },
    answers: ANSWERS,
    timeoutMs: TRIED_EVALUATION_MS_MAX,
  });
  if (!opened.ok) return { what: 'the policy does not compile', mistakes: opened.error };
  const about = aboutPackage(rule);
  const wrong = readPolicyCheck(about?.custom ?? {}).mistakes.map(({ at, message }) => ({
    row: about?.row ?? 1,
    column: 1,
    message: `the metadata's ${at} ${message}`,
  }));
  if (wrong.length > 0) return { what: 'a server refuses the policy', mistakes: wrong };
  const settings = settingsOf(about);
  const mistakes = opened.value.policies.flatMap((policy) =>
    tryText(policy, settings, CLOCK)
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => ({ ...policy.at, message: `${message}.` })),
  );
  return { what: 'a server refuses the policy', mistakes };
}

function aboutPackage(rule: string): RegoAnnotation | undefined {
  const read = readAnnotations(rule, { file: FILE });
  return read.ok ? read.value.find(({ scope }) => scope === 'package') : undefined;
}

/** Settings in the text's comment, the function's only source of them. */
function settingsOf(found: RegoAnnotation | undefined): TriedSettings {
  const { type, enforcement_mode: mode, actions, selector } = found?.custom ?? {};
  const parsed = PolicySelector.safeParse(isRecord(selector) ? selector : undefined);
  return {
    name: found?.title ?? FILE,
    type: typeof type === 'string' ? type : undefined,
    mode: typeof mode === 'string' ? mode : undefined,
    actions: Array.isArray(actions) ? actions.map(String) : undefined,
    selector: parsed.success ? parsed.data : undefined,
  };
}
