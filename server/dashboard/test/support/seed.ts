/** Fills a server with what the pages show: through the public API, as any client would. */
import type { TestServer } from './start-server.ts';

/** Seeded resources, by role in the tests. */
export interface Seeded {
  readonly networkId: string;
  readonly vmIds: readonly string[];
  /** The newest placement decision. */
  readonly decisionId: string;
  readonly workflowId: string;
  /** One of that workflow: a step has failed, and the one before it is taken back. */
  readonly executionId: string;
  /** A GitOps application that was never synced. */
  readonly applicationId: string;
  /** A model whose only version acts in development. */
  readonly modelId: string;
}

/** Names that pages have to bear: markup, right-to-left text, emoji, great length. */
const HARD_TEXTS = {
  markup: '</script><img src=x onerror=alert(1)>',
  rightToLeft: 'خادم الويب الرئيسي',
  emoji: 'a note with 🚀 and e\u0301',
  long: 'x'.repeat(400),
} as const;

/** Makes a network, VMs, a volume and a policy, and waits until the VMs run. */
export async function seed(server: TestServer): Promise<Seeded> {
  const network = await server.send('POST', '/networks', { name: 'e2e-net', cidr: '10.90.0.0/16' });
  const networkId = idOf(network);
  const vmIds: string[] = [];
  const descriptions = Object.values(HARD_TEXTS);
  for (let index = 0; index < VMS; index += 1) {
    const made = await server.send('POST', '/vms', {
      name: `e2e-web-${String(index + 1).padStart(2, '0')}`,
      cpu_cores: 1 + (index % 4),
      memory_gb: 2 + (index % 3) * 2,
      disk_gb: 20,
      network_id: networkId,
      description: descriptions[index % descriptions.length],
      metadata: { tier: index % 2 === 0 ? 'web' : 'data' },
    });
    vmIds.push(idOf(made));
    await waitForOperation(server, made);
  }
  const volume = await server.send('POST', '/volumes', {
    name: 'e2e-data',
    size_gb: 50,
    type: 'ssd',
  });
  await waitForOperation(server, volume);
  await server.send('POST', '/policies', {
    name: 'e2e owners',
    type: 'compliance',
    enforcement_mode: 'warn',
    enabled: true,
    rule: RULE,
  });
  const placed = await server.send('GET', '/orchestration/placement/decisions?limit=1');
  const [newest] = Object(placed).items;
  const decisionId = String(Object(newest).id);
  await server.send('POST', '/api-keys', { name: 'e2e-deployer', role: 'operator' });
  const application = await server.send('POST', '/gitops-applications', {
    name: 'e2e-infra',
    repository: 'https://git.example.com/team/infrastructure-of-a-team-with-a-long-name.git',
    run_as: 'e2e-deployer',
    description: HARD_TEXTS.markup,
  });
  const applicationId = idOf(application);
  const modelId = await makeModel(server, { name: 'e2e-latency', days: 5 });
  await server.send('POST', `/models/${modelId}/promote`, {
    model_version: 1,
    environment: 'development',
  });
  await seedForecasts(server);
  return { networkId, vmIds, decisionId, applicationId, modelId, ...(await seedExecution(server)) };
}

const VMS = 24;

const RULE = `package novacron

# A comment with </script> in it.
warn contains "VMs have an owner" if {
  input.action == "create_vm"
  not input.resource.metadata.owner
}
`;

/** Makes a workflow and an execution of it, which fails and is taken back. */
async function seedExecution(server: TestServer) {
  const workflow = await server.send('POST', '/workflows', { text: WORKFLOW });
  const workflowId = idOf(workflow);
  const run = await server.send('POST', `/workflows/${workflowId}/run`, { inputs: {} });
  const executionId = String(Object(Object(run).operation).id);
  await server.send('GET', `/operations/${executionId}/wait?timeout_ms=30000`);
  return { workflowId, executionId };
}

const WORKFLOW = `name: e2e-seeded
steps:
  - id: network
    task: network.create
    with: { name: e2e-seeded, cidr: 10.92.0.0/24 }
    outputs: { network_id: resource.id }
    compensate: { task: network.delete, with: { id: "\${steps.network.outputs.network_id}" } }
  - { id: settle, wait: 1s }
  - { id: skipped, needs: [settle], if: "false", wait: 1s }
  - id: a-step-with-a-long-name-that-does-not-fit
    needs: [network, settle]
    task: network.create
    with: { name: e2e-seeded, cidr: 10.92.0.0/24 }
    retry: { max_attempts: 1 }
  - { id: never, needs: [a-step-with-a-long-name-that-does-not-fit], wait: 1s }
`;

const STEP_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Stores metrics of some days, and trains a model that is better than rules. @returns its id */
export async function makeModel(
  server: TestServer,
  { name, days }: { readonly name: string; readonly days: number },
): Promise<string> {
  const end = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const steps = Array.from({ length: (days * DAY_MS) / STEP_MS }, (_, step) => step);
  const requests = (step: number) => 300 + 200 * Math.sin(step / 6) + 90 * Math.sin(step / 2.3);
  const metrics = {
    requests_per_second: requests,
    // The latency bends with the requests: no straight line follows it.
    latency_seconds: (step: number) => 0.05 + 0.04 * Math.sin(requests(step) / 60),
  };
  for (const [metric, measure] of Object.entries(metrics)) {
    const samples = steps.map((step) => ({
      at: new Date(end - days * DAY_MS + step * STEP_MS).toISOString(),
      value: measure(step),
    }));
    await server.send('POST', '/metrics/import', { name: metric, samples });
  }
  const made = await server.send('POST', '/models', {
    name,
    target: 'latency_seconds',
    features: ['requests_per_second'],
    history_days: days + 1,
  });
  await waitForOperation(server, made);
  return idOf(made);
}

/** Has two metrics of the tenant forecast: each selects its models. */
async function seedForecasts(server: TestServer): Promise<void> {
  // Later samples are not imported.
  const end = (Math.floor(Date.now() / HOUR_MS) - 2) * HOUR_MS;
  for (const name of ['queue_length_count', 'orders_per_minute']) {
    const samples = Array.from({ length: 192 }, (_, hour) => ({
      at: new Date(end - (192 - hour) * HOUR_MS).toISOString(),
      value: 100 + 50 * Math.sin((hour / 12) * Math.PI) + 9 * Math.sin(hour * name.length),
    }));
    await server.send('POST', '/metrics/import', { name, samples });
    await server.send('GET', `/metrics/forecast?name=${name}&horizon=3d`);
  }
}

/** The id of the resource that a write has made. */
function idOf(answer: unknown): string {
  const resource = Object(answer).resource;
  return String(Object(resource).id);
}

/** Waits until the operation of a write has ended. */
async function waitForOperation(server: TestServer, answer: unknown): Promise<void> {
  const id = String(Object(Object(answer).operation).id);
  const ended = await server.send('GET', `/operations/${id}/wait?timeout_ms=30000`);
  const { status } = Object(ended);
  if (status !== 'succeeded') throw new Error(`${id} is ${status}: ${JSON.stringify(ended)}`);
}

/** A VM whose access has been changed behind Terraform's back: critical drift. @returns its id */
export async function makeDriftedVm(server: TestServer, name: string): Promise<string> {
  const terraform = { 'novacron-client': 'terraform', 'novacron-deployment': 'e2e' };
  const wanted = { name, cpu_cores: 1, memory_gb: 2, disk_gb: 10 };
  const made = await server.send('POST', '/vms', wanted, terraform);
  await waitForOperation(server, made);
  const changed = { ssh_keys: [`ssh-ed25519 AAAA${'B'.repeat(30)} eve`] };
  await waitForOperation(server, await server.send('PATCH', `/vms/${idOf(made)}`, changed));
  return idOf(made);
}
