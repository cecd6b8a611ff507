/** A position in a source file; row and column count from 1. */
export interface SourcePlace {
  /** Relative to where the command runs. */
  readonly file: string;
  readonly row: number;
  readonly column: number;
}
