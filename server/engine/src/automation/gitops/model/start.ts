/** What is known before any sync starts, and what is decided. */
import type { SyncWindow } from '@novacron/contract/gitops/application';

/** What is known. */
export interface StartFacts {
  readonly windows: readonly SyncWindow[];
  /** Applications that this one needs and that are not synced and healthy, and why. */
  readonly unready: readonly { readonly name: string; readonly reason: string }[];
}

/** What is decided. */
export type StartPlan =
  | { readonly kind: 'start' }
  /** undefined: no opening was found. */
  | { readonly kind: 'outside-windows'; readonly opensAtMs: number | undefined }
  | { readonly kind: 'unready'; readonly unready: StartFacts['unready'] };
