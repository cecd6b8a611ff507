/** An action of a policy that is due, and what comes of beginning it. */
import type { Problem } from '@novacron/contract/problem';
import type { Result } from '@novacron/contract/result';
import type { AskedAction } from '@novacron/engine/orchestration/model';
import type { ChangeSet } from '../../../ports/store.ts';
import type { PolicyRow, Tables } from '../../../ports/tables.ts';
import type { ObservedResource } from './observe-resources.ts';

/** An action that is due. */
export interface DueAction {
  readonly tenantId: string;
  readonly asked: AskedAction;
  readonly policy: PolicyRow;
  /** What made the conditions of its rule hold, in words. */
  readonly because: readonly string[];
  readonly resource: ObservedResource;
  /** Of a `scale` action: how many members the group shall have. */
  readonly size?: number;
  /** Remembers that it has begun; committed with it, and only while this server may act. */
  readonly begun: ChangeSet;
}

/** The operation that was begun; undefined where it needs none. */
export type Admission = Result<Tables['operations'] | undefined, Problem>;
