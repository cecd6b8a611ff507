import { describe, expect, test } from '@jest/globals';
import { CONSOLE_BUFFER_BYTES_MAX } from '@novacron/agent/console/console-session';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import {
  CONSOLE_IDLE_MS,
  type ConsoleEnd,
  type ConsoleSession,
} from '@novacron/server/app/fleet/console/open-console';
import { beginRequest, type CallContext } from '@novacron/server/app/kernel/context/call-context';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const TICKET_MS = 60_000;

describe('the console of a VM', () => {
  const bench = useBench();

  function contextOf(changes: Partial<CallContext['principal']> = {}): CallContext {
    return {
      principal: { ...bench().admin, ...changes },
      requestId: bench().application.nextRequestId(),
      client: 'rest',
      deployment: 'default',
      signal: new AbortController().signal,
      request: beginRequest(),
    };
  }

  async function openWith(ticket: string, context = contextOf()) {
    return bench().application.openConsole(ticket, context);
  }

  async function makeTicket({ id }: Vm): Promise<string> {
    return (await bench().expectOk('vm.console', { id })).ticket;
  }

  /** Relays a session and collects what it says. */
  function listen(session: ConsoleSession) {
    const heard = { text: '', lost: 0, end: undefined as ConsoleEnd | undefined };
    void session
      .relay({
        output: async (bytes) => {
          heard.text += Buffer.from(bytes).toString('utf8');
        },
        lost: (bytes) => {
          heard.lost += bytes;
        },
      })
      .then((end) => {
        heard.end = end;
      });
    return heard;
  }

  /** Lets what was closed be relayed and audited. */
  async function awaitEnd(heard: { readonly end: ConsoleEnd | undefined }): Promise<ConsoleEnd> {
    for (let round = 0; heard.end === undefined && round < 100; round += 1) {
      await bench().advance(1);
    }
    return heard.end ?? 'idle';
  }

  async function openConsole(vm: Vm) {
    const opened = await openWith(await makeTicket(vm));
    if (!opened.ok) throw new Error(opened.error.detail);
    return { session: opened.value, heard: listen(opened.value) };
  }

  test('a ticket opens it once: what is typed is echoed, and each end is audited', async () => {
    const vm = await makeVm(bench());
    const ticket = await makeTicket(vm);
    const opened = await openWith(ticket);
    if (!opened.ok) throw new Error(opened.error.detail);
    const session = opened.value;
    const heard = listen(session);
    await session.write(Buffer.from('uptime\r'));
    await bench().advance(10);
    expect(heard.text).toContain('this machine is simulated and has no guest');
    expect(heard.text).toContain(`boot: ${vm.name} is up`);
    expect(heard.text.endsWith('> uptime\r\n> ')).toBe(true);
    session.close();
    expect(await awaitEnd(heard)).toBe('closed');
    const { items } = await bench().expectOk('audit.list', { limit: 3 });
    expect(items).toMatchObject([
      {
        operation: 'vm.console_closed',
        changes: {
          node: { is: vm.node },
          reason: { is: 'closed' },
          bytes_in: { is: 7 },
          bytes_out: { is: heard.text.length },
        },
      },
      { operation: 'vm.console_opened', resource_id: vm.id, changes: { node: { is: vm.node } } },
      { operation: 'vm.console', resource_id: vm.id },
    ]);
    expect(await openWith(ticket)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    const stored = JSON.stringify(await bench().store.read({ from: 'console_tickets' }));
    expect(stored).not.toContain(ticket);
  });

  test('a ticket is good for its caller, its control plane and a minute only', async () => {
    const vm = await makeVm(bench());
    const refused = {
      ok: false,
      error: {
        code: 'conflict',
        detail:
          'The console ticket is not valid: it was already used, has expired, or belongs to ' +
          'another caller or control plane.',
        remedy: 'Request a new one (vm.console) and connect immediately with the same API key.',
      },
    };
    const ticket = await makeTicket(vm);
    const stranger = contextOf({ id: 'key_01jd3v6t7re3h8z9k2m4n5p6q7' });
    expect(await openWith(ticket, stranger)).toMatchObject(refused);
    await bench().advance(TICKET_MS + 1);
    expect(await openWith(ticket)).toMatchObject(refused);
    const moved = await makeTicket(vm);
    const [row] = await bench().store.read({ from: 'console_tickets' });
    if (row === undefined) throw new Error('the ticket is there');
    // The expired one was removed.
    expect(await bench().store.count({ from: 'console_tickets' })).toBe(1);
    const other = { ...row, control_plane_id: 'cp_other' };
    await bench().store.commit([{ kind: 'put', into: 'console_tickets', row: other }]);
    expect(await openWith(moved)).toMatchObject(refused);
    expect(await openWith('nct_unknown')).toMatchObject(refused);
  });

  test('of two who open it, the second hears who has it, until the first has gone', async () => {
    const vm = await makeVm(bench());
    const first = await openConsole(vm);
    expect(await openWith(await makeTicket(vm))).toMatchObject({
      ok: false,
      error: { code: 'conflict', detail: `The console is in use by ${bench().admin.name}.` },
    });
    first.session.close();
    await awaitEnd(first.heard);
    const second = await openConsole(vm);
    await bench().advance(10);
    expect(second.heard.text).toContain('boot:');
    second.session.close();
    await awaitEnd(second.heard);
  });

  test('it ends when its machine stops, and when nothing passes through it', async () => {
    const vm = await makeVm(bench());
    const idle = await openConsole(vm);
    await bench().advance(CONSOLE_IDLE_MS + 10_000);
    expect(idle.heard.end).toBe('idle');
    const open = await openConsole(vm);
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    await bench().advance(10);
    expect(open.heard.end).toBe('machine-stopped');
    expect(await bench().expectProblem('vm.console', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail: `The VM ${vm.name} is stopped, and only a running VM can show its console.`,
    });
  });

  test('an agent that goes away ends it, and a server that goes away frees it', async () => {
    const vm = await makeVm(bench());
    const gone = await openConsole(vm);
    await bench().fleet.stopAgent(String(vm.node));
    await bench().advance(20_000);
    expect(gone.heard.end).toMatchObject({ code: expect.stringMatching(/unavailable|conflict/) });
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(10_000);
    // Opened and never read, as by a server that was killed.
    const opened = await openWith(await makeTicket(vm));
    expect(opened.ok).toBe(true);
    await bench().advance(31_000);
    const next = await openConsole(vm);
    next.session.close();
    await awaitEnd(next.heard);
  });

  test('output that is not read in time is lost and counted', async () => {
    const vm = await makeVm(bench());
    const opened = await openWith(await makeTicket(vm));
    if (!opened.ok) throw new Error(opened.error.detail);
    await opened.value.write(Buffer.alloc(CONSOLE_BUFFER_BYTES_MAX + 1_000, 'x'));
    const heard = listen(opened.value);
    await bench().advance(100);
    expect(heard.lost).toBeGreaterThanOrEqual(1_000);
    expect(heard.text).toMatch(/^x+$/);
    expect(heard.text).toHaveLength(CONSOLE_BUFFER_BYTES_MAX);
    opened.value.close();
    await awaitEnd(heard);
  });

  test('an agent without a console is not asked', async () => {
    const vm = await makeVm(bench());
    const [row] = await bench().store.read({ from: 'nodes', where: { name: String(vm.node) } });
    if (row === undefined) throw new Error('the node is there');
    const { console: _console, ...older } = JSON.parse(row.capabilities_json);
    const capabilities_json = JSON.stringify(older);
    await bench().store.commit([
      { kind: 'put', into: 'nodes', row: { ...row, capabilities_json } },
    ]);
    expect(await bench().expectProblem('vm.console', { id: vm.id })).toMatchObject({
      code: 'conflict',
      detail:
        `The console of the VM ${vm.name} cannot be opened: the agent of node ${vm.node} ` +
        '(driver simulator) does not relay consoles.',
    });
  });

  test('a viewer gets no ticket', async () => {
    const vm = await makeVm(bench());
    const viewer = { principal: { ...bench().admin, role: 'viewer' } };
    expect(await bench().expectProblem('vm.console', { id: vm.id }, viewer)).toMatchObject({
      code: 'forbidden',
    });
  });
});
