/** Records of the sample world: operations, events, drift, the audit log. */
import { type Answers, AT, lastPage, sampleId } from './sample-base.ts';
import { runningOperation, sampleOperation } from './sample-operation.ts';
import { samplePlans } from './sample-plans.ts';
import { RECOMMENDATION_ANSWERS } from './sample-recommendations.ts';

const DRIFT = {
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  resource_name: 'web-server-01',
  severity: 'medium',
  drift_percent: 28.5,
  fields: [
    { field: 'memory_gb', was: 8, is: 16, wanted: 8, drift_class: 'cost' },
    {
      field: 'network_id',
      was: null,
      is: sampleId('net'),
      wanted: null,
      drift_class: 'security',
    },
  ],
  causes: [{ principal: 'alice', client: 'cli', request_id: sampleId('req'), at: AT }],
  deployment: 'default',
  applied_at: AT,
  explanation: [
    'vm web-server-01 has drifted (medium): 2 of 7 fields changed (28.5 %) ' +
      `since deployment default applied it at ${AT}`,
    'memory_gb: 8 -> 16 (cost)',
    `network_id: (none) -> "${sampleId('net')}" (security)`,
    `changed by alice with cli at ${AT} (request ${sampleId('req')})`,
    'Apply again to return to the configuration.',
  ],
};

const BASELINE = {
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  deployment: 'default',
  applied: { name: 'web-server-01', memory_gb: 8 },
  hash: 'ab'.repeat(32),
  applied_at: AT,
  applied_by: 'ci',
  origin: 'apply',
  proof: 'proven',
};

const REMEDIATION = {
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  resource_name: 'web-server-01',
  severity: 'medium',
  action: 'revert',
  outcome: 'planned',
  fields: [{ field: 'memory_gb', was: 8, is: 16, wanted: 8, drift_class: 'cost' }],
  hcl: ['resource "novacron_vm" "web-server-01" {', '  memory_gb = 16', '}'],
  import: ['import {', '  to = novacron_vm.web-server-01', `  id = "${sampleId('vm')}"`, '}'],
  operation: null,
  problem: null,
};

const SETTINGS = {
  revision: 1,
  settings: [
    {
      setting: 'retention-events',
      value: '14d',
      source: 'stored',
      configured: '30d',
      changeable: true,
      reason: null,
      range: 'from 1d to 3650d',
    },
    {
      setting: 'listen',
      value: '127.0.0.1:7480',
      source: 'default',
      configured: '127.0.0.1:7480',
      changeable: false,
      reason: 'The server reads it at its start.',
      range: null,
    },
  ],
};

const DRIFT_SETTINGS = {
  threshold: 0.05,
  auto_remediate: 'off',
  auto_severity_max: 'medium',
  auto_per_hour_max: 10,
};

const EVENT = {
  id: sampleId('evt'),
  position: 101,
  tenant_id: sampleId('tnt'),
  type: 'vm.create.succeeded',
  source: 'operations',
  target: sampleId('vm'),
  priority: 'normal',
  data: { name: 'web-server-01' },
  at: AT,
};

/** An entry of the audit log. */
export const AUDIT = {
  id: sampleId('aud'),
  tenant_id: sampleId('tnt'),
  at: AT,
  principal: 'alice',
  client: 'cli',
  request_id: sampleId('req'),
  operation: 'vm.update',
  outcome: 'done',
  resource_kind: 'vm',
  resource_id: sampleId('vm'),
  resource_name: 'web-server-01',
  changes: { memory_gb: { was: 8, is: 16 } },
};

/** Answers of operations that do not answer with resources. */
export const RECORD_ANSWERS: Answers = {
  ...samplePlans(runningOperation),
  ...RECOMMENDATION_ANSWERS,
  'operation.get': sampleOperation(),
  'operation.list': lastPage([sampleOperation()]),
  'operation.wait': sampleOperation(),
  'operation.cancel': { resource: runningOperation({ status: 'undoing' }), warnings: [] },
  'operation.retry': { resource: runningOperation({ status: 'undoing' }), warnings: [] },
  'event.list': { items: [EVENT], last_position: 101 },
  'drift.report': { items: [DRIFT] },
  'drift_baseline.get': BASELINE,
  'drift_baseline.set': { resource: { ...BASELINE, origin: 'adopt', applied_by: 'alice' } },
  'drift.remediate': { remediated: [REMEDIATION] },
  'settings.get': SETTINGS,
  'settings.update': { resource: SETTINGS },
  'drift_settings.get': DRIFT_SETTINGS,
  'drift_settings.update': { resource: { ...DRIFT_SETTINGS, auto_remediate: 'revert' } },
  'audit.list': lastPage([AUDIT]),
  'audit.verify': {
    entries: 42,
    last_position: 42,
    last_hash: 'ab'.repeat(32),
    forgotten_up_to: 0,
  },
};
