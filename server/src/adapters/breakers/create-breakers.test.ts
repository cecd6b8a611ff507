import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Breaker, Breakers } from '../../ports/breakers.ts';
import { NO_TELEMETRY } from '../../ports/telemetry.ts';
import { createBreakers } from './create-breakers.ts';

let breakers: Breakers;
let breaker: Breaker;
let seen: Record<string, number>;

beforeEach(() => {
  seen = {};
  breakers = createBreakers({
    ...NO_TELEMETRY,
    count: (name, { link }: { readonly link?: string }) => {
      const key = `${name} ${link}`;
      seen[key] = (seen[key] ?? 0) + 1;
    },
    set: (name, series) => {
      for (const { labels, value } of series) {
        seen[`${name} ${(labels as { readonly link: string }).link}`] = value;
      }
    },
  });
  breaker = breakers.of('oidc', 'https://id.example');
});

function fail(...moments: readonly number[]): void {
  for (const nowMs of moments) {
    expect(breaker.tryCall(nowMs)).toBe(true);
    breaker.failed(nowMs);
  }
}

describe('a circuit breaker', () => {
  test('opens after three failures in a row, and lets one call through after half a minute', () => {
    fail(0, 1, 2);
    expect([2, 30_001, 30_002, 30_003].map((nowMs) => breaker.tryCall(nowMs))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });

  test('closes with a call that succeeds, and opens again with one that does not', () => {
    fail(0, 1, 2, 30_002);
    expect(breaker.tryCall(60_001)).toBe(false);
    expect(breaker.tryCall(60_002)).toBe(true);
    breaker.succeeded();
    expect([60_003, 60_003].map((nowMs) => breaker.tryCall(nowMs))).toEqual([true, true]);
  });

  test('does not wait for ever for a call that never says how it ended', () => {
    fail(0, 1, 2);
    expect(breaker.tryCall(30_002)).toBe(true);
    expect(breaker.tryCall(60_002)).toBe(true);
  });

  test('is not opened by failures with successes between them', () => {
    fail(0, 1);
    breaker.succeeded();
    fail(2, 3);
    expect(breaker.tryCall(4)).toBe(true);
  });

  test('is one for each target', () => {
    fail(0, 1, 2);
    expect(breakers.of('oidc', 'https://other.example').tryCall(3)).toBe(true);
    expect(breakers.of('agents', 'https://id.example').tryCall(3)).toBe(true);
    expect(breakers.of('oidc', 'https://id.example').tryCall(3)).toBe(false);
  });

  test('is seen from outside', () => {
    expect(seen['novacron_circuit_breakers_open oidc']).toBe(0);
    fail(0, 1, 2);
    breaker.tryCall(3);
    expect(seen).toEqual({
      'novacron_circuit_breakers_open oidc': 1,
      'novacron_circuit_breakers_open agents': 0,
      'novacron_circuit_breakers_open webhooks': 0,
      'novacron_circuit_breakers_open steps': 0,
      'novacron_circuit_breakers_open notifications': 0,
      'novacron_circuit_breakers_open metrics': 0,
      'novacron_circuit_breakers_open vault': 0,
      'novacron_circuit_breakers_open models': 0,
      'novacron_circuit_breaker_opened_total oidc': 1,
      'novacron_circuit_breaker_refused_total oidc': 1,
    });
    breaker.tryCall(30_002);
    breaker.succeeded();
    expect(seen['novacron_circuit_breakers_open oidc']).toBe(0);
  });

  test('never keeps a target waiting longer than its rules say', () => {
    const event = fc.tuple(fc.nat({ max: 40_000 }), fc.constantFrom('fails', 'ends', 'is lost'));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const one = createBreakers().of('oidc', 'x');
        let nowMs = 0;
        for (const [pauseMs, outcome] of events) {
          nowMs += pauseMs;
          if (!one.tryCall(nowMs)) continue;
          if (outcome === 'fails') one.failed(nowMs);
          if (outcome === 'ends') one.succeeded();
        }
        expect(one.tryCall(nowMs + 30_000)).toBe(true);
      }),
    );
  });
});
