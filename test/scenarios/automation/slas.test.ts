/** SLAs of executions: what is said and done when one takes longer than its workflow allows. */
import { describe, expect, test } from '@jest/globals';
import type { OperationId } from '@novacron/contract/ids';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const textOf = (sla: string, wait = '10m', name = 'late') => `name: ${name}
steps: [{ id: settle, wait: ${wait} }]
sla: ${sla}
`;

async function start(text: string) {
  const { resource } = await bench().expectOk('workflow.create', { text });
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

const current = (id: OperationId) => bench().expectOk('execution.get', { id });

/** Events of SLAs, oldest first. */
async function events() {
  const { items } = await bench().expectOk('event.list', { limit: 500 });
  return items.filter(({ type }) => type.startsWith('workflow.sla.'));
}

const types = async () => (await events()).map(({ type }) => type.replace('workflow.sla.', ''));

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 10 * SECOND_MS) await bench().advance(10 * SECOND_MS);
}

/** Messages wait in its digest, where they can be read. */
async function addChannel(name: string) {
  await bench().expectOk('notification_channel.create', {
    name,
    type: 'log',
    digest_interval: '1h',
  });
}

const messages = async () =>
  (await bench().store.read({ from: 'notification_messages' })).map(({ id, message_json }) => ({
    id: id.slice(id.indexOf('/')),
    ...JSON.parse(message_json),
  }));

describe('an SLA', () => {
  test('is warned of, breached and escalated once each, at its moments', async () => {
    await addChannel('ops');
    await addChannel('boss');
    const escalate = '{ after: 3m, notify: [boss] }';
    const sla = `{ warn_after: 1m, breach_after: 2m, notify: [ops], escalate: ${escalate} }`;
    const { id, created_at } = await start(textOf(sla));
    const at = (ms: number) => new Date(Date.parse(created_at) + ms).toISOString();
    expect((await current(id)).sla).toEqual({
      warns_at: at(MINUTE_MS),
      breaches_at: at(2 * MINUTE_MS),
      escalates_at: at(5 * MINUTE_MS),
      warned_at: null,
      breached_at: null,
      escalated_at: null,
    });
    await pass(50 * SECOND_MS);
    expect(await types()).toEqual([]);
    await pass(20 * SECOND_MS);
    expect(await types()).toEqual(['warning']);
    await pass(MINUTE_MS);
    expect(await types()).toEqual(['warning', 'breached']);
    await pass(4 * MINUTE_MS);
    expect(await types()).toEqual(['warning', 'breached', 'escalated']);
    const [, breached] = await events();
    expect(breached).toMatchObject({
      target: id,
      priority: 'high',
      data: { execution_id: id, workflow: 'late', breaches_at: at(2 * MINUTE_MS) },
    });
    expect((await messages()).map(({ id: message, subject }) => [message, subject])).toEqual([
      ['/sla/breached/ops', 'late has breached its SLA'],
      ['/sla/escalated/boss', 'late is still running after it breached its SLA'],
      ['/sla/warning/ops', 'late may breach its SLA'],
    ]);
    const { sla: late, status } = await current(id);
    expect(status).toBe('running');
    expect(Date.parse(String(late?.breached_at)) - Date.parse(at(2 * MINUTE_MS))).toBeLessThan(
      10 * SECOND_MS,
    );
  });

  test('of an execution that ends in time says nothing', async () => {
    const operation = await start(textOf('{ warn_after: 1m, breach_after: 2m }', '30s'));
    await pass(3 * MINUTE_MS);
    const { status, sla } = await current(operation.id);
    expect([status, sla?.warned_at, sla?.breached_at]).toEqual(['succeeded', null, null]);
    expect(await types()).toEqual([]);
    const [row] = await bench().store.read({ from: 'execution_slas' });
    expect(row?.due_ms).toBeNull();
  });

  test('cancels an execution that is breached, where it says so', async () => {
    const { id } = await start(textOf('{ breach_after: 1m, on_breach: cancel }'));
    await pass(90 * SECOND_MS);
    expect((await current(id)).status).toBe('stopped');
    expect((await events()).map(({ type, data }) => [type, data.cancel])).toEqual([
      ['workflow.sla.breached', 'cancelled'],
    ]);
  });

  test('goes on in a pause', async () => {
    const { id } = await start(textOf('{ breach_after: 1m }'));
    await bench().expectOk('execution.pause', { id });
    await pass(90 * SECOND_MS);
    expect(await types()).toEqual(['breached']);
    await bench().expectOk('execution.resume', { id });
  });

  test('with a channel that does not exist refuses the run; a deleted one is named', async () => {
    const text = textOf('{ breach_after: 1m, notify: [ops] }');
    const { resource } = await bench().expectOk('workflow.create', { text });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toBe(
      'A run of late is refused: sla notifies ops, which is not a notification channel.',
    );
    await addChannel('ops');
    await bench().expectOk('workflow.run', { id: resource.id });
    const [channel] = (await bench().expectOk('notification_channel.list', {})).items;
    if (channel === undefined) throw new Error('there is a channel');
    await bench().expectOk('notification_channel.delete', { id: channel.id });
    await pass(90 * SECOND_MS);
    const [breached] = await events();
    expect(breached?.data.not_notified).toEqual(['The notification channel ops does not exist.']);
  });

  test('whose times contradict each other is refused with the place', async () => {
    const text = textOf('{ warn_after: 3m, breach_after: 2m }');
    const problem = await bench().expectProblem('workflow.create', { text });
    expect(problem.fields?.map(({ message }) => message).join()).toContain(
      'must be less than breach_after (2m)',
    );
    const escalated = `deadline: 4m\n${textOf(
      '{ breach_after: 2m, escalate: { after: 3m, notify: [ops] } }',
      '1m',
    )}`;
    const late = await bench().expectProblem('workflow.create', { text: escalated });
    expect(JSON.stringify(late)).toContain('comes after the deadline (4m)');
  });
});
