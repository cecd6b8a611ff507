/** A mistake at its place; rows and columns count from 1. */
export interface Mistake {
  readonly row: number;
  readonly column: number;
  readonly message: string;
}
