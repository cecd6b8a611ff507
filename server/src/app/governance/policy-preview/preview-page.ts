/** A page of what a draft is judged by. */
import type { PreviewUnjudged } from '@novacron/contract/kinds/policy/policy-preview';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { PreviewRecord } from './judge-records.ts';
import type { JudgeParts, PreviewSubject } from './judge-subjects.ts';
import type { PreviewPlace } from './preview-place.ts';

/** Dependencies of reading pages. */
export interface PreviewScope extends JudgeParts {
  /** Decisions and plans before this are not read. Unit: milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Whether role and policies let the caller read what an operation lists. */
  readonly mayRead: (operation: OperationName) => Promise<boolean>;
}

/** Reads the page behind a place, of `limit` rows at most. */
export type PageReader = (
  scope: PreviewScope,
  place: PreviewPlace,
  limit: number,
) => Promise<PreviewPage>;

/** A page. */
export interface PreviewPage {
  readonly subjects: readonly PreviewSubject[];
  /** Recorded decisions, which are read where they are judged. */
  readonly records: readonly PreviewRecord[];
  readonly unjudged: readonly PreviewUnjudged[];
  /** Undefined behind the last page of the source. */
  readonly next: PreviewPlace | undefined;
}
