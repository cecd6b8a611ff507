/** A write that NovaCron makes by itself, before it is admitted. */
import type { IntentClass } from '@novacron/contract/healing/intent';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { ClaimedVm } from '@novacron/engine/automation/arbiter/model/arbiter';
import type { Change } from '../../../ports/store.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { HeldWork } from '../holds/find-hold.ts';
import type { OperationExecutor } from '../operations/execute-operations.ts';
import type { Check } from '../write/checked-write.ts';
import type { AdmittedWrite } from '../write/prepared-write.ts';

/** Dependencies of beginning a write. */
export interface BeginParts<Deps extends KernelDeps = KernelDeps> {
  readonly deps: Deps;
  readonly executor: Pick<OperationExecutor, 'start' | 'takeOver'>;
}

/** Purpose and subject of a write. */
export interface Purpose {
  /** The part of NovaCron, such as `recoveries`. */
  readonly who: string;
  readonly class: IntentClass;
  readonly target:
    | {
        readonly kind: 'vm';
        readonly row: VmRow;
        readonly effect: ClaimedVm['effect'];
        readonly priority: number;
        /** `yes`: a completed fence has ended what works on it. */
        readonly supersedes?: 'yes';
      }
    | { readonly kind: 'node'; readonly row: Pick<Tables['nodes'], 'id' | 'name' | 'zone'> }
    /** Something else, which has a lock of its own, such as a VM group or a plan for the fleet. */
    | {
        readonly kind: 'other';
        readonly row: { readonly id: string; readonly name: string };
        /** Nodes that it changes. */
        readonly nodes?: readonly Pick<Tables['nodes'], 'name' | 'zone'>[];
      };
  /** The operation that it is a step of. */
  readonly parentId?: string;
  /**
   * Time that it waits for members of its group that are down while no work on them is under way;
   * default: until they are up. Unit: ms.
   */
  readonly patienceMs?: number;
  /** For a reconciler: makes the commit fail once another server has taken over its lease. */
  readonly guard?: (() => Change) | undefined;
}

/** The write. */
export interface PlatformWrite<Input, Deps extends KernelDeps> extends Purpose {
  readonly name: OperationName;
  readonly input: Input;
  readonly prepare: Check<Input, Deps>;
  readonly context: CallContext;
  /** Time limit after which its operation is rolled back. Default: hours. Unit: ms. */
  readonly limitMs?: number;
}

/**
 * Outcome of beginning a write. `held`: people hold healing or automation; `waiting`: more urgent
 * work, or a budget, blocks it.
 */
export type Begun =
  | {
      readonly kind: 'started';
      readonly operation: Tables['operations'];
      readonly admitted: AdmittedWrite;
    }
  | { readonly kind: 'held'; readonly work: HeldWork }
  | { readonly kind: 'waiting'; readonly reason: string }
  | { readonly kind: 'refused'; readonly problem: Problem };
