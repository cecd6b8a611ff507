import { expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { observeBus } from './telemetry-bus.ts';

test('messages are counted on both sides: of subscriptions, requests and answers', async () => {
  const counted: string[] = [];
  const bus = observeBus(openMemoryBus(), {
    ...NO_TELEMETRY,
    count: (_name, labels) => void counted.push(Object.values(labels).join()),
  });
  bus.publish('test.unheard', {});
  const heard = new Promise<void>((resolve) => bus.subscribe('test.news', () => resolve()));
  bus.publish('test.news', {});
  await heard;
  expect(counted).toEqual(['published', 'published', 'received']);
  bus.respond('test.echo', async (message) => message);
  await bus.request('test.echo', {}, { timeoutMs: 1_000 });
  await bus.request('test.missing', {}, { timeoutMs: 1_000 });
  expect(counted.slice(3)).toEqual(['published', 'received', 'published', 'received', 'published']);
  await bus.close();
});
