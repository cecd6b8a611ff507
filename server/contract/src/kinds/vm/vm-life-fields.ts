/** Lifecycle fields of a VM: power state, protection, priority and healing. */
import { z } from 'zod';
import { deletionProtection } from '../../schema/deletion-protection.ts';
import { computed, field } from '../../schema/field.ts';
import { RestartPolicy, VmHealing } from './vm-healing.ts';
import { VmHealth } from './vm-health-check.ts';
import { VmRestartWindow } from './vm-restart-window.ts';
import { VmWaitFor } from './vm-wait-for.ts';

const PRIORITY_MAX = 100;

const DESCRIPTION_LENGTH_MAX = 1_000;

/** Fields of power, protection and precedence. */
export const VM_LIFE_FIELDS = {
  power_state: field({
    schema: z.enum(['running', 'stopped']),
    description:
      'Power state of the VM. A stopped VM keeps its node, its disks and its address. A ' +
      'change starts or stops it.',
    presence: 'optional',
    default: 'running',
    driftClass: 'availability',
    example: 'running',
  }),
  deletion_protection: deletionProtection('VM'),
  priority: field({
    schema: z.int().min(0).max(PRIORITY_MAX),
    description:
      'Priority of the VM, 0 to 100: VMs with a higher priority are healed first, start first ' +
      'when their host restarts, and leave a drained node first. Spot VMs with the lowest ' +
      'priority are preempted first.',
    presence: 'optional',
    default: 50,
    driftClass: 'availability',
    example: 80,
  }),
  spot: field({
    schema: z.boolean(),
    description:
      'Allows the VM to run on spot nodes, which may be withdrawn, at their discount. It ' +
      'may be preempted (stopped) to make room for a VM that is not a spot VM, and ' +
      'starts again when there is room. A change is checked against the current node.',
    presence: 'optional',
    default: false,
    driftClass: 'availability',
    example: false,
  }),
  description: field({
    schema: z.string().max(DESCRIPTION_LENGTH_MAX),
    description: 'Description of the VM.',
    presence: 'optional',
    example: 'Serves the shop.',
  }),
} as const;

/** Fields of what is waited for, checked, restarted and grown. */
export const VM_HEALING_FIELDS = {
  wait_for: field({
    schema: VmWaitFor,
    description:
      'Conditions of the guest that the create waits for, and an update that starts or restarts ' +
      'the VM. If they do not hold in time, the operation fails and the VM stays. A change of ' +
      '`wait_for` does nothing to the VM.',
    presence: 'optional',
    example: { agent: true, ip: true, timeout: '5m' },
  }),
  healing: field({
    schema: VmHealing,
    description: 'What NovaCron does by itself for the VM when something under it fails.',
    presence: 'optional',
    driftClass: 'availability',
    example: { restart: 'always', on_node_loss: 'restart' },
  }),
  restart_policy: {
    ...computed(
      RestartPolicy.prefault('never'),
      'Whether the VM is started again when it stops by itself: `healing.restart`, or its ' +
        'default.',
      'on-failure',
    ),
    follows: ['healing'],
  },
  health: {
    ...computed(
      VmHealth.nullable().prefault(null),
      'Health of the guest, as `healing.health_check` finds it: `starting` until enough checks ' +
        'have passed; null while the VM does not run. Without a check it is null, and ' +
        '`unhealthy` while the hypervisor process of the VM hangs.',
      'healthy',
    ),
    volatility: 'volatile',
  },
  grown_memory_gb: {
    ...computed(
      z.number().nullable().prefault(null),
      'Memory that healing (`healing.grow_to`) or the scaling of its VM group has given the ' +
        'VM instead of `memory_gb`; null ' +
        'where it has what is configured. A change of `memory_gb` ends it. Unit: GB.',
      8,
    ),
    volatility: 'volatile',
  },
  grown_cpu_cores: {
    ...computed(
      z.int().nullable().prefault(null),
      'CPU cores that healing (`healing.grow_to`) or the scaling of its VM group has given the ' +
        'VM instead of `cpu_cores`; null ' +
        'where it has what is configured. A change of `cpu_cores` ends it.',
      4,
    ),
    volatility: 'volatile',
  },
  restart_window: field({
    schema: VmRestartWindow,
    description:
      'Window in which the VM may be restarted for a change. A change that the node cannot make ' +
      'while the VM runs then waits until the window opens or the VM is stopped; its arguments ' +
      'are in `pending_restart`. Without a window, the VM is restarted at once.',
    presence: 'optional',
    example: { schedule: '0 3 * * SUN', duration: '2h', timezone: 'Europe/Berlin' },
  }),
} as const;
