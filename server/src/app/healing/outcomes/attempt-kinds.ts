/** Classifies operations that are attempts to heal, by strategy. */
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Attempt, LadderLevel } from '@novacron/engine/healing/outcomes/model/learning';
import { LADDER } from '@novacron/engine/healing/outcomes/rules/ladder';
import type { ArbiterClaimRow } from '../../../ports/tables/arbiter-claim-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { GROWTH } from '../escalation/given-up-vms.ts';

/** Kind of a healing attempt, by the name of the operation. */
interface Kind extends Pick<Attempt, 'strategy' | 'proof'> {
  /** The part of NovaCron whose attempt it is. */
  readonly who: string;
}

const KINDS: Readonly<Partial<Record<OperationName, Kind>>> = {
  'vm.restart_service': {
    strategy: 'restart_service',
    proof: 'health',
    who: 'health-checks',
  },
  'vm.reset': { strategy: 'reset', proof: 'health', who: 'health-checks' },
  'vm.reboot': { strategy: 'reboot', proof: 'health', who: 'health-checks' },
  'vm_group.replace_members': {
    strategy: 'replace_member',
    proof: 'health',
    who: 'member-replacement',
  },
  'vm.start': { strategy: 'start', proof: 'stable', who: 'restarts' },
  'vm.migrate': {
    strategy: 'live_migration',
    proof: 'operation',
    who: 'condition-moves',
  },
  'vm.update': { strategy: 'grow', proof: 'health', who: GROWTH },
  'node.fence': {
    strategy: 'power_fence',
    proof: 'operation',
    who: 'fencing',
  },
  'vm.recover': {
    strategy: 'restart_elsewhere',
    proof: 'operation',
    who: 'recoveries',
  },
};

/** Operations that restart a VM, or what it serves, where it is. */
export const RESTARTS: ReadonlySet<string> = new Set([
  'vm.start',
  'vm.restart_service',
  'vm.reset',
  'vm.reboot',
]);

/** The kinds, by the names of operations. */
export const KIND_OF: ReadonlyMap<string, Kind> = new Map(Object.entries(KINDS));

/** Kinds of operations whose definitions say which attempt they are. */
const OF_SEVERAL_STRATEGIES: ReadonlySet<string> = new Set(['vm.recover', 'vm.migrate']);

/**
 * Returns the kind of attempt that an operation is, by its name and definition; undefined if it is
 * not an attempt.
 */
export function kindOf(row: Tables['operations']): Kind | undefined {
  const kind = KIND_OF.get(row.kind);
  const strategy = strategyOf(row);
  return kind === undefined || strategy === undefined ? kind : { ...kind, strategy };
}

/** Returns the strategy that an operation's definition states. */
function strategyOf(row: Tables['operations']): string | undefined {
  const mayBe = OF_SEVERAL_STRATEGIES.has(row.kind) && !isDamaged(row);
  return mayBe ? decodeDefinition(row).strategy : undefined;
}

/** The level of the ladder that each strategy is on: the cause that it is for, and its scope. */
export const LEVEL_OF: ReadonlyMap<string, LadderLevel> = new Map(
  LADDER.flatMap((level) => level.strategies.map((strategy) => [strategy, level] as const)),
);

const OF_SEVERAL_PARTS: ReadonlySet<string> = new Set(['vm.migrate', 'vm.update']);

/**
 * Whether a part of NovaCron that heals has made it. The claim of an attempt that was followed by
 * another one is gone; migrations and changes are made for several reasons, so they need theirs,
 * where their definitions do not say it.
 */
export function isAttempt(row: Tables['operations'], claim: ArbiterClaimRow | undefined): boolean {
  const { kind } = row;
  if (claim !== undefined) return claim.who === KIND_OF.get(kind)?.who;
  return !OF_SEVERAL_PARTS.has(kind) || strategyOf(row) !== undefined;
}
