/** Automatic healing of a VM when something beneath it fails. */
import { z } from 'zod';
import { VmId } from '../../ids.ts';
import { nullWhenAbsent } from '../../schema/null-when-absent.ts';
import { VmHealthCheck } from './vm-health-check.ts';

/** Action for a VM whose node is confirmed dead. */
export const NODE_LOSS_ACTIONS = ['wait', 'restart', 'recreate', 'restore'] as const;

/** Restart policy on the same node for VMs that stopped unexpectedly. */
export const RestartPolicy = z.enum(['never', 'on-failure', 'always']);
export type RestartPolicy = z.infer<typeof RestartPolicy>;

/** Starts in a row after which a VM is given up, unless its `attempts` says otherwise. */
export const RESTART_ATTEMPTS = 3;

const RESTART_ATTEMPTS_MAX = 20;

/** Time limit of a guest's restart command, including its answer. Unit: ms. */
export const RESTART_COMMAND_MS = 30_000;

const WORDS_MAX = 32;
const WORD_LENGTH_MAX = 1_024;

/** More than the services that one VM needs at its start. */
const START_AFTER_MAX = 16;

/** Limits of a VM's `cpu_cores` and `memory_gb`. */
const CPU_CORES_MAX = 1_024;
const MEMORY_GB_MAX = 24_576;
const MEMORY_STEP_GB = 1 / 16;

/** The largest size that healing may give a VM: `maxAllowed` of a Kubernetes VPA. */
export const VmGrowth = z
  .strictObject({
    memory_gb: nullWhenAbsent(
      z
        .number()
        .min(MEMORY_STEP_GB, 'must be at least 0.0625')
        .max(MEMORY_GB_MAX)
        .multipleOf(MEMORY_STEP_GB, 'must be a multiple of 0.0625 (64 MiB)'),
      'Most memory that healing may give the VM. Unit: GB. Default: its memory does not grow.',
    ),
    cpu_cores: nullWhenAbsent(
      z.int().min(1).max(CPU_CORES_MAX),
      'Most CPU cores that healing may give the VM. Default: its CPU does not grow.',
    ),
  })
  .meta({ example: { memory_gb: 8, cpu_cores: 4 } });
export type VmGrowth = z.infer<typeof VmGrowth>;

/** Healing settings of a VM. */
export const VmHealing = z
  .strictObject({
    restart: nullWhenAbsent(
      RestartPolicy,
      'Whether the VM is started again when it stops by itself. `on-failure`: after a crash, a ' +
        'panic or a disk error; `always`: also when its guest shuts down; `never`: it stays ' +
        'stopped. Default: `on-failure`.',
    ),
    attempts: nullWhenAbsent(
      z.int().min(1).max(RESTART_ATTEMPTS_MAX),
      'Maximum number of consecutive starts, at growing intervals, before it is given up and its ' +
        'status is `failed`. A VM that runs for 10 minutes begins a new row. ' +
        `Default: ${RESTART_ATTEMPTS}.`,
    ),
    health_check: nullWhenAbsent(
      VmHealthCheck,
      'Health check of the running guest. A VM that is unhealthy is reset or rebooted, ' +
        'unless `restart` is `never`, within `attempts`. A member of a VM group that stays ' +
        'unhealthy is replaced. Default: only its machine is watched.',
    ),
    restart_command: nullWhenAbsent(
      z.array(z.string().min(1).max(WORD_LENGTH_MAX)).min(1).max(WORDS_MAX),
      'Program with its arguments that restarts the service in the guest, such as ' +
        '`["systemctl", "restart", "shop"]`. An unhealthy VM has it run through its guest agent ' +
        'before it is reset, as one of its `attempts`; each run is audited. No shell reads it, ' +
        'and it has 20 seconds. Everyone who may read the VM can read it: no secrets belong ' +
        'there. It needs `health_check`. Default: none.',
    ),
    on_node_loss: nullWhenAbsent(
      z.enum(NODE_LOSS_ACTIONS),
      'Action when the node of the VM is confirmed dead. `wait`: the VM waits for its ' +
        'node, or for `vm recover`; `restart`: it is started on another node that reaches its ' +
        'disks; `recreate`: as `restart`, and where no other node reaches its root disk, the VM ' +
        'gets a new one from its template: what was on it is lost; `restore`: as `recreate`, and ' +
        'volumes that no other node reaches get the content of their last exported snapshots; ' +
        'without one the VM waits. Default: `wait`.',
    ),
    standby: nullWhenAbsent(
      z.boolean(),
      'Whether room for the VM is reserved on a second node, on which it is started first ' +
        'when its own is confirmed dead. It needs `on_node_loss` = `restart` and a root disk in ' +
        'storage that nodes share. The room counts against the quotas of the tenant. ' +
        'Default: false.',
    ),
    stop_when_isolated: nullWhenAbsent(
      z.boolean(),
      'Whether the node stops the VM by itself when it has not heard from a server for the time ' +
        'of its isolation lease, so that the VM can be started elsewhere without a fence device. ' +
        'Only nodes with a watchdog take such a VM. Default: `false`.',
    ),
    start_after: nullWhenAbsent(
      z.array(VmId).min(1).max(START_AFTER_MAX),
      'Ids of VMs that NovaCron starts before this one after an outage, when both are down: it ' +
        'waits until they run and are healthy. One that was stopped by a person, is given up or ' +
        'finds no room is not waited for. Default: by `priority` alone.',
    ),
    grow_to: nullWhenAbsent(
      VmGrowth,
      'The largest size that healing may give the VM when restarts have not helped and its guest ' +
        'has run out of memory or CPU. It is doubled at most three times, while the VM runs ' +
        'where the node can do that, else with a restart in its `restart_window`. `memory_gb` ' +
        'and `cpu_cores` stay as they are configured; `grown_memory_gb` and `grown_cpu_cores` ' +
        'show what the VM has. Default: it never grows.',
    ),
  })
  .refine(
    ({ restart_command, health_check }) => restart_command === null || health_check !== null,
    { path: ['restart_command'], error: 'needs health_check, which says when it is run' },
  )
  .meta({
    example: {
      restart: 'always',
      attempts: 5,
      health_check: {
        kind: 'http',
        port: 8080,
        path: '/healthz',
        command: null,
        interval: null,
        timeout: null,
        healthy_after: null,
        unhealthy_after: null,
        start_period: null,
      },
      restart_command: ['systemctl', 'restart', 'shop'],
      on_node_loss: 'restart',
      standby: true,
      stop_when_isolated: null,
      start_after: null,
      grow_to: { memory_gb: 8, cpu_cores: 4 },
    },
  });
export type VmHealing = z.infer<typeof VmHealing>;

/** Whether the node of a VM stops it when it is isolated. */
export function stopsWhenIsolated(healing: VmHealing | null | undefined): boolean {
  return healing?.stop_when_isolated === true;
}

/** Whether a VM asks to be started on another node when its own is confirmed dead. */
export function startsElsewhere(healing: VmHealing | null | undefined): boolean {
  return (healing?.on_node_loss ?? 'wait') !== 'wait';
}

/** Whether a VM asks for room that is reserved for it on a second node. */
export function asksForStandby(healing: VmHealing | null | undefined): boolean {
  return healing?.standby === true;
}
