/** Reads the resources of each noun: for operations that read, and to answer writes. */
import { keysOf } from '@novacron/contract/closed-table';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import type { CallContext } from '../kernel/context/call-context.ts';
import type { Handlers } from '../kernel/context/handler.ts';
import type { ListInput } from '../kernel/lists/read-list.ts';
import { getResource, listResources } from '../kernel/resource-rows/read-resources.ts';
import { getReservation, listReservations } from '../placement/reservations/read-reservations.ts';
import {
  getApplication,
  listApplications,
} from '../resources/gitops-application/read-applications.ts';
import { getNode, listNodes } from '../resources/node/read-nodes.ts';
import { listPolicies } from '../resources/policy/list-policies.ts';
import { showPolicy } from '../resources/policy/show-policy.ts';
import { getTemplate, listTemplates } from '../resources/template/read-templates.ts';
import { getVm, listVms } from '../resources/vm/read/read-vms.ts';
import { getVmGroup, listVmGroups } from '../resources/vm-group/read-vm-groups.ts';
import { getVolume, listVolumes } from '../resources/volume/read-volumes.ts';
import { getWorkflow, listWorkflows } from '../resources/workflow/read-workflows.ts';
import { toResource } from '../rows/answer-resource.ts';
import { notFound } from '../rows/resource-problems.ts';
import type { RowOf } from '../rows/resource-tables.ts';
import { policyOf } from '../rows/stored-policies.ts';
import { getModel, listModels } from '../scaling/models/read-models.ts';
import type { AppDeps } from './deps.ts';

/** Reads what is called by one noun. */
interface Reader {
  readonly get: (
    deps: AppDeps,
    id: string,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
  /** Reader for `get` if it shows more than the answers of writes. */
  readonly show?: Reader['get'];
  readonly list: (
    deps: AppDeps,
    input: ListInput,
    context: CallContext,
  ) => Promise<Result<unknown, Problem>>;
}

/** Nouns of the resources that operations read and write. */
export type ReadNoun =
  | ResourceKind
  | 'node'
  | 'reservation'
  | 'workflow'
  | 'gitops_application'
  | 'model';

/** The reader of each noun. */
export const READERS: { readonly [Noun in ReadNoun]: Reader } = {
  vm: { get: getVm, list: listVms },
  vm_group: { get: getVmGroup, list: listVmGroups },
  network: readerOf('network', ({ vm_count }) => ({ vm_count })),
  security_group: readerOf('security_group', ({ vm_count }) => ({ vm_count })),
  volume: { get: getVolume, list: listVolumes },
  snapshot: readerOf('snapshot'),
  template: { get: getTemplate, list: listTemplates },
  ssh_key: readerOf('ssh_key'),
  policy: { get: readerOf('policy').get, show: showPolicy, list: listPolicies },
  orchestration_policy: readerOf('orchestration_policy', (row) => ({ policy: policyOf(row) })),
  node: { get: getNode, list: listNodes },
  reservation: { get: getReservation, list: listReservations },
  workflow: { get: getWorkflow, list: listWorkflows },
  gitops_application: { get: getApplication, list: listApplications },
  model: { get: getModel, list: listModels },
};

/** Reads what a write of a noun has changed, as its answer shows it. Problems: `not-found`. */
export async function readAnswer(
  deps: AppDeps,
  noun: string,
  id: string,
  context: CallContext,
): Promise<Result<unknown, Problem>> {
  const known = keysOf(READERS).find((each) => each === noun);
  return known === undefined ? err(notFound(noun, id)) : READERS[known].get(deps, id, context);
}

/**
 * The reader of a kind whose row contains everything.
 * @param elsewhere - the fields of an answer that are not in the JSON of the row
 */
function readerOf<Kind extends ResourceKind>(
  kind: Kind,
  elsewhere: (row: RowOf<Kind>) => Readonly<Record<string, unknown>> = () => ({}),
): Reader {
  const toAnswer = (row: RowOf<Kind>) => toResource(kind, row, elsewhere(row));
  return {
    get: (deps, id, context) => getResource(deps, kind, id, context, toAnswer),
    list: (deps, input, context) => listResources(deps, kind, input, context, toAnswer),
  };
}

/** Binds `get` and `list` of every noun. */
export function bindReaders(deps: AppDeps) {
  const handlers = keysOf(READERS).flatMap((noun) => {
    const { get, list, show: read = get }: Reader = READERS[noun];
    const show = ({ id }: { readonly id: string }, context: CallContext) => read(deps, id, context);
    const page = (input: ListInput, context: CallContext) => list(deps, input, context);
    return [[`${noun}.get`, show] as const, [`${noun}.list`, page] as const];
  });
  // The entries are those of all nouns; every `get` takes an id, and every `list` a page.
  return Object.fromEntries(handlers) as Pick<Handlers, `${ReadNoun}.${'get' | 'list'}`>;
}
