import type { Failure } from '../failures/failure.ts';
import type { Document } from '../output/render-output.ts';

/** What a command has to show, and what went wrong after it had something. */
export interface Outcome {
  readonly document?: Document;
  readonly failure?: Failure;
}
