import { Token } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import type { PolicyRule } from '../props/policy-rule.ts';

/** Requests that a policy is evaluated for, if its props name them. */
export interface JudgedRequests {
  readonly actions?: string[] | undefined;
  readonly kinds?: string[] | undefined;
  /** Such as `access`; what the text says where it is absent. */
  readonly type?: string | undefined;
  /** A server accepts what its trial refuses while it is disabled. */
  readonly enabled?: boolean | undefined;
}

const CLOCK = { nowMs: Date.now, steadyMs: () => performance.now() };
const ANSWERS = ['allow', 'deny', 'warn', 'violation'];

/**
 * Compiles a policy's text as the server does, with the input that it will be asked about, and asks
 * it the questions that the server asks before it stores one.
 * @returns every mistake with its place; none if the text is only known when Terraform runs
 */
export function checkRego({ text, file }: PolicyRule, judged: JudgedRequests): string[] {
  if (Token.isUnresolved(text)) return [];
  const offline = loadOffline();
  const { TRIED_EVALUATION_MS_MAX, judgedInput, openPolicies, readAnnotations, tryText } = offline;
  const opened = openPolicies({
    modules: { [file]: text },
    input: { schema: judgedInput(judged), mismatches: 'problems' },
    answers: ANSWERS,
    timeoutMs: TRIED_EVALUATION_MS_MAX,
  });
  if (!opened.ok) {
    return opened.error.map(({ row, column, message }) => `${file}:${row}:${column}: ${message}`);
  }
  if (judged.enabled === false) return [];
  const annotations = readAnnotations(text, { file });
  const said = annotations.ok
    ? annotations.value.find(({ scope }) => scope === 'package')
    : undefined;
  const { mistakes } = offline.readPolicyCheck(said?.custom ?? {});
  if (mistakes.length > 0) {
    const row = said?.row ?? 1;
    return mistakes.map(({ at, message }) => `${file}:${row}:1: the metadata's ${at} ${message}`);
  }
  const { actions, kinds, type = said?.custom.type } = judged;
  const settings = {
    name: said?.title ?? file,
    type: typeof type === 'string' ? type : undefined,
    actions,
    selector: kinds === undefined ? undefined : { kinds, labels: {} },
  };
  return opened.value.policies.flatMap((policy) =>
    tryText(policy, settings, CLOCK)
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => `${file}:${policy.at.row}:${policy.at.column}: ${message}.`),
  );
}
