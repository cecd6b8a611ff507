/** Networks, volumes, security groups and snapshots of the sample world. */
import { SSH_KEY_EXAMPLE } from '@novacron/contract/formats/ssh-public-key';
import { type Answers, COMMON, type Samples, sampleId } from './sample-base.ts';

const HTTPS = {
  direction: 'ingress',
  action: 'allow',
  protocol: 'tcp',
  ports: '443',
  cidr: '0.0.0.0/0',
  group_id: null,
  description: null,
};

/** Resources by noun. */
export const NETWORK_SAMPLES = {
  network: [
    {
      id: sampleId('net'),
      ...COMMON,
      name: 'production-network',
      cidr: '10.0.0.0/16',
      dns_servers: ['8.8.8.8', '8.8.4.4'],
      address_class: null,
      metadata: { environment: 'production' },
      vm_count: 1,
    },
  ],
  security_group: [
    {
      id: sampleId('sg'),
      ...COMMON,
      name: 'web',
      description: 'Web servers that everybody reaches',
      rules: [HTTPS],
      metadata: null,
      vm_count: 1,
    },
  ],
  ssh_key: [
    {
      id: sampleId('ssh'),
      ...COMMON,
      name: 'ann',
      public_key: SSH_KEY_EXAMPLE,
      metadata: null,
      fingerprint: 'SHA256:c9vPc3NfWhPywI+OR3E9+woJbuAnoyMOCWaMGgIytDU',
      key_type: 'ssh-ed25519',
    },
  ],
  volume: [
    {
      id: sampleId('vol'),
      ...COMMON,
      name: 'data-volume',
      size_gb: 500,
      type: 'ssd',
      attached_to: sampleId('vm'),
      metadata: null,
      status: 'attached',
    },
  ],
  snapshot: [
    {
      id: sampleId('snap'),
      ...COMMON,
      name: 'before-upgrade',
      volume_id: sampleId('vol'),
      description: 'Before the upgrade to 2.0',
      metadata: null,
      size_gb: 500,
      node: 'node-03',
      status: 'ready',
    },
  ],
} as const satisfies Samples;

/** Answers of operations that do not answer with resources. */
export const NETWORK_ANSWERS: Answers = {
  'snapshot.exports': {
    exports: [
      {
        format_version: 1,
        snapshot_id: sampleId('snap'),
        name: 'before-upgrade',
        volume_name: 'data-volume',
        storage_class: 'ssd',
        size_gb: 500,
        created_at: '2026-01-02T03:04:05.000Z',
        format: 'qcow2',
        bytes: 1_073_741_824,
        virtual_bytes: 536_870_912_000,
        sha256: '0123456789abcdef'.repeat(4),
        exported_at: '2026-01-02T03:04:05.000Z',
        expires_at: '2026-01-09T03:04:05.000Z',
      },
    ],
  },
  'network.reachability': {
    allowed: true,
    explanation: 'tcp 443 from db-01 to web-server-01 gets through.',
    verdicts: [
      {
        vm_id: sampleId('vm'),
        direction: 'ingress',
        allowed: true,
        reason: 'rule',
        rule: HTTPS,
        security_group_id: sampleId('sg'),
        explanation: 'web-server-01 lets it in: the rule ingress tcp 443 allows it.',
      },
    ],
  },
};
