import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import { HealthService } from '../gen/health.ts';
import { createLazyService } from './create-lazy-service.ts';
import type { PluginService } from './start-server.ts';

/** Calls a method as the gRPC server does. */
function callCheck(service: ReturnType<typeof createLazyService>): Promise<unknown> {
  return new Promise((resolve) => {
    const check = service.implementation.check as (call: object, answer: Answer) => void;
    check({}, (error, value) => resolve(error ?? value));
  });
}

type Answer = (error: unknown, value?: unknown) => void;

const check: handleUnaryCall<unknown, unknown> = (_call, answer) => answer(null, { status: 1 });

describe('a lazy service', () => {
  function make(load?: () => never) {
    const events: string[] = [];
    const service = createLazyService(HealthService, async () => {
      events.push('loaded');
      load?.();
      return {
        definition: HealthService,
        implementation: { check },
        stop: async () => void events.push('stopped'),
      };
    });
    return { events, service };
  }

  test('is loaded by its first call, once, and stops what was loaded', async () => {
    const { events, service } = make();
    expect(events).toEqual([]);
    expect(await Promise.all([callCheck(service), callCheck(service)])).toEqual([
      { status: 1 },
      { status: 1 },
    ]);
    await service.stop();
    expect(events).toEqual(['loaded', 'stopped']);
  });

  test('that nobody called has nothing to stop', async () => {
    const { events, service } = make();
    await service.stop();
    expect(events).toEqual([]);
  });

  test('forwards a call with many answers, and tells why it could not be loaded', async () => {
    const definition = { check: { ...HealthService.check, responseStream: true } } as const;
    const seen: unknown[] = [];
    const stream = { emit: (_event: string, value: unknown) => seen.push(value) };
    const forwarded: handleServerStreamingCall<unknown, unknown> = (call) =>
      void call.emit('data', 'forwarded');
    const implementation = { check: forwarded };
    const call = async (load: () => Promise<PluginService>) => {
      const service = createLazyService(definition, load);
      (service.implementation.check as (call: object) => void)(stream);
      await service.stop();
    };
    await call(async () => ({ definition, implementation, stop: async () => {} }));
    await call(() => Promise.reject(new Error('the file is damaged')));
    expect(seen).toEqual([
      'forwarded',
      expect.objectContaining({ details: 'the file is damaged' }),
    ]);
  });

  test('that cannot be loaded answers each call with the reason', async () => {
    const { service } = make(() => {
      throw new Error('the file is damaged');
    });
    expect(await callCheck(service)).toMatchObject({ details: 'the file is damaged' });
    expect(await callCheck(service)).toMatchObject({ details: 'the file is damaged' });
    await expect(service.stop()).resolves.toBeUndefined();
  });
});
