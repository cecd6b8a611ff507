/** What policies are asked in scenarios fits the schema that their texts are checked with. */
import { POLICY_INPUT_SCHEMA } from '@novacron/contract/gen/policy-input-schema';
import { compileRego } from '@novacron/rego/compile-rego';
import { type LoadedRego, loadPolicy } from '@novacron/rego/evaluate-rego';

const TEXT = 'package fit\n\nfaults := json.match_schema(input, data.schema)[1]\n';

let matcher: LoadedRego | undefined;

/** Throws where a question has what the schema lacks: no policy could be written about it. */
export function checkPolicyInput(input: object): void {
  matcher ??= loadMatcher();
  const [faults] = matcher.evaluate(input, 'fit/faults');
  if (Array.isArray(faults) && faults.length === 0) return;
  throw new Error(`${JSON.stringify(input)} does not fit the schema: ${JSON.stringify(faults)}`);
}

function loadMatcher(): LoadedRego {
  const compiled = compileRego({
    modules: { 'fit.rego': TEXT },
    data: { schema: POLICY_INPUT_SCHEMA },
    entrypoints: ['fit/faults'],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return loadPolicy(compiled.value.wasm);
}
