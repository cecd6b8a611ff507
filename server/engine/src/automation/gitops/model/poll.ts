/** What is known before a scheduled sync, and what is decided. */

/** What is known before a sync. */
export interface PollFacts {
  /** What the Git server says of its branches and tags; undefined where it cannot be asked. */
  readonly refs: string | undefined;
  /** Branch, tag or commit that is synced. */
  readonly revision: string;
  /** The sync that ended last; undefined before the first one. */
  readonly last:
    | {
        /** undefined: it has not read the repository. */
        readonly commit: string | undefined;
        readonly succeeded: boolean;
        readonly endedMs: number;
      }
    | undefined;
  /** The commit that a rollback went back from; undefined unless that was the last sync. */
  readonly rolledBackFrom: string | undefined;
  /** Whether a sync is asked to repair drift, too. */
  readonly heals: boolean;
  /** Number of resources of the tenant that have drifted without NovaCron's doing. */
  readonly drifted: number;
  /** Number of incidents of the tenant that people or NovaCron still work on. */
  readonly incidents: number;
}

/** What is decided; `commit` is that of the revision. */
export type PollPlan =
  | { readonly kind: 'start' }
  | { readonly kind: 'unchanged' | 'failed-before' | 'rolled-back'; readonly commit: string }
  | { readonly kind: 'in-incident'; readonly incidents: number };
