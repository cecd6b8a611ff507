// Why an evaluation stopped without an answer.

import { webAssembly } from './opa-sdk.ts';

/** The kinds of failures; those beginning with `eval_` are OPA's own names. */
export type EvaluationErrorCode =
  | 'eval_conflict_error'
  | 'eval_type_error'
  | 'eval_builtin_error'
  | 'input_error'
  | 'entrypoint_error'
  | 'resource_error'
  | 'timeout_error'
  | 'internal_error';

/** An evaluation that stopped. */
export class EvaluationError extends Error {
  readonly code: EvaluationErrorCode;
  constructor(code: EvaluationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EvaluationError';
    this.code = code;
  }
}

const CODES: readonly EvaluationErrorCode[] = [
  'eval_conflict_error',
  'eval_type_error',
  'eval_builtin_error',
  'input_error',
  'entrypoint_error',
];

/** Makes an `EvaluationError` of whatever the SDK or the module threw. */
export function toEvaluationError(cause: unknown): EvaluationError {
  if (cause instanceof EvaluationError) return cause;
  if (typeof cause === 'string') {
    const code = CODES.find((known) => cause.startsWith(`${known}: `));
    if (code) return new EvaluationError(code, cause.slice(code.length + 2), { cause });
    if (cause.startsWith('failed to parse')) {
      return new EvaluationError('input_error', 'The data is not JSON.', { cause });
    }
    return new EvaluationError('internal_error', cause, { cause });
  }
  if (cause instanceof RangeError || cause instanceof webAssembly.RuntimeError) {
    const message = `The evaluation needs too much memory or nests too deep (${cause.message}).`;
    return new EvaluationError('resource_error', message, { cause });
  }
  const message = cause instanceof Error ? cause.message : JSON.stringify(cause);
  return new EvaluationError('internal_error', message, { cause });
}
