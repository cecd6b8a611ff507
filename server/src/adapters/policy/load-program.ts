/** Loads a compiled policy, and asks it for the rules that answer NovaCron's question. */
import { isRecord } from '@novacron/contract/json';
import type { RuleAnswer } from '@novacron/engine/policy/model/policy';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';
import type { ProgramImage } from './worker-protocol.ts';

const NO_ANSWER: RuleAnswer = {
  allow: undefined,
  deny: undefined,
  warn: undefined,
  violation: undefined,
};

/**
 * Loads a program.
 * @returns what evaluates it; its argument is JSON in UTF-8, and it throws where there is no answer
 */
export function loadProgram({
  wasm,
  path,
  answers,
  data,
  documents,
}: ProgramImage): (input: ArrayBuffer) => RuleAnswer {
  const given = documents === undefined ? data : new Uint8Array(Buffer.from(documents)).buffer;
  const policy = loadPolicy(wasm, { data: given });
  return answers === null ? askPackage(policy, path) : askRules(policy, path, answers);
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
