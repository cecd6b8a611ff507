import { describe, expect, test } from '@jest/globals';
import { recordSpans } from './test-kit/record-spans.ts';
import { traceFields } from './trace-fields.ts';
import { inSpan, NO_TRACER } from './tracer.ts';

const CALLER = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: 'yes' } as const;

function start(ratio = 1) {
  let nowMs = 1_000;
  const recorder = recordSpans({ nowMs: () => nowMs, ratio });
  return { ...recorder, pass: (durationMs: number) => (nowMs += durationMs) };
}

describe('a span', () => {
  test('is reported once, when it ends, with all that is known by then', () => {
    const { tracer, spans, pass } = start();
    const span = tracer.startSpan({ name: 'HTTP', parent: CALLER, attributes: { a: 1, b: 2 } });
    expect(spans).toEqual([]);
    pass(5);
    span.end({ name: 'GET /x', attributes: { b: 3 }, status: { kind: 'error', message: 'no' } });
    span.end();
    expect(spans).toEqual([
      {
        name: 'GET /x',
        kind: 'internal',
        context: { ...CALLER, spanId: expect.stringMatching(/^a0/) },
        parent: CALLER,
        links: [],
        attributes: { a: 1, b: 3 },
        status: { kind: 'error', message: 'no' },
        startedAtMs: 1_000,
        endedAtMs: 1_005,
      },
    ]);
  });

  test('belongs to the span that is worked in, also after waiting', async () => {
    const { tracer, spans } = start();
    await inSpan(
      tracer,
      { name: 'outer' },
      async () => {
        await new Promise((resolve) => setImmediate(resolve));
        tracer.startSpan({ name: 'inner' }).end();
        tracer.run(undefined, () => tracer.startSpan({ name: 'apart' }).end());
      },
      () => ({}),
    );
    const [inner, apart, outer] = spans;
    expect(inner?.parent).toEqual(outer?.context);
    expect(apart?.parent).toBeUndefined();
    expect(apart?.context.traceId).not.toBe(outer?.context.traceId);
    expect(tracer.current()).toBeUndefined();
  });

  test('of work that throws ends as a fault, and the fault goes on', async () => {
    const { tracer, spans } = start();
    const broken = inSpan(
      tracer,
      { name: 'work' },
      () => Promise.reject(new Error('the secret is 42')),
      () => ({}),
    );
    await expect(broken).rejects.toThrow('the secret is 42');
    expect(spans[0]?.status).toEqual({ kind: 'error', message: 'a fault; the log says more' });
  });

  test('that is planned has the same name in any process, and another for another key', () => {
    const [one, two] = [start().tracer, start().tracer];
    const planned = one.plan(CALLER, 'create#1');
    expect(planned).toEqual(two.plan(CALLER, 'create#1'));
    expect(planned).not.toEqual(one.plan(CALLER, 'create#2'));
    expect(planned?.traceId).toBe(CALLER.traceId);
    expect(one.plan(undefined, 'x')?.traceId).toMatch(/^a0/);
  });
});

describe('sampling', () => {
  test('keeps whole traces, by their names alone', () => {
    const half = start(0.5).tracer;
    const name = (last: string) => ({ ...CALLER, traceId: last.padStart(32, '0') });
    expect(half.accept(name('7fffffffffffff'))?.sampled).toBe('yes');
    expect(half.accept(name('80000000000000'))?.sampled).toBe('no');
    expect(half.accept({ ...name('1'), sampled: 'no' })?.sampled).toBe('no');
    expect(half.accept(undefined)).toBeUndefined();
    expect(start(0).tracer.startSpan({ name: 'x' }).context?.sampled).toBe('no');
  });

  test('passes on the names of what is not sampled, and reports nothing', () => {
    const { tracer, spans } = start(0);
    const span = tracer.startSpan({ name: 'x', parent: tracer.accept(CALLER) });
    span.end();
    expect(span.context).toMatchObject({ traceId: CALLER.traceId, sampled: 'no' });
    expect(spans).toEqual([]);
  });
});

describe('no tracer', () => {
  test('passes the caller’s trace on as it is', async () => {
    const span = NO_TRACER.startSpan({ name: 'x', parent: NO_TRACER.accept(CALLER) });
    span.end();
    expect(span.context).toEqual(CALLER);
    expect(NO_TRACER.plan(CALLER, 'key')).toEqual(CALLER);
    expect(NO_TRACER.run(CALLER, () => NO_TRACER.current())).toBeUndefined();
    await NO_TRACER.close();
  });

  test('leaves log lines without a trace as they are', () => {
    expect(traceFields(undefined)).toEqual({});
    expect(traceFields(CALLER)).toEqual({ trace_id: CALLER.traceId, span_id: CALLER.spanId });
  });
});
