import { describe, expect, test } from '@jest/globals';
import { HealthService } from '../gen/health.ts';
import { createLazyService } from './create-lazy-service.ts';
import type { Answers, CallHandler } from './grpc-server.ts';

const NO_ANSWERS: Answers = { send: async () => {}, gone: Promise.resolve() };

describe('a lazy service', () => {
  function make(load?: () => never, prepared: Readonly<Record<string, Buffer>> = {}) {
    const events: string[] = [];
    const check: CallHandler = async (_request, { send }) => {
      await send('more');
      return { status: 1 };
    };
    const service = createLazyService({
      definition: HealthService,
      load: async () => {
        events.push('loaded');
        load?.();
        return {
          implementation: { check },
          interrupt: () => void events.push('interrupted'),
          stop: async (ending) => void events.push(`stopped, ${ending}`),
        };
      },
      prepared,
    });
    const send = async (response: unknown) => void events.push(`sent ${response}`);
    const call = (): unknown =>
      service.implementation.check?.(undefined as never, { ...NO_ANSWERS, send });
    return { events, service, call };
  }

  test('is loaded by its first call, once, and stops what was loaded', async () => {
    const { events, service, call } = make();
    service.interrupt();
    expect(events).toEqual([]);
    expect(await Promise.all([call(), call()])).toEqual([{ status: 1 }, { status: 1 }]);
    service.interrupt();
    await service.stop('dismissed');
    expect(events).toEqual([
      'loaded',
      'sent more',
      'sent more',
      'interrupted',
      'stopped, dismissed',
    ]);
  });

  test('sends what was prepared as it is, and is not loaded for it', async () => {
    const bytes = Buffer.from([8, 1]);
    const { events, service, call } = make(undefined, { check: bytes });
    const { responseSerialize } = service.definition.check ?? {};
    expect(responseSerialize?.(call() as never)).toBe(bytes);
    expect(service.definition.watch?.responseSerialize).toBe(HealthService.watch.responseSerialize);
    await service.stop('dismissed');
    expect(events).toEqual([]);
  });

  test('that was never called has nothing to stop', async () => {
    const { events, service } = make();
    await service.stop('dismissed');
    expect(events).toEqual([]);
  });

  test('that cannot be loaded answers each call with the reason', async () => {
    const { service, call } = make(() => {
      throw new Error('the file is damaged');
    });
    await expect(call()).rejects.toThrow('the file is damaged');
    await expect(call()).rejects.toThrow('the file is damaged');
    await expect(service.stop('dismissed')).resolves.toBeUndefined();
  });
});
