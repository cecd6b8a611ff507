/** The filter of every event stream, and how events match it. */
import { z } from 'zod';
import { keysOf } from '../closed-table.ts';
import { type IdPrefix, TenantId } from '../ids.ts';
import { type Event, EventPriority } from './event.ts';

/** More alternatives than this belong into a second stream. */
const ALTERNATIVES_MAX = 64;
/** Ids of a page of a console; a filter with that many is smaller than a message may be. */
const TARGETS_MAX = 500;
const NAME_LENGTH_MAX = 128;

const EventName = z.string().min(1).max(NAME_LENGTH_MAX);

/** `vm.create.succeeded` is that type alone, `vm.*` every type below `vm`, `*` every type. */
export const EventTypePattern = EventName.regex(
  /^(?:[a-z][a-z0-9_-]*\.)*(?:[a-z][a-z0-9_-]*|\*)$/,
  'must be an event type, such as vm.create.succeeded, or a pattern, such as vm.*',
);

const oneOf = <Item extends z.ZodType>(item: Item, most = ALTERNATIVES_MAX) =>
  z.array(item).min(1).max(most).optional();

/** The prefixes of ids by the kind that they name. */
const KINDS = {
  vm: 'vm',
  vm_group: 'vmg',
  network: 'net',
  security_group: 'sg',
  volume: 'vol',
  snapshot: 'snap',
  template: 'tpl',
  ssh_key: 'ssh',
  policy: 'pol',
  orchestration_policy: 'orc',
  node: 'node',
  operation: 'op',
  incident: 'inc',
  alert: 'alt',
  reservation: 'rsv',
  tenant: 'tnt',
  api_key: 'key',
  role: 'role',
} as const satisfies Readonly<Record<string, IdPrefix>>;

/** Kind of an event's target. */
const EventKind = z.enum(keysOf(KINDS));

/**
 * A filter. An event passes when it fits one alternative of every field that is given; an empty
 * filter lets everything pass.
 */
export const EventFilter = z.strictObject({
  types: oneOf(EventTypePattern).describe(
    'Only events of these types, such as vm.create.succeeded or vm.*',
  ),
  sources: oneOf(EventName).describe('Only events of these parts of NovaCron'),
  targets: oneOf(EventName, TARGETS_MAX).describe('Only events about the resources with these ids'),
  kinds: oneOf(EventKind).describe('Only events about resources of these kinds'),
  tenants: oneOf(TenantId).describe(
    'Only events of these tenants, of which the own one has to be one',
  ),
  priorities: oneOf(EventPriority).describe('Only events of these priorities'),
});
export type EventFilter = z.infer<typeof EventFilter>;

/** Fields of an event that a filter matches. */
type EventTraits = Pick<Event, 'type' | 'source' | 'target' | 'priority' | 'tenant_id'>;

/** Whether an event passes. */
export type EventTest = (event: EventTraits) => boolean;

/** Compiles a filter, so that many alternatives cost each event no more than few. Pure. */
export function compileFilter(filter: EventFilter): EventTest {
  const { types, kinds } = filter;
  const sources = toSet(filter.sources);
  const targets = toSet(filter.targets);
  const priorities = toSet(filter.priorities);
  const tenants = toSet(filter.tenants);
  const prefixes = toSet(kinds?.map((kind) => KINDS[kind]));
  return (event) =>
    (types === undefined || types.some((pattern) => matchesType(pattern, event.type))) &&
    sources?.has(event.source) !== false &&
    targets?.has(event.target) !== false &&
    priorities?.has(event.priority) !== false &&
    tenants?.has(event.tenant_id) !== false &&
    prefixes?.has(prefixOf(event.target)) !== false;
}

function toSet(values: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return values === undefined ? undefined : new Set(values);
}

function prefixOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('_')));
}

function matchesType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}
