/** Reads the resources that a server lists, page by page. */
import type { Client } from '@novacron/contract/client/client';
import type { CallOptions } from '@novacron/testing/http-carrier';

/** Calls operations of a server. */
export type Call = Client<CallOptions>['call'];

/** Largest page that lists answer. */
const PAGE = 1000;

/** The part of a resource that callers change; two equal states have the same text. */
export type State = string;

/** Resources by id. */
export type World = ReadonlyMap<string, State>;

/** Fields of a VM that callers change. */
export interface VmState {
  readonly memory_gb: number;
  readonly status: string;
}

/** Fields of a volume that callers change. */
export interface VolumeState {
  readonly size_gb: number;
  readonly attached_to?: string | null;
}

/** A VM's state as text. */
export function stateOfVm({ memory_gb, status }: VmState): State {
  return JSON.stringify({ memory_gb, status });
}

/** A volume's state as text. */
export function stateOfVolume({ size_gb, attached_to = null }: VolumeState): State {
  return JSON.stringify({ size_gb, attached_to });
}

/** Reads all VMs and volumes. Throws where a page is refused. */
export async function readWorld(call: Call): Promise<World> {
  const vms = await readPages((page) => call('vm.list', page));
  const volumes = await readPages((page) => call('volume.list', page));
  return new Map<string, State>([
    ...vms.map((vm) => [vm.id, stateOfVm(vm)] as const),
    ...volumes.map((volume) => [volume.id, stateOfVolume(volume)] as const),
  ]);
}

type Page<T> = { readonly items: readonly T[]; readonly next_cursor: string | null };
type Answer<T> =
  | { readonly ok: true; readonly value: Page<T> }
  | { readonly ok: false; readonly error: { readonly detail: string } };

/** All items of a list. Throws where a page is refused. */
export async function readPages<T>(
  ask: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Answer<T>>,
): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    if (!page.ok) throw new Error(page.error.detail);
    items.push(...page.value.items);
    cursor = page.value.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
