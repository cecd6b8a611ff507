/** Explains to people why an operation failed. */
import { parseStored } from './parse-stored.ts';

/** Says it in one sentence. @param problemJson - the problem of the operation, as it is stored */
export function explainProblem(problemJson: string | null): string {
  const { detail } =
    (problemJson === null ? undefined : parseStored<{ readonly detail?: unknown }>(problemJson)) ??
    {};
  return typeof detail === 'string' ? detail : 'the reason is not known.';
}
