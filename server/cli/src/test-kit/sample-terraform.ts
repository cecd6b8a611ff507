/** Terraform output about the sample world: a plan, and states in both formats. */
import { sampleId } from './sample-base.ts';

const WEB = { id: sampleId('vm'), name: 'web-server-01', cpu_cores: 4, metadata: null };

const NOW = { ...WEB, memory_gb: 16, network_id: sampleId('net') };

/** The plan takes the memory back, and keeps the network. */
const PLAN = {
  format_version: '1.2',
  resource_changes: [
    {
      address: 'module.shop.novacron_vm.web["a"]',
      module_address: 'module.shop',
      mode: 'managed',
      type: 'novacron_vm',
      name: 'web',
      change: { actions: ['update'], before: NOW, after: { ...NOW, memory_gb: 8 } },
    },
    {
      address: 'novacron_network.main',
      mode: 'managed',
      type: 'novacron_network',
      name: 'main',
      change: {
        actions: ['no-op'],
        before: { id: sampleId('net'), name: 'production-network', cidr: '10.0.0.0/16' },
        after: { id: sampleId('net'), name: 'production-network', cidr: '10.0.0.0/16' },
      },
    },
  ],
  configuration: { root_module: { module_calls: { shop: { source: './shop' } } } },
};

const STATE = {
  version: 4,
  terraform_version: '1.11.4',
  serial: 3,
  lineage: 'a',
  resources: [
    {
      module: 'module.shop',
      mode: 'managed',
      type: 'novacron_vm',
      name: 'web',
      instances: [{ index_key: 'a', attributes: { id: sampleId('vm'), name: 'web-server-01' } }],
    },
    {
      mode: 'managed',
      type: 'novacron_vm',
      name: 'gone',
      instances: [{ attributes: { id: sampleId('vm', 9) } }],
    },
    { mode: 'managed', type: 'aws_instance', name: 'other', instances: [{ attributes: null }] },
    {
      mode: 'data',
      type: 'novacron_network',
      name: 'looked_up',
      instances: [{ attributes: { id: sampleId('net') } }],
    },
  ],
};

const SHOWN = {
  format_version: '1.0',
  terraform_version: '1.11.4',
  values: {
    root_module: {
      child_modules: [
        {
          address: 'module.net',
          resources: [
            {
              address: 'module.net.novacron_network.main',
              mode: 'managed',
              type: 'novacron_network',
              name: 'main',
              values: { id: sampleId('net') },
            },
          ],
        },
      ],
    },
  },
};

/** Files by name. */
export const SAMPLE_TERRAFORM: Readonly<Record<string, string>> = {
  'plan.json': JSON.stringify(PLAN),
  'terraform.tfstate': JSON.stringify(STATE),
  'network.json': JSON.stringify(SHOWN),
  'shop/main.tf': 'resource "novacron_vm" "web" {\n  for_each  = var.vms\n  memory_gb = 8\n}\n',
  '.terraform/modules/modules.json': JSON.stringify({ Modules: [{ Key: 'shop', Dir: 'shop' }] }),
  'old.tfstate': JSON.stringify({ version: 3, modules: [] }),
  'broken.tfstate': '{\n  "version": 4,\n  "resources": [}\n}\n',
  'plan.bin': 'PK\u0003\u0004',
};
