/** What the card of a model shows. */
import type { Evaluation } from './training.ts';

/** A model with its origin. */
export interface CardSubject {
  readonly target: string;
  readonly features: readonly string[];
  readonly data: {
    readonly rows: number;
    readonly sha256: string;
    readonly order: 'time' | 'none';
    readonly seed: number;
  };
  readonly trained_at: string;
  readonly evaluation: Evaluation;
  /** Its file on a server: size, and predictions at once in another worker. */
  readonly file?: {
    readonly bytes: number;
    readonly predictions?: number;
    readonly workerBytes?: number;
  };
  /** Further lines about the origin, such as the query. */
  readonly origin?: readonly string[];
}

/** A table of a card. Cells are texts, not Markdown. */
export interface CardTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A part of a card. */
export interface CardSection {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: CardTable;
}
