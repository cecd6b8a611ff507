/**
 * Reads the subjects of checks of a tenant as the API shows them: checks see what its people see.
 */

import type { ApiKey } from '@novacron/contract/access/identity';
import type { Client } from '@novacron/contract/client/client';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CheckResult, Surroundings } from '@novacron/engine/compliance/model/check';
import type { Labels, SubjectFacts, SubjectKind } from '@novacron/engine/compliance/model/facts';
import { withOmitted } from '@novacron/engine/compliance/model/omitted-facts';
import { planCheckResults } from '@novacron/engine/compliance/plan-check-results';
import type { Store } from '../../../ports/store.ts';
import { toApiKey } from '../../access/identity/answer-key.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { notFound } from '../../rows/resource-problems.ts';

/** A subject that checks judge. */
export interface Subject {
  readonly id: string;
  readonly labels: Labels;
  /** Null where the subject has none. */
  readonly revision: number | null;
  readonly judge: (around: Omit<Surroundings, 'parameters'>) => readonly CheckResult[];
  /** What it is to other subjects. */
  readonly surrounds: {
    readonly securityGroup?: SubjectFacts['security_group'];
    readonly volume?: SubjectFacts['volume'];
    /** The node of a VM; null before it has one. */
    readonly vmNode?: string | null;
  };
  /** Ids of subjects whose facts its results depend on, too. */
  readonly refersTo: readonly string[];
}

/** Reads what the API shows in a tenant. */
export interface SubjectReader {
  readonly client: Client<CallContext>;
  readonly context: CallContext;
  readonly store: Store;
}

/** Subjects of one kind. */
export interface SubjectSource {
  readonly kind: SubjectKind;
  /** The prefix of their ids. */
  readonly prefix: string;
  readonly list: (
    reader: SubjectReader,
    cursor: string | undefined,
  ) => Promise<Result<SubjectPage, Problem>>;
  readonly get: (reader: SubjectReader, id: string) => Promise<Result<Subject, Problem>>;
}

interface SubjectPage {
  readonly subjects: readonly Subject[];
  readonly next: string | null;
}

interface ListAnswer<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** Subjects that are judged in one turn: requests are served in between. */
const PAGE_SIZE = 50;

/** The facts of a VM. */
export function vmFacts({ foreign_devices: devices, ...vm }: Vm): SubjectFacts['vm'] {
  return {
    ...withOmitted('vm', vm),
    network_interfaces: vm.network_interfaces ?? [],
    // The node of a VM whose status is unknown does not report what is plugged in.
    ...(vm.status !== 'unknown' && { foreign_devices: devices ?? [] }),
  };
}

/** Kinds in the order in which they are read: those that others refer to come first. */
export const TENANT_SOURCES: readonly SubjectSource[] = [
  sourceOf('security_group', 'sg', {
    list: ({ client, context }, page) => client.call('security_group.list', page, context),
    get: ({ client, context }, id) => client.call('security_group.get', { id }, context),
    toFacts: (item) => withOmitted('security_group', item),
    surrounds: (securityGroup) => ({ securityGroup }),
  }),
  sourceOf('volume', 'vol', {
    list: ({ client, context }, page) => client.call('volume.list', page, context),
    get: ({ client, context }, id) => client.call('volume.get', { id }, context),
    toFacts: (item) => withOmitted('volume', item),
    surrounds: (volume) => ({ volume }),
  }),
  sourceOf('vm', 'vm', {
    list: ({ client, context }, page) => client.call('vm.list', page, context),
    get: ({ client, context }, id) => client.call('vm.get', { id }, context),
    toFacts: vmFacts,
    surrounds: ({ node }) => ({ vmNode: node ?? null }),
    refersTo: ({ security_groups: groups = [], volumes = [] }) => [...groups, ...volumes],
  }),
  sourceOf('vm_group', 'vmg', {
    list: ({ client, context }, page) => client.call('vm_group.list', page, context),
    get: ({ client, context }, id) => client.call('vm_group.get', { id }, context),
    toFacts: (item) => withOmitted('vm_group', item),
    refersTo: ({ member_ids: ids = [] }) => ids,
  }),
  sourceOf('network', 'net', {
    list: ({ client, context }, page) => client.call('network.list', page, context),
    get: ({ client, context }, id) => client.call('network.get', { id }, context),
    toFacts: (item) => withOmitted('network', item),
  }),
  sourceOf('template', 'tpl', {
    list: ({ client, context }, page) => client.call('template.list', page, context),
    get: ({ client, context }, id) => client.call('template.get', { id }, context),
    toFacts: (item) => ({ ...withOmitted('template', item), vm_count: item.vm_count ?? 0 }),
  }),
  sourceOf('snapshot', 'snap', {
    list: ({ client, context }, page) => client.call('snapshot.list', page, context),
    get: ({ client, context }, id) => client.call('snapshot.get', { id }, context),
    toFacts: ({ id, name, revision }) => ({ id, name, revision }),
  }),
  sourceOf('ssh_key', 'ssh', {
    list: ({ client, context }, page) => client.call('ssh_key.list', page, context),
    get: ({ client, context }, id) => client.call('ssh_key.get', { id }, context),
    toFacts: ({ id, name, revision }) => ({ id, name, revision }),
  }),
  sourceOf('policy', 'pol', {
    list: ({ client, context }, page) => client.call('policy.list', page, context),
    get: ({ client, context }, id) => client.call('policy.get', { id }, context),
    toFacts: ({ id, name, revision }) => ({ id, name, revision }),
  }),
  sourceOf('orchestration_policy', 'orc', {
    list: ({ client, context }, page) => client.call('orchestration_policy.list', page, context),
    get: ({ client, context }, id) => client.call('orchestration_policy.get', { id }, context),
    toFacts: ({ id, name, revision }) => ({ id, name, revision }),
  }),
  sourceOf('api_key', 'key', {
    list: ({ client, context }, page) => client.call('api_key.list', page, context),
    get: findKey,
    toFacts: ({
      person = null,
      last_used_at = null,
      expires_at = null,
      created_by = null,
      ...item
    }) => ({
      ...item,
      person,
      last_used_at,
      expires_at,
      created_by,
    }),
  }),
  sourceOf('role', 'role', {
    list: ({ client, context }, page) => client.call('role.list', page, context),
    get: ({ client, context }, id) => client.call('role.get', { id }, context),
    toFacts: (item) => item,
  }),
  sourceOf('policy_waiver', 'pwv', {
    list: ({ client, context }, page) => client.call('policy_waiver.list', page, context),
    get: ({ client, context }, id) => client.call('policy_waiver.get', { id }, context),
    toFacts: (item) => ({ ...item, name: `${item.policy} for ${item.resource_name}` }),
  }),
  sourceOf('incident', 'inc', {
    list: ({ client, context }, page) => client.call('incident.list', page, context),
    get: ({ client, context }, id) => client.call('incident.get', { id }, context),
    toFacts: (item) => ({ ...item, name: `${item.cause} ${item.target}` }),
  }),
];

/** Subjects of the platform, which only its own tenant has. */
export const PLATFORM_SOURCES: readonly SubjectSource[] = [
  sourceOf('node', 'node', {
    list: ({ client, context }, page) => client.call('node.list', page, context),
    get: ({ client, context }, id) => client.call('node.get', { id }, context),
    toFacts: ({ facts, ...item }) => ({ ...item, ...facts?.host }),
  }),
];

interface SourceParts<Kind extends SubjectKind, Item> {
  readonly list: (
    reader: SubjectReader,
    page: { readonly limit: number; readonly cursor?: string },
  ) => Promise<Result<ListAnswer<Item>, Problem>>;
  readonly get: (reader: SubjectReader, id: string) => Promise<Result<Item, Problem>>;
  readonly toFacts: (item: Item) => SubjectFacts[Kind];
  readonly surrounds?: (facts: SubjectFacts[Kind]) => Subject['surrounds'];
  readonly refersTo?: (facts: SubjectFacts[Kind]) => readonly string[];
}

function sourceOf<Kind extends SubjectKind, Item extends object>(
  kind: Kind,
  prefix: string,
  { list, get, toFacts, surrounds, refersTo }: SourceParts<Kind, Item>,
): SubjectSource {
  const toSubject = (item: Item): Subject => {
    const facts = toFacts(item);
    return {
      ...subjectOf(kind, facts),
      ...(surrounds && { surrounds: surrounds(facts) }),
      ...(refersTo && { refersTo: refersTo(facts) }),
    };
  };
  return {
    kind,
    prefix,
    list: async (reader, cursor) => {
      const answer = await list(reader, { limit: PAGE_SIZE, ...(cursor && { cursor }) });
      if (!answer.ok) return answer;
      const { items, next_cursor: next } = answer.value;
      return ok({ subjects: items.map(toSubject), next });
    },
    get: async (reader, id) => {
      const answer = await get(reader, id);
      return answer.ok ? ok(toSubject(answer.value)) : answer;
    },
  };
}

/** No operation shows a single key: it is read as the list shows it. */
async function findKey(
  { store, context }: SubjectReader,
  id: string,
): Promise<Result<ApiKey, Problem>> {
  const where = { id, tenant_id: context.principal.tenantId };
  const [row] = await store.read({ from: 'api_keys', where });
  return row === undefined ? err(notFound('API key', id)) : ok(toApiKey(row));
}

/** Makes a subject of its facts. */
export function subjectOf<Kind extends SubjectKind>(
  kind: Kind,
  facts: SubjectFacts[Kind],
): Subject {
  return {
    id: facts.id,
    labels: 'metadata' in facts ? (facts.metadata ?? {}) : {},
    revision: 'revision' in facts && typeof facts.revision === 'number' ? facts.revision : null,
    judge: (around) => planCheckResults(kind, facts, around),
    surrounds: {},
    refersTo: [],
  };
}
