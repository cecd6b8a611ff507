/** Types of the start order: VMs that are down, and what each starts after. */

/** A VM that NovaCron would start now. */
export interface DownVm {
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Ids of the VMs that have to run before it. */
  readonly after: readonly string[];
}

/** `coming`: it starts soon by itself; `up`: it runs; `absent`: it is not waited for. */
export type Standing = 'up' | 'coming' | 'absent';

/** A VM that others start after. */
export interface EarlierVm {
  readonly name: string;
  readonly standing: Standing;
}

/** Everything that is known. */
export interface StartOrderInput {
  readonly vms: readonly DownVm[];
  /** VMs by id. Unknown ids are absent. */
  readonly earlier: ReadonlyMap<string, EarlierVm>;
}

/** A VM that waits. */
export interface HeldVm {
  readonly id: string;
  readonly name: string;
  /** Names of the VMs that it waits for. */
  readonly waitsFor: readonly string[];
}

/** VMs that wait for other VMs. */
export interface StartOrderPlan {
  readonly held: readonly HeldVm[];
}
