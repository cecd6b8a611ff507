/** The rows about the hypervisor of a server that is its own and only host. */
import {
  parseNodeLabels,
  parseNodeOvercommit,
  parseNodeTaints,
  writeNodeLabels,
  writeNodeOvercommit,
  writeNodeTaints,
} from '@novacron/agent/fleet/parse-marks';
import type { Result } from '@novacron/contract/result';
import { setting, settingSchema } from './setting.ts';
import { HostsSchema } from './value-schemas.ts';

const HYPERVISORS = ['simulator', 'qemu'] as const;
const ACCELERATORS = ['auto', 'kvm', 'tcg'] as const;
const GUEST_NETWORKS = ['isolated', 'host'] as const;

/** One of some words. */
function wordSchema<const T extends string>(words: readonly T[]) {
  return settingSchema<T>({
    read: (written) => words.find((word) => word === written),
    write: (value) => value,
    expected: `must be one of ${words.join(', ')}`,
  });
}

function parsedValue<T>(parsed: Result<T, string>): T | undefined {
  return parsed.ok ? parsed.value : undefined;
}

const LabelsSchema = settingSchema({
  read: (written) => parsedValue(parseNodeLabels(String(written))),
  write: writeNodeLabels,
  expected: 'must be such as disk=ssd, several with commas between them',
});

const TaintsSchema = settingSchema({
  read: (written) => parsedValue(parseNodeTaints(String(written))),
  write: writeNodeTaints,
  expected: 'must be such as gpu=a100:refuse or old:avoid, several with commas between them',
});

const OvercommitSchema = settingSchema({
  read: (written) => parsedValue(parseNodeOvercommit(String(written))),
  write: writeNodeOvercommit,
  expected: 'must be such as cpu=4,memory=1.5, each from 1 to 16',
});

/** The rows by name. */
export const HYPERVISOR_SETTINGS = {
  hypervisor: setting({
    description:
      'Hypervisor in this process: a simulated fleet, or QEMU, which makes this host the one node.',
    placeholder: HYPERVISORS.join('|'),
    schema: wordSchema(HYPERVISORS),
    default: 'simulator',
  }),
  'qemu-accel': setting({
    description: 'Accelerator of QEMU; auto tries KVM with a guest.',
    placeholder: ACCELERATORS.join('|'),
    schema: wordSchema(ACCELERATORS),
    default: 'auto',
  }),
  'qemu-guest-network': setting({
    description: "What guests reach: their network only, or also the host's.",
    placeholder: GUEST_NETWORKS.join('|'),
    schema: wordSchema(GUEST_NETWORKS),
    default: 'isolated',
  }),
  'qemu-image-hosts': setting({
    description: 'Permitted hosts for images of templates; add the port if it is not the default.',
    placeholder: 'HOST,…',
    schema: HostsSchema,
    presence: 'optional',
    defaultWords: 'none',
  }),
  'qemu-overcommit': setting({
    description: 'How often the node of QEMU promises its cores and memory.',
    placeholder: 'cpu=N,memory=N',
    schema: OvercommitSchema,
    presence: 'optional',
    defaultWords: 'each once',
  }),
  label: setting({
    description: 'Labels of the node of QEMU, which VMs can ask for.',
    placeholder: 'K=V,…',
    schema: LabelsSchema,
    repeated: 'joined',
    presence: 'optional',
    defaultWords: 'none',
  }),
  taint: setting({
    description: 'Taints of the node of QEMU: VMs that do not tolerate one stay away.',
    placeholder: 'K=V:E,…',
    schema: TaintsSchema,
    repeated: 'joined',
    presence: 'optional',
    defaultWords: 'none',
  }),
} as const;
