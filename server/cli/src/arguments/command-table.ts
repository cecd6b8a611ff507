/** The commands, made from the operations table: a new row there is a new command here. */
import {
  type OperationName,
  type OperationRow,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { commandWord } from '@novacron/contract/schema/resource-definition';
import { flagsOfInput, type InputFlag } from './input-flags.ts';
import { describeOrder } from './list-order.ts';
import { NOUNS, wordsOf } from './nouns.ts';

/** Kind of command for an operation. */
type CommandShape = 'list' | 'show' | 'write' | 'wait';

/** One command that calls one operation. */
export interface TableCommand {
  readonly operation: OperationName;
  /** The contract's noun: `volume`. */
  readonly noun: string;
  /** The word of the command line: `storage`; none for commands at the top. */
  readonly group: string | undefined;
  readonly verb: string;
  readonly summary: string;
  readonly shape: CommandShape;
  /** The id of a resource, or its name instead; of a new one its name. None without argument. */
  readonly argument: InputFlag | undefined;
  readonly flags: readonly InputFlag[];
  readonly example: string;
}

/** Operations that programs call for people, never people themselves. */
const FOR_PROGRAMS: ReadonlySet<OperationName> = new Set<OperationName>([
  'admission.preview',
  'idempotency.confirm',
  'idempotency.deliver',
  'idempotency.renew',
  'enrollment.redeem',
  'enrollment.renew',
  'idempotency.list',
  // People name documents by their paths: `novacron policy data`.
  'policy_data.create',
  'policy_data.get',
  'policy_data.list',
  'policy_data.update',
  'policy_data.versions',
  'policy_data.rollback',
  'policy_data.delete',
  // People type values, or name files: `novacron secret create`, `rotate` and `update`.
  'secret.create',
  'secret.update',
  // People push files: `novacron policy push`.
  'orchestration_policy.push',
  // People preview files and stored policies: `novacron policy preview`, which reads all parts.
  'policy.preview',
  // People write it to a file: `novacron compliance evidence`.
  'compliance.evidence',
  // The last step of a sync calls it.
  'gitops_application.record',
  // People push files: `novacron workflow push`.
  'workflow.create',
  'workflow.update',
  // People see the moments, and are asked: `novacron workflow backfill`.
  'workflow.backfill',
  // People draw stored workflows and files alike: `novacron workflow graph`.
  'workflow.graph',
  // People read the draft itself: `novacron runbook generate`.
  'runbook.generate',
  // People name the signal: `novacron execution signal`, which says whether it counts.
  'execution.signal',
  'runbook.draft',
  // People read the text itself: `novacron execution report`.
  'execution.report',
  // People read the text itself, and write the file: `novacron model card` and `export`.
  'model.card',
  'model.export',
  // People open consoles: `novacron vm console`, which uses the ticket by itself.
  'vm.console',
  // People download what they export: `novacron snapshot export`.
  'snapshot.export',
  // People import files: `novacron metric import`, which sends them in parts.
  'metric.import',
  // People give the image: `novacron volume import`, which uploads a file.
  'volume.import',
]);

/** Fields that a command fills in by itself, and those that only programs have a use for. */
const FILLED_IN: Readonly<Record<CommandShape, readonly string[]>> = {
  list: ['limit', 'cursor', 'count'],
  show: [],
  write: ['claim'],
  wait: ['timeout_ms'],
};

/** Every command of the table, in its order. */
export function tableCommands(): TableCommand[] {
  return operationNames()
    .filter((name) => !FOR_PROGRAMS.has(name))
    .map((name) => commandOf(name));
}

/** Commands without a noun before them. */
const AT_TOP: Partial<Readonly<Record<OperationName, string>>> = {
  'identity.whoami': 'whoami',
  'fleet.summary': 'status',
};

/** Examples of commands in their second place, where the first one's does not fit. */
const SECOND_EXAMPLES: Readonly<Record<string, string>> = {
  'runbook list': 'novacron runbook list',
};

const made = new Map<string, TableCommand>();

/**
 * Returns the command that calls an operation.
 * @param group - where the command has a second place: `operation.cancel` under `workflow`
 */
export function commandOf(operation: OperationName, group?: string): TableCommand {
  const key = `${operation} ${group}`;
  const command = made.get(key) ?? makeCommand(operation, group);
  made.set(key, command);
  return command;
}

/** Reads the input schema when it is first needed: a run of one command reads one schema of 300. */
function makeCommand(operation: OperationName, second?: string): TableCommand {
  const row = operationRow(operation);
  const [noun = '', word = ''] = operation.split('.');
  const shape = shapeOf(operation, row);
  const top = AT_TOP[operation];
  const first = top === undefined ? commandWord(noun, NOUNS[noun]) : undefined;
  const group = second ?? first;
  const verb = top ?? (word === 'get' ? 'show' : word.replaceAll('_', '-'));
  let known: readonly InputFlag[] | undefined;
  const isArgument = ({ field }: InputFlag) =>
    field === 'id' || (field === 'name' && word === 'create');
  const all = () => {
    known ??= describeOrder(flagsOfInput(row.input));
    return known;
  };
  return {
    operation,
    noun,
    group,
    verb,
    summary: row.summary,
    shape,
    get argument() {
      return withNouns(all().find(isArgument), NOUNS[noun]?.idsOf);
    },
    get flags() {
      return all().filter((flag) => !isArgument(flag) && !FILLED_IN[shape].includes(flag.field));
    },
    get example() {
      const example = EXAMPLES[operation] ?? plainExample(this);
      if (second === undefined) return example;
      return SECOND_EXAMPLES[`${second} ${verb}`] ?? example.replace(` ${first} `, ` ${second} `);
    },
  };
}

function withNouns(
  flag: InputFlag | undefined,
  nouns: readonly string[] | undefined,
): InputFlag | undefined {
  return flag === undefined || nouns === undefined ? flag : { ...flag, nouns };
}

function shapeOf(operation: OperationName, row: OperationRow): CommandShape {
  if (operation === 'operation.wait') return 'wait';
  if (row.effect !== 'read') return 'write';
  return row.listing === undefined ? 'show' : 'list';
}

const ID = '01jd3v6t7re3h8z9k2m4n5p6q7';

/** An example of each command; a test runs them all. */
const EXAMPLES: Partial<Readonly<Record<OperationName, string>>> = {
  'vm.create':
    'novacron vm create web-server-01 --cpu-cores 4 --memory-gb 8 --disk-gb 100 \\\n' +
    '      --network-id production-network --label tier=web',
  'vm.list':
    'novacron vm list --status running,stopped --label tier=web --sort -created_at \\\n' +
    '      --fields name,status',
  'vm.update': 'novacron vm update web-server-01 --memory-gb 16',
  'vm.migrate': 'novacron vm migrate web-server-01 --node node-03',
  'vm.bulk': 'novacron vm bulk --action stop --label tier=web --if-count 2',
  'vm.recover': 'novacron vm recover web-server-01 --node node-03',
  'network.create':
    'novacron network create production-network --cidr 10.0.0.0/16 \\\n' +
    '      --dns-servers 8.8.8.8 --dns-servers 8.8.4.4',
  'vm_group.create':
    'novacron group create web --min-size 2 --max-size 10 \\\n' +
    '      --vm \'{"cpu_cores":2,"memory_gb":4,"disk_gb":40}\'',
  'vm_group.update': 'novacron group update web --max-size 20',
  'vm_group.scale': 'novacron group scale web --size 5',
  'vm_group.explain': 'novacron group explain web',
  'vm_group.alternatives':
    'novacron group alternatives web \\\n' +
    '      --weights cost=0.5 --weights performance=0.3 --weights risk=0.2',
  'scaling.hold': 'novacron scaling hold web --reason "a sale" --until 4h',
  'scaling.release': 'novacron scaling release web',
  'vm_group.replace_members':
    'novacron group replace-members web \\\n' + '      --member-ids vm_01jd3v6t7re3h8z9k2m4n5p6q2',
  'network.update': 'novacron network update production-network --dns-servers 1.1.1.1',
  'network.reachability':
    'novacron network reachability --from-vm-id db-01 --to-vm-id web-server-01 \\\n' +
    '      --protocol tcp --port 443',
  'security_group.create':
    'novacron security-group create web --rules \\\n' +
    '      \'[{"direction":"ingress","action":"allow","protocol":"tcp",' +
    '"ports":"443","cidr":"0.0.0.0/0"}]\'',
  'ssh_key.create': 'novacron ssh-key create ann --public-key-file id_ed25519.pub',
  'ssh_key.update': 'novacron ssh-key update ann --name ann-laptop',
  'template.create':
    'novacron template create web-base --disk-gb-min 10 \\\n' +
    '      --image https://images.example.com/debian-12.qcow2',
  'template.update': 'novacron template update web-base --firmware uefi',
  'security_group.update': 'novacron security-group update web --description "Web servers"',
  'volume.create':
    'novacron storage create data-volume --size-gb 500 --type ssd \\\n' +
    '      --attached-to web-server-01',
  'volume.update': 'novacron storage update data-volume --clear attached-to',
  'policy.create':
    'novacron policy create "VM Access Policy" --type access --rule-file access.rego',
  'policy.update':
    'novacron policy update "VM Access Policy" --enforcement-mode warn --rule-file access.rego',
  'policy.diff': 'novacron policy diff "VM Access Policy" --from-version 1 --to-version 3',
  'policy.explain': 'novacron policy explain --namespace production --kind vm --action create_vm',
  'policy.rollback': 'novacron policy rollback "VM Access Policy" --to-version 1',
  'policy_decision.ask':
    'novacron policy-decision ask --operation vm.create \\\n' +
    '      --resource \'{"name":"web-01","cpu_cores":4,"memory_gb":8,"disk_gb":100}\'',
  'policy_decision.get': `novacron policy-decision show pdec_${ID}`,
  'policy_decision.list': 'novacron policy-decision list --outcome refused',
  'autonomous_decision.list': 'novacron autonomous-decision list --action scale_up',
  'autonomous_decision.get': `novacron autonomous-decision show adec_${ID}`,
  'autonomous_decision.override':
    `novacron autonomous-decision override adec_${ID} --action wait \\\n` +
    '      --reason "a batch job, not users"',
  'autonomy_settings.get': 'novacron autonomous-decision settings show',
  'autonomy_settings.update': 'novacron autonomous-decision settings update --mode apply',
  'scaling_event.list': `novacron scaling-event list --group-id vmg_${ID}`,
  'workflow.list': 'novacron workflow list --kind runbook',
  'execution.get': `novacron execution show op_${ID}`,
  'execution.logs': `novacron execution logs op_${ID} --step read`,
  'execution.pause': `novacron execution pause op_${ID}`,
  'execution.resume': `novacron execution resume op_${ID}`,
  'execution.finish': `novacron execution finish op_${ID} --reason "refunded by hand"`,
  'automation.status': 'novacron automation status',
  'automation.hold': 'novacron automation hold --reason "a playbook deletes too much" --cancel',
  'automation.release': 'novacron automation release',
  'runner.get': 'novacron workflow runner show runner-01',
  'runner.list': 'novacron workflow runner list',
  'runner.delete': 'novacron workflow runner delete runner-01',
  'approval.list': 'novacron approval list --status pending',
  'approval.get': `novacron approval show apr_${ID}`,
  'approval.approve': `novacron approval approve apr_${ID} --comment "looks right"`,
  'approval.deny': `novacron approval deny apr_${ID} --comment "not on Fridays"`,
  'workflow.rollback': 'novacron workflow rollback provision-web --to-version 1',
  'workflow.authorize': `novacron workflow authorize provision-web --digest ${'ab'.repeat(32)}`,
  'workflow.run': `novacron workflow run provision-web --inputs '{"name":"web-1"}'`,
  'compliance.status': 'novacron compliance status',
  'compliance.report': 'novacron compliance report --standard pci-dss --format html',
  'compliance.diff': 'novacron compliance diff --from 7d',
  'compliance.scan': 'novacron compliance scan',
  'compliance.anchor': 'novacron compliance anchor --channel-id ops',
  'compliance_attestation.create':
    'novacron compliance attestation create --standard pci-dss --requirement 12.1.1 \\\n' +
    '      --statement "The board approved the policy." --valid-until 90d',
  'compliance_attestation.list': 'novacron compliance attestation list --standard pci-dss',
  'compliance_attestation.delete': `novacron compliance attestation delete catt_${ID}`,
  'compliance_finding.get': `novacron compliance finding show cfnd_${ID}`,
  'compliance_finding.correct': `novacron compliance finding correct cfnd_${ID} --dry-run`,
  'compliance_settings.get': 'novacron compliance settings show',
  'compliance_settings.update':
    'novacron compliance settings update --auto-remediate NC-VM-017 --auto-remediate NC-INV-003',
  'compliance_finding.list': 'novacron compliance finding list --severity critical --state open',
  'policy_violation.get': `novacron policy-violation show pvio_${ID}`,
  'policy_violation.list': 'novacron policy-violation list --state open',
  'policy_author.create':
    'novacron policy-author create ann \\\n' +
    '      --public-key ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  'policy_author.list': 'novacron policy-author list',
  'policy_author.delete': `novacron policy-author delete pau_${ID}`,
  'policy_signing_key.list': 'novacron admin policy-signing-key list',
  'policy_signing_key.rotate': 'novacron admin policy-signing-key rotate',
  'policy_waiver.get': `novacron policy-waiver show pwv_${ID}`,
  'policy_waiver.create':
    'novacron policy-waiver create --check NC-VM-017 --resource-kind vm \\\n' +
    '      --resource-name web-01 --owner ann --reason "it moves" --expires-at 30d',
  'policy_waiver.delete': `novacron policy-waiver delete pwv_${ID}`,
  'orchestration_policy.create': 'novacron orchestration-policy create --document-file spread.yaml',
  'orchestration_policy.update':
    'novacron orchestration-policy update production-sla --document-file spread.yaml',
  'snapshot.create': 'novacron snapshot create before-upgrade --volume-id data-volume',
  'snapshot.update': 'novacron snapshot update before-upgrade --description "Before 2.0"',
  'placement_decision.list': 'novacron placement-decision list --vm web-server-01 --since 24h',
  'placement_decision.get': `novacron placement-decision show dec_${ID} --node node-04`,
  'placement_preview.list': 'novacron placement-preview list --name web-server-02',
  'placement_preview.get': `novacron placement-preview show ppv_${ID}`,
  'operation.list': 'novacron operation list --status stuck --limit 20',
  'operation.wait': `novacron operation wait op_${ID} --wait-timeout 600`,
  'event.list': 'novacron event list --after-position 100',
  'placement.explain': 'novacron placement explain web-server-01 --node node-04',
  'placement.decide':
    'novacron placement decide --name web-01 --cpu-cores 4 --memory-gb 8 --disk-gb 40',
  'orchestration.status': 'novacron orchestration status',
  'placement.batch': 'novacron placement batch --file vms.yaml --objective nodes',
  'reservation.create':
    'novacron reservation create room-for-web --cpu-cores 4 --memory-gb 8 \\\n' +
    '      --disk-gb 100 --ttl-seconds 3600',
  'cost.report': 'novacron cost report --month 2026-11 --group-by tenant --group-by label:team',
  'cost.forecast': 'novacron cost forecast --label team=shop',
  'cost.compare': 'novacron cost compare --month 2026-11 --before-month 2026-10',
  'cost.advise': 'novacron cost advise --cpu-cores 4 --memory-gb 16 --hours-per-month 400',
  'terraform_state.versions': 'novacron terraform-state versions network',
  'terraform_state.diff': 'novacron terraform-state diff network --from 3 --to 5',
  'terraform_state.restore': 'novacron terraform-state restore network --to-version 3',
  'terraform_state.prune': 'novacron terraform-state prune network --keep 10',
  'terraform_state.unlock':
    'novacron terraform-state unlock network --lock-id 8f2c6d1e-4b1a-4c8e-9d57-0a7c3f5e2b91',
  'budget.create':
    'novacron budget create research --hourly-limit 500 --monthly-limit 15000 \\\n' +
    '      --enforcement refuse',
  'budget.update': 'novacron budget update research --hourly-limit 600',
  'gitops_application.create':
    'novacron gitops app create web --repository https://git.example.com/infra.git \\\n' +
    '      --path environments/production --run-as deployer',
  'gitops_application.get': 'novacron gitops app show web',
  'gitops_application.list': 'novacron gitops app list --environment production',
  'gitops_application.update': 'novacron gitops app update web --target-revision v1.2.0',
  'gitops_application.delete': 'novacron gitops app delete web',
  'gitops_application.sync': 'novacron gitops app sync web',
  'gitops_application.rollback': 'novacron gitops app rollback web',
  'price_list.create':
    'novacron price-list create standard --currency EUR --node-classes @classes.yaml',
  'price_list.update': 'novacron price-list update standard --snapshot-gb 0.0001',
  'vm_batch.create': 'novacron admin vm-batch create --file vms.yaml',
  'drift.report': 'novacron drift report --resource-kind vm',
  'drift_baseline.get': `novacron drift baseline show vm_${ID}`,
  'drift_baseline.set': `novacron drift baseline set vm_${ID}`,
  'drift.remediate': `novacron drift remediate web-server-01 --action revert --yes`,
  'settings.get': 'novacron settings show',
  'settings.update': 'novacron settings update --retention-events 14d --failover-nodes 1',
  'drift_settings.get': 'novacron drift settings show',
  'drift_settings.update':
    'novacron drift settings update --auto-remediate revert --auto-severity-max low',
  'audit.list': 'novacron audit list --limit 20',
  'audit.verify': `novacron audit verify --known-position 42 --known-hash ${'ab'.repeat(32)}`,
  'incident.get': `novacron incident show inc_${ID}`,
  'incident.explain': `novacron incident explain inc_${ID}`,
  'incident.list': 'novacron incident list --state open',
  'incident.ack': `novacron incident ack inc_${ID} --comment "on my way"`,
  'incident.silence': `novacron incident silence inc_${ID} --until 2026-12-31T00:00:00Z`,
  'healing.status': 'novacron healing status',
  'healing.report': 'novacron healing report --days 90 --by month',
  'healing.hold': 'novacron healing hold --reason "a switch is replaced"',
  'healing.release': 'novacron healing release',
  'healing.outcomes': 'novacron healing outcomes',
  'healing.forget_outcomes': 'novacron healing forget-outcomes --reason "a new image"',
  'node.confirm_dead': 'novacron node confirm-dead node-03 --reason "unplugged"',
  'node.delete': 'novacron node delete node-03',
  'node.fence': 'novacron node fence node-03 --reason "does not answer"',
  'node.cut_off': 'novacron node cut-off node-03 --reason "its controller does not answer"',
  'node.reconnect': 'novacron node reconnect node-03',
  'node.test_fence': 'novacron node test-fence node-03',
  'node.drain': 'novacron node drain node-03 --dry-run',
  'optimizer.rebalance': 'novacron optimizer rebalance --dry-run --moves-max 10',
  'optimizer.consolidate': 'novacron optimizer consolidate --headroom-percent 30 --power-down',
  'optimizer.reduce_cost': 'novacron optimizer reduce-cost --dry-run',
  'optimizer.defragment':
    'novacron optimizer defragment --dry-run --cpu-cores 16 --memory-gb 64 --disk-gb 100',
  'optimizer.recommend': 'novacron optimizer recommend --source right_sizing',
  'optimizer.apply': `novacron optimizer apply right_sizing:vm_${ID} --dry-run`,
  'optimizer.metrics': 'novacron optimizer metrics',
  'optimizer.train': 'novacron optimizer train --verbose',
  'optimizer.replay': 'novacron optimizer replay --days 30',
  'capacity.plan': 'novacron capacity plan -o markdown',
  'capacity.estimate':
    'novacron capacity estimate --cpu-cores 4 --memory-gb 16 --disk-gb 100 --anti-affinity web',
  'capacity.failure': 'novacron capacity failure --rack zone-a/rack-1',
  'vm.explain': 'novacron vm explain web-server-01 --if-node-lost',
  'node.explain': 'novacron node explain node-03 --if-lost',
  'fleet.summary': 'novacron status',
  'alert.list': 'novacron alert list --state open',
  'alert.ack': `novacron alert ack alt_${ID} --note "on my way"`,
  'alert.silence': `novacron alert silence alt_${ID} --until 2026-12-31T00:00:00Z`,
  'metric.write':
    'novacron metric write --vm-id web-server-01 \\\n' +
    '      --samples \'[{"name":"requests_per_second","value":120}]\'',
  'metric.list': 'novacron metric list --vm-id web-server-01',
  'metric.query':
    'novacron metric query --vm-id web-server-01 --name cpu_utilization_ratio --from 6h \\\n' +
    '      --step-seconds 300 --statistics avg --statistics p95',
  'metric.anomalies':
    'novacron metric anomalies --vm-id web-server-01 --name cpu_utilization_ratio --from 2d',
  'metric.correlate':
    'novacron metric correlate --vm-id web-server-01 --name cpu_utilization_ratio',
  'metric.watch':
    'novacron metric watch --vm-id web-server-01 --name cpu_utilization_ratio --severity critical',
  'metric.unwatch': 'novacron metric unwatch --vm-id web-server-01 --name cpu_utilization_ratio',
  'metric.watches': 'novacron metric watches',
  'metric.forecast':
    'novacron metric forecast --vm-id web-server-01 --name cpu_utilization_ratio --horizon 6h',
  'model.create':
    'novacron model create latency --target latency_seconds --features requests_per_second',
  'model.train': 'novacron model train latency',
  'model.forecasts': 'novacron model forecasts --metric cpu_utilization_ratio',
  'model.versions': 'novacron model versions latency',
  'model.compare': 'novacron model compare latency --model-version 2 --planned-rows 672',
  'model.promote': 'novacron model promote latency --model-version 2 --environment production',
  'model.rollback': 'novacron model rollback latency --environment production',
  'model.start_trial': 'novacron model start-trial latency --model-version 2 --planned-blocks 168',
  'model.predict': 'novacron model predict latency --rows \'[{"requests_per_second":120}]\'',
  'model_settings.get': 'novacron model settings show',
  'model_settings.update':
    'novacron model settings update \\\n' +
    '      --staging \'{"improvement_min":0.1,"r2_min":null,"approval":"none"}\'',
  'token.create': 'novacron token create --role viewer --expires-in-seconds 600',
  'enrollment.create': 'novacron admin enrollment create --node node-01 --expires-in-minutes 30',
  'enrollment.revoke': `novacron admin enrollment revoke enr_${ID}`,
  'bus.configuration': 'novacron admin bus configuration --tls-dir /etc/nats',
  'control_plane.get': 'novacron admin control-plane show',
  'control_plane.takeover': `novacron admin control-plane takeover --confirm cp_${ID}`,
  'backup.run': 'novacron admin backup run',
  'backup.verify': 'novacron admin backup verify 20260102T030405678Z-0a1b2c3d',
  'signing_key.rotate': 'novacron admin signing-key rotate --earlier-tokens revoke',
  'session.get': 'novacron session show',
  'session.revoke': `novacron session revoke ses_${ID}`,
  'role.create':
    "novacron role create deployer --operations 'vm.*' --operations '*.get' \\\n" +
    "      --operations '*.list' --operations operation.wait",
  'role.update': "novacron role update deployer --operations 'vm.*' --operations 'volume.*'",
  'notification_channel.create':
    'novacron notification-channel create ops --type webhook \\\n' +
    '      --url https://hooks.example.com/novacron --token-secret hooks-token',
  'notification_channel.update':
    'novacron notification-channel update ops --url https://hooks.example.com/other',
  'tenant.create':
    'novacron tenant create research --quotas vms=20 --quotas volume_gb=2000 \\\n' +
    '      --features policy_authoring=off',
  'tenant.update': 'novacron tenant update research --quotas vms=40 --quotas volume_gb=none',
  'api_key.create':
    'novacron api-key create ci --role operator --expires-in-hours 720 \\\n' +
    '      --terraform-states network --terraform-states prod-*',
};

function plainExample(command: Omit<TableCommand, 'example'>): string {
  const { noun, group, verb, argument, flags } = command;
  const prefix = NOUNS[noun]?.prefix ?? noun;
  const argumentText = noun === 'operation' ? `${prefix}_${ID}` : (NAMES[noun] ?? `my-${noun}`);
  const words = [
    'novacron',
    ...(group === undefined ? [] : [group]),
    verb,
    ...(argument === undefined ? [] : [argumentText]),
    ...flags
      .filter(({ presence }) => presence === 'required')
      .map(({ flag }) => `--${flag} ${flag.toUpperCase()}`),
  ];
  return words.join(' ');
}

const NAMES: Readonly<Record<string, string>> = {
  secret: 'mail-password',
  notification_channel: 'ops',
  vm: 'web-server-01',
  reservation: 'room-for-web',
  price_list: 'standard',
  budget: 'research',
  gitops_application: 'web',
  terraform_state: 'network',
  model: 'latency',
  network: 'production-network',
  vm_group: 'web',
  volume: 'data-volume',
  security_group: 'web',
  snapshot: 'before-upgrade',
  policy: '"VM Access Policy"',
  template: 'web-base',
  ssh_key: 'ann',
  orchestration_policy: 'production-sla',
  node: 'node-03',
  workflow: 'provision-web',
  runner: 'runner-01',
  api_key: 'ci',
  role: 'deployer',
  tenant: 'research',
};

/** Verbs of one resource: what they are given is not meant for several. */
const SINGLE_VERBS: ReadonlySet<string> = new Set([
  'create',
  'update',
  'rollback',
  'replace-members',
  'promote',
  'start-trial',
]);

/** Whether a command takes several resources. */
export function takesSeveral({ argument, shape, verb }: TableCommand): boolean {
  return argument !== undefined && shape === 'write' && !SINGLE_VERBS.has(verb);
}

/** Returns the name of a command's argument in its help: `<vm>`, or the `<name>` of a new one. */
export function argumentLabel(command: TableCommand): string {
  if (command.argument?.field === 'name') return 'name';
  return wordsOf(command.noun, command.operation).toLowerCase().replaceAll(' ', '-');
}
