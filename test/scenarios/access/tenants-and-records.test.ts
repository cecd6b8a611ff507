import { describe, expect, test } from '@jest/globals';
import type { Role } from '@novacron/contract/access/identity';
import {
  type InputOf,
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';

import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { waitUntil } from '@novacron/testing/wait-until';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

const PUBLIC_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGm9fTk2kxL1rjc0Jw7Vf0dN9Q1p0r3v5b7n9m1k3j5h me';

/** Kinds that belong to no tenant and are visible to all. */
const SHARED = ['price_list', 'node', 'template', 'backup'];

/** Inputs that some operations need besides the ID. */
const BESIDE: Partial<Record<OperationName, object>> = {
  'policy.rollback': { to_version: 1 },
  'workflow.rollback': { to_version: 1 },
  'terraform_state.restore': { to_version: 1 },
  'terraform_state.prune': { keep: 1 },
  'terraform_state.unlock': { lock_id: 'lock-1' },
  'model.promote': { model_version: 1 },
  'model.start_trial': { model_version: 1 },
  'autonomous_decision.override': { reason: 'r' },
  'workflow.authorize': { digest: 'a' },
  'gitops_application.record': {
    commit: 'a'.repeat(40),
    subject: '',
    author: '',
    create: 0,
    update: 0,
    replace: 0,
    delete: 0,
    managed: 0,
    rewind: false,
    in_sync: true,
    resource_ids: [],
  },
  'workflow.backfill': { from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' },
  'execution.finish': { reason: 'by hand' },
  'execution.logs': { step: 'a' },
  'execution.signal': { signal: 'go' },
  'workflow.update': { text: 'name: w\nsteps: []\n' },
  'policy_data.update': { document: '{}' },
  'policy_data.rollback': { to_version: 1 },
  'vm_group.scale': { size: 1 },
  'vm_group.replace_members': { member_ids: ['vm_01jd3v6t7re3h8z9k2m4n5p6q2'] },
  'vm.explain': { if_node_lost: true },
  'scaling.hold': { reason: 'it moves' },
  'incident.silence': { until: '2026-06-01T00:00:00Z' },
  'alert.silence': { until: '2026-06-01T00:00:00Z' },
};

function takesId(name: OperationName): boolean {
  const isShared = SHARED.some((noun) => name.startsWith(`${noun}.`));
  return !isShared && Object.hasOwn(operationRow(name).input.shape, 'id');
}

describe('tenants, roles and records', () => {
  const bench = useBench();

  /** The administrator of a second tenant. */
  async function otherTenant(): Promise<Principal> {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  function withRole(role: Role): { readonly principal: Principal } {
    return { principal: { ...bench().admin, name: role, role } };
  }

  test('what belongs to another tenant does not exist', async () => {
    const vm = await makeVm(bench());
    const network = await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' });
    const volume = await bench().expectOk('volume.create', { name: 'v', size_gb: 1 });
    const rule = 'package p\n\nwarn := {"hi"}\n';
    const policy = await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    const document =
      'policy O\n  for vm where tier=x\n  rule r: placement\n    then schedule strategy=pack\n';
    const steering = await bench().expectOk('orchestration_policy.create', { document });
    const key = await bench().expectOk('api_key.create', { name: 'bea', role: 'viewer' });
    const role = await bench().expectOk('role.create', { name: 'r', operations: ['vm.get'] });
    const secret = await bench().expectOk('secret.create', { name: 'p', value: 'hidden' });
    const channel = await bench().expectOk('notification_channel.create', {
      name: 'c',
      type: 'log',
    });
    const workflow = await bench().expectOk('workflow.create', {
      text: 'name: w\nsteps:\n  - { id: rest, wait: 1s }\n',
    });
    const application = await bench().expectOk('gitops_application.create', {
      name: 'web',
      repository: 'file:///srv/infra.git',
      run_as: 'bea',
    });
    const taken = { name: 's', volume_id: volume.resource.id };
    const { resource: snapshot } = await bench().expectOk('snapshot.create', taken);
    const { name: _name, ...size } = SMALL_VM;
    const members = { name: 'g', vm: size, min_size: 1, max_size: 2 };
    const group = await bench().expectOk('vm_group.create', members);
    const room = { ...size, name: 'room', ttl_seconds: 600 };
    const reservation = await bench().expectOk('reservation.create', room);
    const firewall = await bench().expectOk('security_group.create', { name: 'f' });
    const image = { name: 't', image: 'builtin:default' };
    const template = await bench().expectOk('template.create', image);
    const sshKey = await bench().expectOk('ssh_key.create', { name: 'k', public_key: PUBLIC_KEY });
    const budget = await bench().expectOk('budget.create', { name: 'b', hourly_limit: 500 });
    const model = await bench().expectOk('model.create', {
      name: 'm',
      target: 'latency_seconds',
      features: ['requests_per_second'],
    });
    const states = bench().application.terraformStates;
    const lock = { name: 'network', lock: { ID: 'lock-1' } };
    const locked = await states.lock(lock, {
      principal: bench().admin,
      requestId: bench().application.nextRequestId(),
      client: 'rest',
      deployment: 'default',
      signal: new AbortController().signal,
      request: beginRequest(),
    });
    expect(locked).toMatchObject({ ok: true });
    const kept = await bench().expectOk('terraform_state.list', {});
    await bench().endAll();
    const { secret: apiKey } = await bench().expectOk('api_key.create', {
      name: 'ses-own',
      role: 'viewer',
    });
    const { signIns } = bench().application;
    const session = await signIns.withKey({ apiKey, before: undefined }, {});
    if (!session.ok) throw new Error(session.error.detail);
    const enrollment = await bench().expectOk('enrollment.create', { node: 'node-9' });
    const planned = { operation: 'vm.create', session: 'session-1' } as const;
    const input = { ...SMALL_VM, name: 'planned' };
    await bench().expectOk('admission.preview', { ...planned, input });
    const previews = await bench().expectOk('placement_preview.list', {});
    const exception = await bench().expectOk('policy_waiver.create', {
      policy_id: policy.resource.id,
      resource_kind: 'vm',
      resource_name: 'a',
      owner: 'ann',
      reason: 'it moves',
      expires_at: '2026-06-01T00:00:00Z',
    });
    const attestation = await bench().expectOk('compliance_attestation.create', {
      standard: 'cis',
      requirement: '17.1',
      statement: 'Ann is on call.',
      valid_until: '90d',
    });
    const author = await bench().expectOk('policy_author.create', {
      name: 'ann',
      public_key: `ed25519:${'a'.repeat(43)}`,
    });
    const limits = { path: 'tenants.limits', document: '{"web":2}' };
    const data = await bench().expectOk('policy_data.create', limits);
    await bench().expectOk('policy.create', {
      name: 'Q',
      type: 'resource',
      enforcement_mode: 'audit',
      rule: 'package q\n\ndeny contains "no" if true\n',
    });
    // The policy answers in a thread of its own, which virtual time does not wait for.
    const findings = await waitUntil('a finding', async () => {
      await bench().advance(16_000);
      const found = await bench().expectOk('compliance_finding.list', {});
      return found.items.length > 0 ? found : undefined;
    });
    const violations = await waitUntil('a violation', async () => {
      await bench().advance(16_000);
      const found = await bench().expectOk('policy_violation.list', {});
      return found.items.length > 0 ? found : undefined;
    });
    const decisions = await bench().expectOk('policy_decision.list', {});
    await bench().expectOk('orchestration_policy.create', {
      document: 'policy A\n  for vm\n  rule r: custom\n    then alert severity=info message="m"\n',
    });
    const asking = await bench().expectOk('workflow.create', {
      text: 'name: asking\nsteps:\n  - { id: ask, approval: { message: "May it?" } }\n',
    });
    const asks = await bench().expectOk('workflow.run', { id: asking.resource.id });
    await bench().advance(31_000);
    const approvals = await bench().expectOk('approval.list', {});
    await bench().expectOk('operation.cancel', { id: asks.operation.id });
    const alerts = await bench().expectOk('alert.list', {});
    const placements = await bench().expectOk('placement_decision.list', {});
    await bench().fleet.stopAgent(String(vm.node));
    await bench().advance(40_000);
    const incidents = await bench().expectOk('incident.list', {});
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(20 * 60_000);
    const { tenantId: tenant_id } = bench().admin;
    const runner = { ...ROW_OF_EACH_TABLE.runners, id: bench().deps.ids.next('rnr'), tenant_id };
    await bench().store.commit([{ kind: 'put', into: 'runners', row: runner }]);
    const decision = {
      ...ROW_OF_EACH_TABLE.autonomous_decisions,
      id: bench().deps.ids.next('adec'),
      tenant_id,
    };
    await bench().store.commit([{ kind: 'put', into: 'autonomous_decisions', row: decision }]);
    const as = { principal: await otherTenant() };
    const ids: string[] = [vm.id, network.resource.id, volume.resource.id, policy.resource.id];
    ids.push(
      enrollment.resource.id,
      model.resource.id,
      secret.resource.id,
      channel.resource.id,
      workflow.resource.id,
      runner.id,
      decision.id,
      session.value.id,
      snapshot.id,
      volume.operation.id,
      key.resource.id,
      role.resource.id,
      steering.resource.id,
      group.resource.id,
      reservation.resource.id,
      firewall.resource.id,
      template.resource.id,
      sshKey.resource.id,
      budget.resource.id,
      application.resource.id,
      ...kept.items.map(({ id }) => id),
      ...previews.items.map(({ id }) => id),
      exception.resource.id,
      attestation.resource.id,
      author.resource.id,
      data.resource.id,
      ...violations.items.map(({ id }) => id),
      ...findings.items.map(({ id }) => id),
      ...decisions.items.map(({ id }) => id),
      ...incidents.items.map(({ id }) => id),
      ...alerts.items.map(({ id }) => id),
      ...approvals.items.map(({ id }) => id),
      ...placements.items.map(({ id }) => id),
      bench().admin.tenantId,
    );
    for (const name of operationNames().filter(takesId)) {
      const id = ids.find((each) => operationRow(name).input.shape.id?.safeParse(each).success);
      if (id === undefined) throw new Error(`make what ${name} is about, of the first tenant`);
      const input = { id, ...BESIDE[name] } as InputOf<'vm.get'>;
      const found = await bench().expectProblem(name, input, as);
      expect([name, found.code]).toEqual([name, 'not-found']);
      expect(found.detail).toContain(String(id));
    }
    const attach = { name: 'w', size_gb: 1, attached_to: vm.id };
    for (const refused of [
      await bench().expectProblem(
        'vm.create',
        { ...SMALL_VM, network_id: network.resource.id },
        as,
      ),
      await bench().expectProblem('volume.create', attach, as),
    ]) {
      expect(refused.code).toBe('reference-unknown');
    }
  });

  test('lists and records show the own tenant only; names and policies are its own', async () => {
    const rule = 'package p\n\ndeny := {"never"}\n';
    const as = { principal: await otherTenant(), client: 'terraform' } as const;
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' });
    await bench().expectOk('policy.create', { name: 'P', type: 'resource', rule });
    for (const name of ['vm.list', 'network.list', 'policy.list', 'operation.list'] as const) {
      expect(await bench().expectOk(name, {}, as)).toMatchObject({ items: [] });
    }
    // The same name and the same addresses, and no policy of another tenant.
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, as);
    await bench().advance(100);
    const { tenantId } = as.principal;
    const events = await bench().expectOk('event.list', {}, as);
    expect(events.items.map(({ tenant_id }) => tenant_id)).toEqual([tenantId]);
    const audit = await bench().expectOk('audit.list', {}, as);
    expect(new Set(audit.items.map(({ tenant_id }) => tenant_id))).toEqual(new Set([tenantId]));
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
  });

  test('roles allow what the table says, and refusals name the role that is needed', async () => {
    const network = { name: 'n', cidr: '10.0.0.0/16' };
    const refused = await bench().expectProblem('network.create', network, withRole('viewer'));
    expect(refused).toMatchObject({
      code: 'forbidden',
      detail: 'network.create needs the role operator; your key has the role viewer.',
    });
    await bench().expectOk('network.create', network, withRole('operator'));
    await bench().expectOk('network.list', {}, withRole('viewer'));
    for (const name of ['audit.list', 'api_key.list'] as const) {
      expect(await bench().expectProblem(name, {}, withRole('operator'))).toMatchObject({
        code: 'forbidden',
      });
    }
  });

  test('a key works until it expires or is revoked; its secret is kept nowhere', async () => {
    const made = await bench().expectOk('api_key.create', {
      name: 'bea',
      role: 'operator',
      expires_in_hours: 1,
    });
    const { authenticate } = bench().application;
    expect(await authenticate(made.secret)).toMatchObject({ ok: true, value: { name: 'bea' } });
    expect(JSON.stringify(await bench().store.read({ from: 'api_keys' }))).not.toContain(
      made.secret,
    );
    expect(
      await bench().expectProblem('api_key.create', { name: 'bea', role: 'viewer' }),
    ).toMatchObject({
      code: 'name-taken',
      detail: 'An API key named bea exists already.',
    });
    await bench().skip(3_600_000);
    expect(await authenticate(made.secret)).toMatchObject({
      ok: false,
      error: { detail: expect.stringMatching(/^The API key bea expired at /) },
    });
    const other = await bench().expectOk('api_key.create', { name: 'ann', role: 'viewer' });
    await bench().expectOk('api_key.delete', { id: other.resource.id });
    expect(await authenticate(other.secret)).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated', detail: 'The API key is not known to this server.' },
    });
    const { items } = await bench().expectOk('api_key.list', {});
    expect(items.map(({ name }) => name)).toEqual(['admin', 'bea']);
  });

  test('every write and every refusal is audited with who, by what and which fields', async () => {
    const vm = await makeVm(bench());
    const as = { ...withRole('operator'), client: 'cli' } as const;
    const { operation } = await bench().expectOk('vm.update', { id: vm.id, memory_gb: 8 }, as);
    await bench().expectProblem('vm.update', { id: vm.id, memory_gb: 2 }, as);
    await bench().end(operation);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    const { items } = await bench().expectOk('audit.list', { resource_id: vm.id });
    expect(items).toMatchObject([
      { operation: 'vm.delete', outcome: 'done', client: 'rest', principal: 'admin' },
      { operation: 'vm.update', outcome: 'conflict', client: 'cli', principal: 'operator' },
      {
        operation: 'vm.update',
        outcome: 'done',
        principal: 'operator',
        changes: { memory_gb: { was: 4, is: 8 } },
      },
      { operation: 'vm.create', outcome: 'done', changes: { name: { was: null, is: 'web-01' } } },
    ]);
    expect(new Set(items.map(({ request_id }) => request_id)).size).toBe(4);
  });

  test('events have positions without a gap, in the order of what happened', async () => {
    const asked = Array.from({ length: 12 }, (_, index) =>
      bench().call('vm.create', { ...SMALL_VM, name: `v${index}`, cpu_cores: 1, disk_gb: 5 }),
    );
    const made = await Promise.all(asked);
    await bench().endAll();
    await bench().restartServer();
    for (const answer of made) {
      if (answer.ok) await bench().expectOk('vm.delete', { id: answer.value.resource.id });
    }
    await bench().endAll();
    await bench().advance(1_000);
    const { items, last_position } = await bench().expectOk('event.list', { limit: 1000 });
    expect(items.map(({ position }) => position)).toEqual(items.map((_, index) => index + 1));
    expect(last_position).toBe(items.length);
    const rest = await bench().expectOk('event.list', { after_position: 5, limit: 3 });
    expect(rest.items.map(({ position }) => position)).toEqual([6, 7, 8]);
    const [first] = made;
    const target = first?.ok === true ? first.value.resource.id : '';
    const own = items.filter((event) => event.target === target).map(({ type }) => type);
    expect(own).toEqual([
      'vm.create.accepted',
      'vm.create.succeeded',
      'vm.delete.accepted',
      'vm.delete.succeeded',
    ]);
    expect(await bench().store.read({ from: 'events', where: { position: null } })).toEqual([]);
  });
});
