import type { Failure } from '../failures/failure.ts';
import type { Document } from '../output/render-output.ts';

/** Result of a command, and a failure that occurred after it. */
export interface Outcome {
  readonly document?: Document;
  readonly failure?: Failure;
}
