import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { createEventApplier } from './apply-events.ts';
import type { LiveEvent } from './read-message.ts';

/** Longer than events are collected and lists wait. Unit: milliseconds. */
const SETTLED_MS = 3_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function eventOf(type: string, target: string, data = {}): LiveEvent {
  return {
    id: `evt_${target}`,
    position: 1,
    type,
    target,
    priority: 'normal',
    source: 'server',
    at: '2026-11-26T08:00:00Z',
    data,
  };
}

/** A cache that shows VMs, and a server on which all of them run by now. */
function start() {
  const client = new QueryClient();
  const reads: string[] = [];
  const apply = createEventApplier(client, async (name, { id }) => {
    reads.push(`${name} ${id}`);
    if (id === 'vm_gone') throw new Error('gone');
    return { id, status: 'running' };
  });
  client.setQueryData(['vm.get', { id: 'vm_1' }], { id: 'vm_1', status: 'creating' });
  client.setQueryData(['vm.list', {}], {
    items: [{ id: 'vm_1', status: 'creating' }, { id: 'vm_2' }, { id: 'vm_gone' }],
  });
  client.setQueryData(['vm.list', {}, 'pages'], {
    pages: [{ items: [{ id: 'vm_2' }] }, { items: [{ id: 'vm_1', status: 'creating' }] }],
    pageParams: [''],
  });
  client.setQueryData(['policy.list', {}], { items: [] });
  const isStale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
  return { client, reads, apply, isStale };
}

describe('events', () => {
  test('a list of what cannot be read by itself is read again with each change', async () => {
    const { client, reads, apply, isStale } = start();
    client.setQueryData(['alert.list', {}], { items: [{ id: 'alt_1' }] });
    apply(eventOf('alert.acknowledged', 'alt_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(reads).toEqual([]);
    expect(isStale(['alert.list', {}])).toBe(true);
    expect(isStale(['policy.list', {}])).toBe(false);
  });

  test.each(['workflow.run.succeeded', 'approval.requested'])(
    'executions are read again with %s',
    async (type) => {
      const { client, apply, isStale } = start();
      client.setQueryData(['execution.list', {}], { items: [] });
      client.setQueryData(['execution.get', { id: 'op_1' }], { id: 'op_1', status: 'running' });
      apply(eventOf(type, 'wf_1'));
      await jest.advanceTimersByTimeAsync(SETTLED_MS);
      expect(isStale(['execution.list', {}])).toBe(true);
      expect(isStale(['execution.get', { id: 'op_1' }])).toBe(true);
    },
  );

  test('a changed resource is read once and replaced wherever it is shown', async () => {
    const { client, reads, apply, isStale } = start();
    apply(eventOf('vm.state.changed', 'vm_1'));
    apply(eventOf('vm.state.changed', 'vm_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(reads).toEqual(['vm.get vm_1']);
    const running = { id: 'vm_1', status: 'running' };
    expect(client.getQueryData(['vm.get', { id: 'vm_1' }])).toEqual(running);
    expect(client.getQueryData(['vm.list', {}])).toEqual({
      items: [running, { id: 'vm_2' }, { id: 'vm_gone' }],
    });
    expect(client.getQueryData(['vm.list', {}, 'pages'])).toEqual({
      pages: [{ items: [{ id: 'vm_2' }] }, { items: [running] }],
      pageParams: [''],
    });
    expect(isStale(['vm.list', {}])).toBe(false);
  });

  test('what no page shows is not read', async () => {
    const { reads, apply } = start();
    apply(eventOf('vm.state.changed', 'vm_9'));
    apply(eventOf('weather.changed', 'vm_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(reads).toEqual([]);
  });

  test.each(['vm.create.succeeded', 'vm.delete.succeeded', 'vm.lost'])(
    'lists are read again where something joins or leaves them: %s',
    async (type) => {
      const { apply, isStale } = start();
      apply(eventOf(type, 'vm_9'));
      await jest.advanceTimersByTimeAsync(SETTLED_MS);
      expect(isStale(['vm.list', {}])).toBe(true);
      expect(isStale(['policy.list', {}])).toBe(false);
    },
  );

  test('a list of some rows is read again when a row changes, which may leave it', async () => {
    const { client, apply, isStale } = start();
    client.setQueryData(['vm.list', { node: ['node-01'] }, 'pages'], { pages: [] });
    client.setQueryData(['vm.list', { sort: '-status', limit: 9 }], { items: [] });
    client.setQueryData(['network.list', { search: 'a' }], { items: [] });
    apply(eventOf('vm.migrate.succeeded', 'vm_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(isStale(['vm.list', { node: ['node-01'] }, 'pages'])).toBe(true);
    expect(isStale(['vm.list', { sort: '-status', limit: 9 }])).toBe(true);
    expect(isStale(['vm.list', {}])).toBe(false);
    expect(isStale(['network.list', { search: 'a' }])).toBe(false);
  });

  test.each([
    ['policy_violation.open', 'policy_violation.list'],
    ['policy_violation.waived', 'policy_violation.list'],
    ['policy.create.succeeded', 'policy_violation.list'],
    ['vm.create.succeeded', 'placement_decision.list'],
    ['network.update.succeeded', 'policy_decision.list'],
  ])('lists follow what changes them: %s changes %s', async (type, list) => {
    const { client, apply, isStale } = start();
    client.setQueryData([list, {}, 'pages'], { pages: [] });
    apply(eventOf(type, 'some_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(isStale([list, {}, 'pages'])).toBe(true);
  });

  test('the versions of a resource are read again when it changes', async () => {
    const { client, apply, isStale } = start();
    client.setQueryData(['model.versions', { id: 'mdl_1' }], { items: [] });
    client.setQueryData(['model.card', { id: 'mdl_1' }], { card: '' });
    apply(eventOf('model.promoted', 'mdl_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(isStale(['model.versions', { id: 'mdl_1' }])).toBe(true);
    expect(isStale(['model.card', { id: 'mdl_1' }])).toBe(false);
  });

  test('many changed resources are read as pages of their list', async () => {
    const { client, reads, apply, isStale } = start();
    const ids = Array.from({ length: 21 }, (_, index) => `vm_${index}`);
    client.setQueryData(['vm.list', {}], { items: ids.map((id) => ({ id })) });
    for (const id of ids) apply(eventOf('vm.state.changed', id));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(reads).toEqual([]);
    expect(isStale(['vm.list', {}])).toBe(true);
  });

  test('a resource that cannot be read stays as it was', async () => {
    const { client, apply } = start();
    apply(eventOf('vm.state.changed', 'vm_gone'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(client.getQueryData(['vm.list', {}])).toMatchObject({
      items: [{ id: 'vm_1' }, { id: 'vm_2' }, { id: 'vm_gone' }],
    });
  });

  test('lists keep up with events that never stop, read once a second', async () => {
    const { client, apply, isStale } = start();
    const read = jest.spyOn(client, 'invalidateQueries');
    const seconds = 60;
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      apply(eventOf('vm.create.succeeded', `vm_new_${tenth}`));
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(read.mock.calls.length).toBeGreaterThan(seconds / 2);
    expect(read.mock.calls.length).toBeLessThanOrEqual(seconds + 1);
    client.setQueryData(['vm.list', {}], { items: [] });
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    client.setQueryData(['vm.list', {}], { items: [] });
    await jest.advanceTimersByTimeAsync(SETTLED_MS * 10);
    expect(isStale(['vm.list', {}])).toBe(false);
  });

  test('a list that takes long to read is not asked again before it has answered', async () => {
    const { client, apply } = start();
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((done) => {
      answer = done;
    });
    const read = jest.spyOn(client, 'invalidateQueries').mockReturnValue(answered);
    for (let count = 0; count < 20; count += 1) {
      apply(eventOf('vm.create.succeeded', `vm_new_${count}`));
      await jest.advanceTimersByTimeAsync(SETTLED_MS);
    }
    expect(read).toHaveBeenCalledTimes(1);
    answer();
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('answers of one resource are applied in the order of their requests', async () => {
    const client = new QueryClient();
    client.setQueryData(['vm.get', { id: 'vm_1' }], { id: 'vm_1' });
    const statuses = ['creating', 'running'];
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((done) => {
      answer = done;
    });
    const apply = createEventApplier(client, async (_name, { id }) => {
      const status = statuses.shift();
      if (status === 'creating') await answered;
      return { id, status };
    });
    apply(eventOf('vm.state.changed', 'vm_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    apply(eventOf('vm.state.changed', 'vm_1'));
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    answer();
    await jest.advanceTimersByTimeAsync(SETTLED_MS);
    expect(client.getQueryData(['vm.get', { id: 'vm_1' }])).toEqual({
      id: 'vm_1',
      status: 'running',
    });
  });
});
