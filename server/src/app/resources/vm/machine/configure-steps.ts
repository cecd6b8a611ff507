/**
 * The steps that configure a machine: while it runs where the hypervisor can, else it is stopped,
 * changed and started again, each a step that can be undone.
 */
import { AgentAnnouncement } from '@novacron/contract/agent/agent-announcement';
import { tableOf } from '@novacron/contract/closed-table';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { FieldTable } from '@novacron/contract/schema/field';
import type { Tables, VmRow } from '../../../../ports/tables/tables.ts';
import type { OperationStepDefinition } from '../../../kernel/definitions/operation-definition.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { parseStored } from '../../../rows/parse-stored.ts';
import { awaitGuestSteps } from './await-guest-steps.ts';
import { type MachineShape, toMachineSpec } from './machine-spec.ts';

/** Both values of the fields that a change touches, by name. */
export type FieldChanges = Readonly<
  Record<string, { readonly was: unknown; readonly is: unknown }>
>;

/** The change of a machine. */
export interface MachineReshaping {
  readonly row: VmRow;
  /** Name of the node where it is. */
  readonly node: string;
  readonly before: MachineShape;
  readonly after: MachineShape;
  /** Whether a machine that runs has to be stopped for it. */
  readonly effect: 'live' | 'restart';
  /** Power state changes that are part of the update. */
  readonly power: 'start' | 'stop' | 'stay';
  /** Source of the new root disk, if the change replaces it. */
  readonly reimage?: MachineShape | undefined;
}

/** All fields, old and new. */
const SaidCapabilities = AgentAnnouncement.shape.capabilities.partial();

const CAPABILITIES = [
  'hotplugCpu',
  'hotplugMemory',
  'hotplugDisk',
  'liveMigration',
  'snapshots',
  'snapshotExport',
  'volumeImport',
  'liveRestore',
  'migrationRelease',
  'migrationTransfer',
  'coldMigration',
  'tpmMigration',
  'reimage',
  'define',
  'forget',
  'deleteVolume',
  'pause',
  'reset',
  'console',
  'consoleTail',
  'poolHeartbeat',
  'guestCheck',
  'guestPorts',
] as const;

type NodeCapabilities = Readonly<Record<(typeof CAPABILITIES)[number], 'yes' | 'no'>>;

/** The capabilities of a node's hypervisor; none where it does not report them. */
export function capabilitiesOf(node: Tables['nodes']): NodeCapabilities {
  const said = SaidCapabilities.safeParse(parseStored(node.capabilities_json)).data ?? {};
  return tableOf(CAPABILITIES, (name) => said[name] ?? 'no');
}

/** The fields whose change restarts a running machine, as the resource table says. */
export function fieldsToRestart(
  table: FieldTable,
  changes: FieldChanges,
  capabilities: NodeCapabilities,
): readonly string[] {
  return Object.entries(changes)
    .filter(([name, { was, is }]) => {
      const effect = table[name]?.effectOf(was, is, capabilities);
      return effect === 'restart' || effect === 'reimage';
    })
    .map(([name]) => name);
}

/** A change that needs a restart, where the caller allows none. */
export function restartForbidden(row: VmRow, node: string, fields: readonly string[]): Problem {
  const names = fields.join(', ');
  return problem('validation-failed', {
    detail: `The change of ${names} restarts the VM ${row.name}: ${node} cannot apply it live.`,
    remedy: 'Allow the restart (restart: allowed), stop the VM first, or leave the value as it is.',
    fields: fields.map((name) => ({ path: [name], message: `restarts the VM on ${node}` })),
  });
}

/** The steps of the change. */
export function configureSteps(change: MachineReshaping): OperationStepDefinition[] {
  const { row, effect, power } = change;
  const { status } = observedOf(row);
  const configure = configureStep(change, status === 'unknown' ? 'allowed' : 'forbidden');
  const isRestart = effect === 'restart' && status === 'running';
  const stops = power === 'stop' || isRestart;
  const starts = power === 'start' || isRestart;
  const agent = agentOf(change);
  const start = { ...agent, action: { kind: 'start' } } as const;
  const stopStep: OperationStepDefinition = {
    name: 'stop',
    after: [],
    action: { ...agent, action: { kind: 'stop' } },
    undo: start,
  };
  const reimage = change.reimage && reimageStep(change, change.reimage);
  const startStep: OperationStepDefinition = {
    name: 'start',
    after: [reimage === undefined ? 'configure' : 'reimage'],
    action: start,
    // It has only just started: there is no guest yet that could shut down.
    undo: { ...agent, action: { kind: 'stop', force: 'yes' } },
  };
  return [
    ...(stops ? [stopStep] : []),
    { ...configure, after: stops ? ['stop'] : [] },
    ...(reimage === undefined ? [] : [reimage]),
    ...(starts ? [startStep] : []),
    ...(starts
      ? awaitGuestSteps({
          vmId: row.id,
          node: change.node,
          spec: change.after.spec,
          after: 'start',
        })
      : []),
  ];
}

/**
 * Builds the step that replaces the root disk. If it fails, the machine keeps its disk; if it
 * succeeds, the content is lost.
 */
function reimageStep(
  change: Pick<MachineReshaping, 'row' | 'node'>,
  shape: MachineShape,
): OperationStepDefinition {
  return {
    name: 'reimage',
    after: ['configure'],
    action: { ...agentOf(change), action: { kind: 'reimage', spec: toMachineSpec(shape) } },
    undo: null,
    noReturn: 'once-done',
  };
}

/**
 * Builds the step that configures a machine as recorded after a stuck command; it has no rollback.
 */
export function repairSteps(
  change: Omit<MachineReshaping, 'before' | 'effect' | 'power' | 'reimage'>,
) {
  const { after } = change;
  const step = configureStep({ ...change, before: after }, 'allowed');
  return [{ ...step, undo: null }];
}

/**
 * Builds the step that configures a machine. If the hypervisor turns out to need a restart after
 * all, the step fails instead of restarting a guest unannounced. A VM whose status is unknown may
 * or may not be running.
 */
function configureStep(
  change: Omit<MachineReshaping, 'effect' | 'power'>,
  restart: 'allowed' | 'forbidden',
): OperationStepDefinition {
  const { before, after } = change;
  const configure = (shape: MachineShape) =>
    ({
      ...agentOf(change),
      action: { kind: 'configure', spec: toMachineSpec(shape), restart },
    }) as const;
  return {
    name: 'configure',
    after: [],
    action: configure(after),
    // A failed change has changed nothing. If a disk has grown all the same, the agent refuses to
    // make it smaller, and the operation is stuck for a person to look at.
    undo: configure(before),
    // A disk that has grown cannot be shrunk again.
    ...(after.spec.disk_gb > before.spec.disk_gb ? { noReturn: 'yes' } : {}),
  };
}

function agentOf({ row, node }: Pick<MachineReshaping, 'row' | 'node'>) {
  const vmId = row.id;
  return { kind: 'agent', node, vmId, generation: row.generation + 1 } as const;
}
