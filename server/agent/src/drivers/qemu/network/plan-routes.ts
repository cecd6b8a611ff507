/**
 * Plans the routes of the networks of a node. They are in a table of the node's own, which the
 * host does not ask when it sends packets itself: a tenant chooses the block of a network, and the
 * host must not send to a guest what is for the control plane, for storage or for a name server
 * with an address of this block. Three rules lead to the table: packets that come from elsewhere
 * (of guests, and answers to them), packets of the host with a gateway's address (names, health
 * checks), and sockets that are bound to a bridge. Pure.
 * Sources: ip-rule(8), ip-route(8); the table of a VRF device has the same purpose (Documentation/
 * networking/vrf.rst of Linux), which not every kernel has.
 */
import { createHash } from 'node:crypto';
import { type HostCommand, spellAddress } from './plan-links.ts';
import type { NodeNetworks, PlannedNetwork } from './plan-networks.ts';

/** A rule of a host, of one family. */
export interface ObservedRule {
  readonly family: 4 | 6;
  readonly priority: number;
  readonly table: string;
  /** Undefined: from all. */
  readonly source: string | undefined;
  readonly iif: string | undefined;
  readonly oif: string | undefined;
  readonly isInverted: boolean;
}

/** A route of a host. */
export interface ObservedRoute {
  readonly family: 4 | 6;
  /** A block or an address; `default` for every address. */
  readonly to: string;
  readonly table: string;
  readonly link: string | undefined;
  readonly gateway: string | undefined;
}

/** The routing of a host. */
export interface ObservedRouting {
  readonly rules: readonly ObservedRule[];
  readonly routes: readonly ObservedRoute[];
}

/**
 * Behind the table `local`, before `main`: the answers to guests have to leave before a default
 * route takes them. A priority for each sort, because the kernel takes a rule without a source for
 * a repetition of one with a source.
 */
const PRIORITIES = { source: 20_000, link: 20_001, inward: 20_002 } as const;

/** "N" in the highest byte: tables that people make have small numbers. */
const TABLE_BASE = 0x4e_00_00_00;
const TABLE_BYTES = 3;

/** The number of the table of a node. */
export function tableOf(node: string): string {
  const digest = createHash('sha256').update(`table/${node}`).digest();
  return String(TABLE_BASE + digest.readUIntBE(0, TABLE_BYTES));
}

/** Plans the commands, to be run when the links are there; none where everything is there. */
export function planRoutes(
  plan: Pick<NodeNetworks, 'node' | 'networks'>,
  observed: ObservedRouting,
): readonly HostCommand[] {
  const table = tableOf(plan.node);
  const wanted = plan.networks.flatMap((network) => rulesOf(network, table));
  const rules = [...new Map(wanted.map((rule) => [wordsOf(rule).join(' '), rule])).values()];
  const there = new Map(
    observed.rules
      .filter((rule) => rule.table === table)
      .map((rule) => [wordsOf(rule).join(' '), rule]),
  );
  const isWanted = new Set(rules.map((rule) => wordsOf(rule).join(' ')));
  const needless = [...there].filter(([key]) => !isWanted.has(key)).map(([, rule]) => rule);
  const missing = rules.filter((rule) => !there.has(wordsOf(rule).join(' ')));
  return [
    ...plan.networks.flatMap((network) => routeCommands(network, table, observed.routes)),
    ...missing.map((rule): HostCommand => [programOf(rule), 'rule', 'add', ...wordsOf(rule)]),
    ...needless.map((rule): HostCommand => [programOf(rule), 'rule', 'delete', ...wordsOf(rule)]),
  ];
}

/** None for a network without a gateway: its host has no address there, and reaches no guest. */
function rulesOf({ block, bridge, gateway }: PlannedNetwork, table: string): ObservedRule[] {
  if (gateway === undefined) return [];
  const { family } = block;
  const source = spellAddress(gateway.ip);
  const any = { family, table, source: undefined, iif: undefined, oif: undefined } as const;
  return [
    { ...any, priority: PRIORITIES.source, source, iif: 'lo', isInverted: false },
    { ...any, priority: PRIORITIES.link, oif: bridge, isInverted: false },
    { ...any, priority: PRIORITIES.inward, iif: 'lo', isInverted: true },
  ];
}

/** The words that add a rule and delete it; `from` says the family where there is no address. */
function wordsOf({ family, priority, table, source, iif, oif, isInverted }: ObservedRule) {
  return [
    ...(isInverted ? ['not'] : []),
    'from',
    source ?? (family === 4 ? '0.0.0.0/0' : '::/0'),
    ...(iif === undefined ? [] : ['iif', iif]),
    ...(oif === undefined ? [] : ['oif', oif]),
    'lookup',
    table,
    'priority',
    String(priority),
  ];
}

function programOf({ family }: Pick<ObservedRule, 'family'>): HostCommand[0] {
  return family === 4 ? 'ip' : 'ip6';
}

/** Routes of a bridge that is deleted go with it. */
function routeCommands(
  { cidr, block, bridge, gateway }: PlannedNetwork,
  table: string,
  routes: readonly ObservedRoute[],
): HostCommand[] {
  if (gateway === undefined) return [];
  const to = spellBlock(cidr);
  const isThere = routes.some(
    (route) => route.table === table && route.link === bridge && spellBlock(route.to) === to,
  );
  if (isThere) return [];
  // IPv6 has no scope, and its source follows from the address of the bridge.
  const from = block.family === 4 ? ['scope', 'link', 'src', spellAddress(gateway.ip)] : [];
  return [[programOf(block), 'route', 'replace', to, 'dev', bridge, ...from, 'table', table]];
}

function spellBlock(text: string): string {
  const [address = '', length] = text.split('/');
  return length === undefined ? spellAddress(address) : `${spellAddress(address)}/${length}`;
}
