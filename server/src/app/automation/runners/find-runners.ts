/** Finds the runners that a step can go to. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import {
  ARTIFACTS,
  CALLS_SERVER,
  type RunnerCapability,
} from '@novacron/contract/automation/runner';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toRunner } from './read-runners.ts';

/** Requirements of a step on its runner. */
export interface RunnerNeed {
  readonly tenantId: string;
  readonly capability: RunnerCapability;
  /** All of them. */
  readonly labels: Readonly<Record<string, string>>;
  /** `yes`: its steps get artifacts, and leave some. */
  readonly artifacts: 'yes' | 'no';
  /** `hosts`: its steps reach the hosts that they name. */
  readonly network: 'any' | 'hosts';
  /** Whether the step calls the server. */
  readonly token: boolean;
}

/** What an action of a step needs, besides its kind. Compensations pass no artifacts. */
export function needOf(
  { run_on: labels = {}, artifacts }: AutomationStep,
  of: {
    readonly role: 'action' | 'compensation';
    readonly hosts: AutomationStep['hosts'];
    readonly token: AutomationStep['token'];
  },
): Pick<RunnerNeed, 'artifacts' | 'labels' | 'network' | 'token'> {
  return {
    labels,
    artifacts: of.role === 'action' && artifacts !== undefined ? 'yes' : 'no',
    network: of.hosts === undefined ? 'any' : 'hosts',
    token: of.token !== undefined && of.token !== false,
  };
}

/** The runners that can carry a step out. */
export interface FoundRunners {
  /** Those that announce themselves, the one with the most free places first. */
  readonly ready: readonly RunnerRow[];
  /** Names of those that do not. */
  readonly silent: readonly string[];
}

/** Finds them. */
export async function findRunners(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  { tenantId, capability, artifacts, labels, network, token }: RunnerNeed,
): Promise<FoundRunners> {
  const nowMs = clock.nowMs();
  const rows = await store.read({ from: 'runners', where: { tenant_id: tenantId } });
  const able = rows
    .map((row) => ({ row, shown: toRunner(row, nowMs) }))
    .filter(({ shown }) => shown.capabilities.includes(capability))
    .filter(({ shown }) => artifacts === 'no' || shown.capabilities.includes(ARTIFACTS))
    .filter(({ shown }) => network === 'any' || shown.network !== 'none')
    .filter(({ shown }) => !token || shown.capabilities.includes(CALLS_SERVER))
    .filter(({ shown }) =>
      Object.entries(labels).every(([name, value]) => shown.labels[name] === value),
    );
  const free = ({ places, running }: RunnerRow) => places - running;
  return {
    ready: able
      .filter(({ shown }) => shown.status === 'ready')
      .map(({ row }) => row)
      .toSorted((a, b) => free(b) - free(a)),
    silent: able.filter(({ shown }) => shown.status === 'silent').map(({ row }) => row.name),
  };
}

/**
 * Describes the requirements of a step, such as `runner with the label site=berlin and Ansible`.
 */
export function runnerInWords({
  capability,
  artifacts,
  labels,
  network,
  token,
}: Omit<RunnerNeed, 'tenantId'>): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const needs = [
    ...(all.length === 0 ? [] : [`the label${all.length === 1 ? '' : 's'} ${all.join(', ')}`]),
    ...(capability === 'ansible' ? ['Ansible'] : []),
    ...(network === 'hosts' ? ['a network'] : []),
    ...(artifacts === 'yes' ? ['support for artifacts'] : []),
    ...(token ? ['--endpoint'] : []),
  ];
  return needs.length === 0 ? 'runner' : `runner with ${needs.join(' and ')}`;
}
