/** A row of `execution_places`: an execution that holds its concurrency group, or waits for it. */
export interface ExecutionPlaceRow {
  /** The operation that is the execution. A place counts until that has ended. */
  readonly id: string;
  readonly tenant_id: string;
  /** Names the rule version that changes with every place of the group. */
  readonly group_id: string;
  readonly state: 'holding' | 'queued';
  /** Its order in the group. */
  readonly seq: number;
  /** Maximum number of executions in the group, from the definition of the execution. */
  readonly limit_max: number;
  /** The later execution that it is cancelled for; null for most. */
  readonly superseded_by: string | null;
}
