/** Maps pages to the tests that follow them, and explains why some pages are not followed. */

/** Test coverage of a page of docs/tutorials, docs/how-to or docs/provider/guides. */
export type Coverage = Followed | { readonly kind: 'shown'; readonly why: string };

/** The test runs its commands; the page and the test name each other's subject. */
interface Followed {
  readonly kind: 'followed';
  readonly by: string;
  /** Absent for all commands; `console` for those only that the page shows with their output. */
  readonly runs?: 'console';
  /** Commands that the test does not run, by how they begin, and why. */
  readonly notRun?: Readonly<Record<string, string>>;
}

/** Every page with instructions to follow, by its path from the root. */
export const PAGES: Readonly<Record<string, Coverage>> = {
  'README.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'examples/terraform/quickstart/README.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/provider/guides/getting-started.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/provider/guides/importing.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/provider/guides/changes.md': { kind: 'shown', why: 'explains plans; has no commands' },
  'docs/how-to/edit-policies.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
    notRun: { 'code --install-extension': 'needs Visual Studio Code' },
  },
  'docs/how-to/command-line.md': {
    kind: 'followed',
    by: 'server/cli/src/command-line-page.test.ts',
  },
  'docs/how-to/costs.md': {
    kind: 'followed',
    by: 'server/cli/src/command-line-page.test.ts',
  },
  'docs/how-to/forecast-load.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/forecast/examples.test.ts',
    runs: 'console',
    notRun: {
      'novacron forecast --metric':
        'needs hours of a metric; test/scenarios/fleet/forecasts.test.ts stores them',
      'novacron simulate data':
        'writes through a pipe; server/cli/src/commands/simulate/simulate-data.test.ts runs both',
    },
  },
  'docs/how-to/train-a-model.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/model/examples.test.ts',
    runs: 'console',
  },
  'docs/how-to/keep-models.md': { kind: 'followed', by: 'test/docs/keep-models.test.ts' },
  'docs/how-to/encrypt-volumes.md': {
    kind: 'followed',
    by: 'test/docs/encrypt-volumes.test.ts',
  },
  'docs/how-to/compliance.md': { kind: 'followed', by: 'test/docs/compliance.test.ts' },
  'docs/how-to/gitops.md': { kind: 'followed', by: 'test/docs/gitops.test.ts' },
  'docs/how-to/run-a-workflow.md': {
    kind: 'followed',
    by: 'test/docs/run-a-workflow.test.ts',
  },
  'docs/how-to/follow-a-runbook.md': {
    kind: 'followed',
    by: 'test/docs/follow-a-runbook.test.ts',
  },
  'docs/how-to/draft-a-runbook.md': {
    kind: 'shown',
    why:
      'needs an endpoint of a model; test/scenarios/automation/runbook-drafts.test.ts plays ' +
      'one, and read-ai-endpoint.test.ts reads the file',
  },
  'docs/how-to/write-a-workflow.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/workflow/examples.test.ts',
    runs: 'console',
    notRun: {
      'export PUBLIC_KEY': 'server/cli/src/commands/workflow/sign-definitions.test.ts signs',
      'novacron policy-author create':
        'test/scenarios/automation/signed-workflows.test.ts pushes signed ones',
    },
  },
  'docs/how-to/dashboard.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/how-to/sign-in.md': { kind: 'followed', by: 'test/integration/oidc-provider.test.ts' },
  'docs/how-to/notify-people.md': { kind: 'followed', by: 'test/docs/notify-people.test.ts' },
  'docs/how-to/start-from-outside.md': {
    kind: 'followed',
    by: 'test/docs/start-from-outside.test.ts',
  },
  'docs/how-to/budgets.md': { kind: 'followed', by: 'test/docs/budgets.test.ts' },
  'docs/how-to/secrets.md': { kind: 'followed', by: 'test/docs/secrets.test.ts' },
  'docs/how-to/autonomous-decisions.md': {
    kind: 'followed',
    by: 'test/docs/autonomous-decisions.test.ts',
    notRun: {
      'novacron simulate decisions --model':
        'it needs 20 decisions with outcomes, which take hours; the test of the command runs it',
    },
  },
  'docs/how-to/scale-a-group.md': { kind: 'followed', by: 'test/docs/scale-a-group.test.ts' },
  'docs/how-to/find-anomalies.md': { kind: 'followed', by: 'test/docs/find-anomalies.test.ts' },
  'docs/how-to/debug-policies.md': { kind: 'followed', by: 'test/docs/debug-policies.test.ts' },
  'docs/provider/guides/newer-terraform.md': {
    kind: 'shown',
    why:
      'needs newer releases of Terraform; ' +
      'test/acceptance/provider/newer-protocol.test.ts makes their calls',
  },
  'docs/provider/guides/opentofu.md': { kind: 'shown', why: 'needs OpenTofu' },
  'docs/provider/guides/pinning.md': {
    kind: 'shown',
    why: 'its commands need a mirror and keys of the reader',
  },
  'docs/provider/guides/placement.md': {
    kind: 'shown',
    why: 'its command needs an id that a failed plan of the reader names',
  },
  'docs/provider/guides/policies.md': { kind: 'shown', why: 'has no commands of its own' },
  'docs/provider/guides/tenants.md': {
    kind: 'shown',
    why: 'test/acceptance/resources/api-keys.test.ts applies such a configuration',
  },
  'docs/provider/guides/testing.md': {
    kind: 'shown',
    why: 'its command serves until it is interrupted',
  },
  'docs/tutorials/README.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/first-vm.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/drift.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/a-policy-that-refuses.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/how-to/kubernetes.md': {
    kind: 'shown',
    why:
      'needs a cluster; test/deploy/checks/kubernetes.mjs runs its scripts against a fixture, ' +
      'and the commands of its bootstrap and the sidecar of NATS with real servers',
  },
  'docs/how-to/install.md': {
    kind: 'followed',
    by: 'test/docs/install.test.ts',
    notRun: {
      'npm install': 'test/acceptance/packages/npm-packages.test.ts installs the packages',
    },
  },
  'docs/how-to/run-in-containers.md': {
    kind: 'shown',
    why: 'needs a container engine; test/deploy/checks/image.mjs runs image and compose file',
  },
  'docs/how-to/upgrade.md': {
    kind: 'followed',
    by: 'test/docs/upgrade.test.ts',
    notRun: {
      'novacron server --data-dir ./restored':
        'its first server still has the port; test/scenarios/server/backup.test.ts starts it',
    },
  },
  'docs/how-to/back-up-and-recover.md': {
    kind: 'followed',
    by: 'test/docs/back-up-and-recover.test.ts',
    notRun: {
      pg_basebackup: 'test/integration/postgres-recovery.test.ts recovers a database',
      pg_dump: 'needs PostgreSQL with data of its own',
    },
  },
  'docs/how-to/running.md': {
    kind: 'followed',
    by: 'test/docs/running.test.ts',
    notRun: {
      'novacron backup --data-dir ./data --to moving.backup':
        'test/scenarios/server/move-to-postgres.test.ts moves a store to PostgreSQL',
      'novacron policy disable "VM Access Policy" --break-glass \\': 'needs PostgreSQL',
      'novacron server --data-dir ./data --hypervisor qemu':
        'needs QEMU; test/integration/qemu-server-process.test.ts runs it',
      'novacron agent': 'needs nats-server; test/integration/enrolled-agents.test.ts runs agents',
      'cp debian-12': 'needs an image; prepare-template-disk.test.ts uses one',
      'novacron server --data-dir ./data --listen':
        'test/integration/replicas runs several servers',
      'openssl rand': 'needs openssl',
      "printf 'ncr_%s'": 'needs openssl; starting.test.ts starts servers with a chosen key',
      'novacron server --data-dir ./data --shutdown-delay':
        'test/integration/server-process.test.ts stops one',
      'novacron vm recover web-server-01 --ignore':
        'test/scenarios/fleet/locked-disks.test.ts has locked disks',
      'novacron node confirm-dead': 'test/scenarios/fleet/recover-vms.test.ts loses a node',
      'novacron node delete': 'test/scenarios/fleet/delete-nodes.test.ts loses a node',
      'node --max-semi-space-size': 'the same server with an option of Node',
    },
  },
  'docs/how-to/terraform-state.md': { kind: 'followed', by: 'test/docs/terraform-state.test.ts' },
  'docs/how-to/pull-requests.md': {
    kind: 'followed',
    by: 'test/docs/pull-requests.test.ts',
    notRun: {
      'novacron pull-request':
        'needs a code host; test/acceptance/gitops/pull-requests.test.ts plays one',
    },
  },
  'docs/how-to/argocd.md': {
    kind: 'followed',
    by: 'test/docs/argocd.test.ts',
    notRun: {
      kubectl: 'needs a cluster; test/deploy/checks/kubernetes.mjs validates the example',
      'export ARGOCD_SERVER':
        'needs Argo CD; server/cli/src/commands/argocd/argocd.test.ts plays one',
      'novacron argocd': 'needs Argo CD; server/cli/src/commands/argocd/argocd.test.ts plays one',
    },
  },
  'docs/how-to/metrics.md': { kind: 'followed', by: 'test/docs/metrics.test.ts' },
  'docs/how-to/export-a-snapshot.md': {
    kind: 'followed',
    by: 'test/docs/export-a-snapshot.test.ts',
    notRun: { 'qemu-img': 'needs QEMU; drivers/qemu/export-snapshot.test.ts reads an export' },
  },
  'docs/how-to/fencing.md': {
    kind: 'followed',
    by: 'test/docs/fencing.test.ts',
    notRun: {
      openssl: 'needs a controller; every other test of Redfish computes a fingerprint',
      wdctl: 'needs the watchdog of a host',
      NOVACRON_AGENT_WATCHDOG: 'needs the watchdog of a host',
    },
  },
  'docs/how-to/incidents.md': { kind: 'followed', by: 'test/docs/incidents.test.ts' },
  'docs/how-to/failing-nodes.md': { kind: 'followed', by: 'test/docs/failing-nodes.test.ts' },
  'docs/how-to/keep-room-for-failover.md': {
    kind: 'followed',
    by: 'test/docs/keep-room-for-failover.test.ts',
  },
  'docs/how-to/follow-recommendations.md': {
    kind: 'followed',
    by: 'test/docs/follow-recommendations.test.ts',
  },
  'docs/how-to/plan-capacity.md': { kind: 'followed', by: 'test/docs/plan-capacity.test.ts' },
  'docs/how-to/install-a-host.md': {
    kind: 'followed',
    by: 'test/docs/install-a-host.test.ts',
    notRun: {
      'apt-get install':
        'changes the machine; the programs are on it, and test/deploy/checks/packages.mjs ' +
        'installs the packages',
      systemctl:
        'needs systemd as the first process; server/agent/src/qemu-agent-scopes.test.ts starts ' +
        'the unit under one of its own, and this test starts server and agent as units do',
      'install --directory --owner=nats':
        'changes the bus of the machine; the test has one of its own',
      'install -D debian-12': 'needs an image; the test puts its own guest there',
      'ssh -i':
        'the guest of the tests has no SSH server; test/integration/networks/host-routes.test.ts ' +
        'connects from the address of the gateway, and real-cloud-init.test.ts reads the key',
    },
  },
  'docs/how-to/find-and-watch.md': {
    kind: 'followed',
    by: 'test/docs/find-and-watch.test.ts',
  },
  'docs/how-to/console.md': { kind: 'followed', by: 'test/docs/console.test.ts' },
  'docs/how-to/drift.md': {
    kind: 'followed',
    by: 'test/scenarios/drift/drift-page.test.ts',
    runs: 'console',
    notRun: {
      'novacron drift report --fail-on high --output sarif':
        'writes what the command before it shows, in another format',
      'terraform plan -out plan.bin':
        'test/acceptance/examples/pipelines.test.ts runs these commands',
    },
  },
  'docs/how-to/security.md': {
    kind: 'followed',
    by: 'test/scenarios/access/security-page.test.ts',
    runs: 'console',
    notRun: {
      'novacron server --vault':
        'needs a Vault; test/integration/secrets-in-vault.test.ts starts a server with one',
    },
  },
  'docs/reference/orchestration.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/simulate/examples.test.ts',
  },
  'docs/placement.md': { kind: 'followed', by: 'test/scenarios/placement/capacity-page.test.ts' },
  'docs/how-to/operate.md': { kind: 'followed', by: 'test/docs/operate.test.ts' },
  'docs/how-to/respond-to-alerts.md': {
    kind: 'shown',
    why: 'make deploy-test runs the rules and routes; what to do depends on what has failed',
  },
  'docs/how-to/README.md': { kind: 'shown', why: 'a list of the guides' },
  'docs/how-to/pipelines.md': {
    kind: 'shown',
    why:
      'code hosts run these steps; ' +
      'test/acceptance/examples/pipelines.test.ts runs their commands',
  },
  'docs/how-to/windows-guests.md': {
    kind: 'shown',
    why:
      'no test has an image of Windows; test/acceptance/examples/examples.test.ts runs the ' +
      'example, and seed-disk.test.ts of the driver reads the disc',
  },
  'docs/how-to/v1-to-v2.md': {
    kind: 'shown',
    why: 'has no commands; the answers of v1 are files that tests compare',
  },
};

/** Why the test of a page leaves a command out; undefined where it runs it. */
export function reasonNotRun(page: string, command: string): string | undefined {
  return Object.entries(notRunOf(page)).find(([start]) => command.startsWith(start))?.[1];
}

/** Commands of a page that its test leaves out, by how they begin, and why. */
export function notRunOf(page: string): Readonly<Record<string, string>> {
  const coverage = PAGES[page];
  return coverage?.kind === 'followed' ? (coverage.notRun ?? {}) : {};
}
