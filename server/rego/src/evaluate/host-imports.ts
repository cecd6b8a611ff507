// The builtins as the SDK calls them: JSON in, JSON out, under names that the SDK does not know.

import { callHostBuiltin, hostBuiltinNames } from '../builtins/call-host-builtin.ts';
import { REFUSED_BUILTINS } from '../builtins/declarations/refused-builtins.ts';
import { BuiltinFailure, type HostContext } from '../builtins/host/host-builtin.ts';
import { HOST_PREFIX } from '../link/link-policy.ts';
import { decodeValue, encodeValue, fromJson } from '../values/json-value.ts';
import { isArray, type RegoValue } from '../values/rego-value.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { SdkBuiltin } from './opa-sdk.ts';

/**
 * Makes the table that the SDK is given. Each builtin is there twice: under its private name with
 * exact values for modules of this compiler, under its own name with plain JSON for OPA's.
 */
export function makeHostImports(
  context: HostContext,
  onFailure: 'undefined' | 'fail',
): Readonly<Record<string, SdkBuiltin>> {
  const imports: Record<string, SdkBuiltin> = {};
  for (const name of hostBuiltinNames()) {
    const call = (args: readonly RegoValue[]) => callSafely(name, args, context, onFailure);
    imports[HOST_PREFIX + name] = (packed) => {
      const args = decodeValue(packed);
      const result = call(isArray(args) ? args : []);
      return result === undefined ? undefined : encodeValue(result);
    };
    imports[name] = (...args) => {
      const result = call(args.map(fromJson));
      return result === undefined ? undefined : encodeValue(result);
    };
  }
  for (const [name, reason] of REFUSED_BUILTINS) {
    imports[HOST_PREFIX + name] = () => {
      const message = `The builtin ${name} is refused: ${reason}. Replace it by "with" in tests.`;
      throw new EvaluationError('eval_builtin_error', message);
    };
  }
  return imports;
}

function callSafely(
  name: string,
  args: readonly RegoValue[],
  context: HostContext,
  onFailure: 'undefined' | 'fail',
): RegoValue | undefined {
  try {
    return callHostBuiltin(name, args, context);
  } catch (cause) {
    if (!(cause instanceof BuiltinFailure)) throw cause;
    if (onFailure === 'undefined' && cause.kind !== 'resource_error') return undefined;
    throw new EvaluationError(cause.kind, `${name}: ${cause.message}`, { cause });
  }
}
