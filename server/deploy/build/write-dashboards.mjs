/**
 * Writes the dashboards for Grafana to server/deploy/monitoring/dashboards.
 *
 *   node server/deploy/build/write-dashboards.mjs [directory]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

const DIRECTORY = fileURLToPath(new URL('../monitoring/dashboards', import.meta.url));

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Height and width of panels, in cells of Grafana's grid, which is 24 wide. */
const HEIGHT = 8;
const WIDTH = 8;
const STAT_HEIGHT = 4;
const STAT_WIDTH = 6;

/** Calls that last as long as they wait say nothing about the server. */
const CALLS = 'operation!="operation.wait"';

/** Workflows and runbooks of users; other kinds are operations of NovaCron. */
const WORKFLOWS = 'kind="workflow.run"';

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} description
 * @property {string} unit - as Grafana names it
 * @property {readonly (readonly [expression: string, legend: string])[]} queries
 * @property {'stat'} [kind] - a number; otherwise lines over time
 */

/** @type {readonly Panel[]} */
const OVERVIEW = [
  {
    kind: 'stat',
    title: 'Servers ready',
    description: 'Servers whose /readyz answers 200.',
    unit: 'short',
    queries: [['sum(novacron_server_ready)', 'ready']],
  },
  {
    kind: 'stat',
    title: 'VMs down',
    description: 'VMs that are down by an incident.',
    unit: 'short',
    queries: [['max(novacron_vms_down)', 'down']],
  },
  {
    kind: 'stat',
    title: 'Stuck operations',
    description: 'Operations that need a person.',
    unit: 'short',
    queries: [['max(novacron_operations{status="stuck"}) or vector(0)', 'stuck']],
  },
  {
    kind: 'stat',
    title: 'Audit log intact',
    description: '1 while no verification has found a changed or missing entry.',
    unit: 'short',
    queries: [['min(novacron_audit_chain_intact)', 'intact']],
  },
  {
    title: 'Requests',
    description: 'HTTP requests per second, by status.',
    unit: 'reqps',
    queries: [
      ['sum by (status) (rate(novacron_http_requests_total[$__rate_interval]))', '{{status}}'],
    ],
  },
  {
    title: 'Latency of calls',
    description: 'Half and 99% of the calls are faster than this. Exemplars lead to traces.',
    unit: 's',
    queries: ['0.5', '0.99'].map((share) => [
      `histogram_quantile(${share}, sum by (le) ` +
        `(rate(novacron_call_duration_seconds_bucket{${CALLS}}[$__rate_interval])))`,
      share,
    ]),
  },
  {
    title: 'Operations',
    description: 'Admitted operations per second, by kind.',
    unit: 'short',
    queries: [
      ['sum by (kind) (rate(novacron_operations_started_total[$__rate_interval]))', '{{kind}}'],
    ],
  },
  {
    title: 'Nodes',
    description: 'Nodes by status.',
    unit: 'short',
    queries: [['max by (status) (novacron_nodes)', '{{status}}']],
  },
  {
    title: 'VMs',
    description: 'VMs by status.',
    unit: 'short',
    queries: [['max by (status) (novacron_vms)', '{{status}}']],
  },
  {
    title: 'Utilization of zones',
    description: 'Used share of CPU and memory, allocated share of disk.',
    unit: 'percentunit',
    queries: [
      ['max by (zone, resource) (novacron_zone_utilization_ratio)', '{{zone}} {{resource}}'],
    ],
  },
  {
    title: 'Saturation and errors of zones',
    description: 'Nodes that are short of a resource, and nodes with errors of it.',
    unit: 'short',
    queries: [
      ['max by (zone, resource) (novacron_zone_saturated_nodes)', '{{zone}} {{resource}} short'],
      ['max by (zone, resource) (novacron_zone_faulty_nodes)', '{{zone}} {{resource}} errors'],
    ],
  },
  {
    title: 'Commits to the store',
    description: 'Half and 99% of the commits are faster than this.',
    unit: 's',
    queries: ['0.5', '0.99'].map((share) => [
      `histogram_quantile(${share}, sum by (le) ` +
        '(rate(novacron_store_commit_duration_seconds_bucket[$__rate_interval])))',
      share,
    ]),
  },
  {
    title: 'Message bus and events',
    description: 'Messages per second, and the age of the oldest event that is not published.',
    unit: 'short',
    queries: [
      ['sum by (outcome) (rate(novacron_bus_messages_total[$__rate_interval]))', '{{outcome}}'],
      ['max(novacron_event_relay_lag_seconds)', 'oldest event, seconds'],
    ],
  },
];

/** @type {readonly Panel[]} */
const ORCHESTRATION = [
  {
    kind: 'stat',
    title: 'Executions today',
    description: 'Ended executions of workflows and runbooks in the last day.',
    unit: 'short',
    queries: [[`sum(increase(workflow_executions_total{${WORKFLOWS}}[1d]))`, 'ended']],
  },
  {
    kind: 'stat',
    title: 'Success rate',
    description: 'Share of the executions of the last day that succeeded.',
    unit: 'percentunit',
    queries: [
      [
        `sum(increase(workflow_executions_total{${WORKFLOWS}, status="succeeded"}[1d])) / ` +
          `sum(increase(workflow_executions_total{${WORKFLOWS}}[1d]))`,
        'succeeded',
      ],
    ],
  },
  {
    kind: 'stat',
    title: 'Failed attempts at steps',
    description: 'Attempts of the last day, of all operations; `final` ones are not retried.',
    unit: 'short',
    queries: [['sum by (next) (increase(workflow_step_failures[1d])) or vector(0)', '{{next}}']],
  },
  {
    kind: 'stat',
    title: 'Circuit breakers open',
    description: 'Nodes and services that are not called for the moment.',
    unit: 'short',
    queries: [['sum(novacron_circuit_breakers_open) or vector(0)', 'open']],
  },
  {
    title: 'Executions',
    description: 'Ended executions of workflows and runbooks per second, by status.',
    unit: 'short',
    queries: [
      [
        `sum by (status) (rate(workflow_executions_total{${WORKFLOWS}}[$__rate_interval]))`,
        '{{status}}',
      ],
    ],
  },
  {
    title: 'GitOps applications',
    description: 'Applications by the end of their last sync and the health of their resources.',
    unit: 'short',
    queries: [
      ['max by (sync, health) (novacron_gitops_applications) or vector(0)', '{{sync}}, {{health}}'],
    ],
  },
  {
    title: 'Syncs of GitOps applications',
    description: 'Ended syncs per second, dry runs included.',
    unit: 'short',
    queries: [
      [
        'sum by (result) (rate(novacron_gitops_syncs_total[$__rate_interval])) or vector(0)',
        '{{result}}',
      ],
    ],
  },
  {
    title: 'Duration of executions',
    description: 'Half and 95% of the executions are faster than this.',
    unit: 's',
    queries: ['0.5', '0.95'].map((share) => [
      `histogram_quantile(${share}, sum by (le) ` +
        `(rate(workflow_duration_seconds_bucket{${WORKFLOWS}}[$__rate_interval])))`,
      share,
    ]),
  },
  {
    title: 'Operations of NovaCron',
    description: 'Other operations that ended, per second, by kind.',
    unit: 'short',
    queries: [
      [
        'sum by (kind) (rate(workflow_executions_total{kind!="workflow.run"}[$__rate_interval]))',
        '{{kind}}',
      ],
    ],
  },
  {
    title: 'Steps',
    description: 'Attempts at steps per second, and retried ones.',
    unit: 'short',
    queries: [
      [
        'sum by (direction) (rate(novacron_workflow_steps_total[$__rate_interval]))',
        '{{direction}}',
      ],
      ['sum(rate(novacron_workflow_step_retries_total[$__rate_interval])) or vector(0)', 'retried'],
    ],
  },
  {
    title: 'Commands to agents',
    description: 'Commands per second, by action.',
    unit: 'short',
    queries: [
      [
        'sum by (action, outcome) (rate(novacron_agent_commands_total[$__rate_interval]))',
        '{{action}} {{outcome}}',
      ],
    ],
  },
  {
    title: 'Schedules and triggers',
    description: 'Rounds of the reconcilers that start workflows, per second, by outcome.',
    unit: 'short',
    queries: [
      [
        'sum by (name, outcome) ' +
          '(rate(novacron_reconciler_rounds_total{name=~"workflow-.*"}[$__rate_interval]))',
        '{{name}} {{outcome}}',
      ],
    ],
  },
  {
    title: 'Decisions',
    description: 'Placements and changes of size that were decided, per second.',
    unit: 'short',
    queries: [['sum by (kind) (rate(decisions_made_total[$__rate_interval]))', '{{kind}}']],
  },
  {
    title: 'Outcomes of scaling',
    description: 'Decisions about sizes of groups, per second, by outcome.',
    unit: 'short',
    queries: [
      [
        'sum by (outcome) (rate(novacron_scaling_decisions_total[$__rate_interval])) or vector(0)',
        '{{outcome}}',
      ],
    ],
  },
];

/** @type {readonly Panel[]} */
const DECISIONS = [
  {
    kind: 'stat',
    title: 'Accuracy',
    description: 'Share of the autonomous decisions of the last day that were right in hindsight.',
    unit: 'percentunit',
    queries: [['max(decision_accuracy)', 'right']],
  },
  {
    kind: 'stat',
    title: 'Decisions of the last day',
    description: 'Autonomous decisions that were recorded, carried out or not.',
    unit: 'short',
    queries: [
      ['sum(increase(decisions_made_total{kind="autonomous"}[24h])) or vector(0)', 'decisions'],
    ],
  },
  {
    title: 'Decisions',
    description: 'Automatic decisions per second, by kind.',
    unit: 'short',
    queries: [['sum by (kind) (rate(decisions_made_total[$__rate_interval]))', '{{kind}}']],
  },
  {
    title: 'Accuracy over time',
    description: 'Share of the autonomous decisions of the last day that were right in hindsight.',
    unit: 'percentunit',
    queries: [['max(decision_accuracy)', 'right']],
  },
  {
    title: 'Duration of decisions',
    description: 'Half and 99% of the autonomous decisions take less than this.',
    unit: 's',
    queries: ['0.5', '0.99'].map((share) => [
      `histogram_quantile(${share}, sum by (le) ` +
        '(rate(decision_latency_seconds_bucket[$__rate_interval])))',
      share,
    ]),
  },
];

/** @type {readonly Panel[]} */
const COMPLIANCE = [
  {
    kind: 'stat',
    title: 'Lowest score',
    description: 'Lowest score of a tenant for any standard.',
    unit: 'percent',
    queries: [['min(compliance_score_percentage)', 'score']],
  },
  {
    kind: 'stat',
    title: 'Critical findings today',
    description: 'Critical findings that were opened for the first time in the last day.',
    unit: 'short',
    queries: [
      [
        'sum(increase(compliance_violations_total{severity="critical"}[1d])) or vector(0)',
        'critical',
      ],
    ],
  },
  {
    kind: 'stat',
    title: 'Corrected automatically today',
    description: 'Findings that automatic corrections resolved in the last day.',
    unit: 'short',
    queries: [['sum(increase(compliance_auto_remediated[1d])) or vector(0)', 'corrected']],
  },
  {
    kind: 'stat',
    title: 'Failed scans today',
    description: 'Rounds of the scan that failed in the last day.',
    unit: 'short',
    queries: [
      [
        'sum(increase(novacron_reconciler_rounds_total' +
          '{name="compliance-scan",outcome="failed"}[1d])) or vector(0)',
        'failed',
      ],
    ],
  },
  {
    title: 'Scores',
    description: 'Lowest score of a tenant, by standard. 100 is no failure and no open question.',
    unit: 'percent',
    queries: [['min by (standard) (compliance_score_percentage)', '{{standard}}']],
  },
  {
    title: 'Failures',
    description: 'Failures without a waiver in all tenants, by standard.',
    unit: 'short',
    queries: [['max by (standard) (novacron_compliance_failures)', '{{standard}}']],
  },
  {
    title: 'New findings',
    description: 'Findings that were opened for the first time, per second, by severity.',
    unit: 'short',
    queries: [
      ['sum by (severity) (rate(compliance_violations_total[$__rate_interval]))', '{{severity}}'],
    ],
  },
];

/** @type {readonly Panel[]} */
const SELF_OPTIMIZATION = [
  {
    kind: 'stat',
    title: 'Mean improvement',
    description: 'Of recommended sizes that were verified or taken back; 0 for those taken back.',
    unit: 'percent',
    queries: [['max(optimization_improvements_percentage)', 'improvement']],
  },
  {
    kind: 'stat',
    title: 'Mean confidence',
    description: 'Of recommended sizes that were followed. Compare it with the share that held.',
    unit: 'percentunit',
    queries: [['max(optimization_confidence_score)', 'confidence']],
  },
  {
    kind: 'stat',
    title: 'Followed this week',
    description: 'Recommendations that were followed in the last seven days.',
    unit: 'short',
    queries: [
      [
        'sum(increase(optimization_recommendations_total{state="applied"}[7d])) or vector(0)',
        'followed',
      ],
    ],
  },
  {
    kind: 'stat',
    title: 'Taken back this week',
    description: 'Recommended sizes that proved too small in the last seven days.',
    unit: 'short',
    queries: [
      [
        'sum(increase(optimization_recommendations_total{state="taken_back"}[7d])) or vector(0)',
        'taken back',
      ],
    ],
  },
  {
    title: 'Followed recommendations',
    description:
      'Recommendations that were followed, verified, taken back or superseded, a second.',
    unit: 'short',
    queries: [
      [
        'sum by (state) (rate(optimization_recommendations_total[$__rate_interval])) or vector(0)',
        '{{state}}',
      ],
    ],
  },
  {
    title: 'Used and allocated cores',
    description: 'Cores that VMs use and that they have: what right-sizing brings together.',
    unit: 'short',
    queries: [
      ['sum(novacron_used_cpu_cores)', 'used'],
      ['sum(novacron_allocated_cpu_cores)', 'allocated'],
    ],
  },
];

/** @param {Panel} panel */
function buildPanel({ title, description, unit, queries, kind }) {
  const builder =
    kind === 'stat'
      ? new StatBuilder().height(STAT_HEIGHT).span(STAT_WIDTH)
      : new SeriesBuilder().height(HEIGHT).span(WIDTH);
  builder.title(title).description(description).unit(unit).datasource(DATASOURCE);
  queries.forEach(([expression, legend], index) => {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index);
    const query = new DataqueryBuilder().expr(expression).legendFormat(legend).refId(refId);
    builder.withTarget(kind === 'stat' ? query.instant() : query.range().exemplar(true));
  });
  return builder;
}

/**
 * @param {string} uid
 * @param {string} title
 * @param {readonly Panel[]} panels
 */
function buildDashboard(uid, title, panels) {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .tags(['novacron'])
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .link(
      new DashboardLinkBuilder('NovaCron').type('dashboards').tags(['novacron']).asDropdown(true),
    )
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withRow(new RowBuilder(title));
  for (const panel of panels) builder.withPanel(buildPanel(panel));
  const built = builder.build();
  // The builder leaves the ids out; Grafana then numbers panels again with every import.
  return { ...built, panels: built.panels.map((panel, index) => ({ ...panel, id: index + 1 })) };
}

const [, , directory = DIRECTORY] = process.argv;
const dashboards = {
  'novacron-overview': buildDashboard('novacron-overview', 'NovaCron overview', OVERVIEW),
  'workflow-orchestration': buildDashboard(
    'workflow-orchestration',
    'NovaCron workflows',
    ORCHESTRATION,
  ),
  'self-optimization': buildDashboard(
    'novacron-self-optimization',
    'NovaCron self-optimization',
    SELF_OPTIMIZATION,
  ),
  compliance: buildDashboard('novacron-compliance', 'NovaCron compliance', COMPLIANCE),
  'autonomous-decisions': buildDashboard(
    'novacron-autonomous-decisions',
    'NovaCron autonomous decisions',
    DECISIONS,
  ),
};
for (const [name, dashboard] of Object.entries(dashboards)) {
  writeFileSync(join(directory, `${name}.json`), `${JSON.stringify(dashboard, null, 2)}\n`);
}
