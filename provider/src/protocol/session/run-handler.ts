import { castValue } from '../../cty/cast-value.ts';
import type { CtyType } from '../../cty/cty-type.ts';
import { formatPath } from '../../cty/path.ts';
import type { Value } from '../../cty/value.ts';
import type { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { UserError } from '../../framework/diagnostics/user-error.ts';
import type { Violation } from '../../framework/planning/check-conformance.ts';
import type { Logger } from '../../process/logger.ts';

/** Context of a handler call, for reporting its failure. */
export interface HandlerCall {
  readonly diagnostics: Diagnostics;
  readonly log: Logger;
  /** For the user, such as `create novacron_vm`. */
  readonly what: string;
}

/**
 * Runs a handler. Every exception becomes an error diagnostic; a gRPC error would be shown as a
 * plugin failure without any hint.
 * @returns undefined after an exception
 */
export async function runHandler<T>(
  { diagnostics, log, what }: HandlerCall,
  handler: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await handler();
  } catch (error) {
    log.error(`failed to ${what}`, { error });
    if (error instanceof UserError) {
      const { summary, message, path } = error;
      diagnostics.error({ summary, detail: message, ...(path && { path }) });
    } else {
      const detail = error instanceof Error ? error.message : String(error);
      diagnostics.error({ summary: `Failed to ${what}`, detail });
    }
    return undefined;
  }
}

const BUG_ADVICE =
  'This is a bug in the provider, not in your configuration. Please report it together with ' +
  'the log that TF_LOG_PROVIDER=trace writes.';

/**
 * Casts a handler's answer to its type; mismatches are reported as bugs of the provider.
 */
export function castAnswer(
  type: CtyType,
  answer: unknown,
  { diagnostics, what }: HandlerCall,
): Value {
  const { value, mismatches } = castValue(type, answer);
  reportViolations(mismatches, { diagnostics, what });
  return value;
}

/** Reports violations as bugs of the provider, each at its attribute. */
export function reportViolations(
  violations: readonly Violation[],
  { diagnostics, what }: Pick<HandlerCall, 'diagnostics' | 'what'>,
): void {
  for (const { path, message } of violations) {
    const place = formatPath(path) || 'the object';
    diagnostics.error({
      summary: `Bug in the provider: ${place} ${message}`,
      detail: `It happened during the attempt to ${what}. ${BUG_ADVICE}`,
      path,
    });
  }
}

/** Reports a bug that is not about one attribute. */
export function reportBug(message: string, call: Pick<HandlerCall, 'diagnostics' | 'what'>): void {
  const { diagnostics, what } = call;
  const detail = `It happened during the attempt to ${what}. ${BUG_ADVICE}`;
  diagnostics.error({ summary: `Bug in the provider: ${message}`, detail });
}
