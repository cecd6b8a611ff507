/** Requests to Prometheus and validation of its responses. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { nock, playHttp } from '../../../../test/support/services/play-http.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import { createBreakers } from '../breakers/create-breakers.ts';
import { createPrometheusSource } from './create-prometheus-source.ts';

const URL = 'https://prometheus.example';
const ASKED = { metric: 'queue_count', tenantId: 'tnt_1', atS: 1_770_000_000 };

let source: MetricSource;
let nowMs: number;

playHttp();

beforeEach(() => {
  nowMs = 0;
  const queries = new Map([['queue_count', ['max by (vm_group_id) (queue{', '})']]]);
  source = createPrometheusSource(
    { url: `${URL}/prom`, token: 'geheim', tenantLabel: 'customer', queries },
    { breakers: createBreakers(), clock: { nowMs: () => nowMs } },
  );
});

/** A Prometheus that answers once. */
function answering(status: number, body: nock.Body, headers: nock.ReplyHeaders = {}) {
  return nock(URL).post('/prom/api/v1/query').reply(status, body, headers);
}

const vector = (result: readonly object[]) => ({
  status: 'success',
  data: { resultType: 'vector', result },
});

test('asks for one tenant at one moment, with the token', async () => {
  const sent: unknown[] = [];
  const scope = nock(URL, { reqheaders: { authorization: 'Bearer geheim' } })
    .post('/prom/api/v1/query', (body) => sent.push(body) > 0)
    .reply(200, vector([{ metric: { vm_group_id: 'vmg_1' }, value: [1, '7.5'] }]));
  expect(await source.read(ASKED)).toEqual({
    ok: true,
    value: [{ labels: { vm_group_id: 'vmg_1' }, value: 7.5 }],
  });
  expect(scope.isDone()).toBe(true);
  expect(sent).toEqual([
    {
      query: 'max by (vm_group_id) (queue{customer="tnt_1",})',
      time: '1770000000',
      timeout: '5s',
    },
  ]);
});

describe('an answer that is of no use is no value', () => {
  const one = { metric: {}, value: [1, '1'] };
  test.each<readonly [string, number, nock.Body, string]>([
    ['a query that is refused', 400, { error: 'bad_data' }, 'answered 400 to the query'],
    ['a server that fails', 503, '', 'does not answer: it answered 503'],
    ['no JSON', 200, '<html>', 'is not answered by a vector'],
    ['a scalar', 200, { data: { resultType: 'scalar', result: [1, '1'] } }, 'by a vector'],
    ['too many series', 200, vector(Array.from({ length: 5_001 }, () => one)), 'by a vector'],
    ['too many bytes', 200, 'x'.repeat(4_194_305), 'answered too much'],
  ])('%s', async (_, status, body, words) => {
    answering(status, body);
    expect(await source.read(ASKED)).toMatchObject({
      ok: false,
      error: { code: 'unavailable', detail: expect.stringContaining(words) },
    });
  });

  test('a redirect, which could lead anywhere with the token', async () => {
    answering(307, '', { location: 'https://elsewhere.example/' });
    const elsewhere = nock('https://elsewhere.example')
      .post('/')
      .reply(200, vector([one]));
    expect(await source.read(ASKED)).toMatchObject({ ok: false });
    expect(elsewhere.isDone()).toBe(false);
  });
});

test('a Prometheus that fails again and again is left alone for a while', async () => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    answering(503, '');
    await source.read(ASKED);
  }
  const next = answering(200, vector([]));
  expect(await source.read(ASKED)).toMatchObject({
    error: { detail: expect.stringContaining('failed several times in a row') },
  });
  expect(next.isDone()).toBe(false);
  nowMs += 25_000;
  expect(await source.read(ASKED)).toEqual({ ok: true, value: [] });
});
