/** Queries of Prometheus ask for the series of one tenant. */
import { describe, expect, test } from '@jest/globals';
import { compilePromql } from './compile-promql.ts';

const MATCHER = 'tenant="tnt_1",';

/** The query of a tenant, or what is wrong. */
function compile(query: string): string {
  const pieces = compilePromql(query, 'tenant');
  return pieces.ok ? pieces.value.join(MATCHER) : pieces.error;
}

describe('every selector gets the label of the tenant', () => {
  test.each([
    ['up', `up{${MATCHER}}`],
    ['up{}', `up{${MATCHER}}`],
    ['{__name__="up"}', `{${MATCHER}__name__="up"}`],
    ['rate(a_total{job="x"}[2m])', `rate(a_total{${MATCHER}job="x"}[2m])`],
    ['a offset 5m - b', `a{${MATCHER}} offset 5m - b{${MATCHER}}`],
    [
      'sum by (vm_group_id) (rate(a_total[2m])) / on (vm_group_id) b{c!~"tenant"} > bool 0',
      `sum by (vm_group_id) (rate(a_total{${MATCHER}}[2m])) / on (vm_group_id) ` +
        `b{${MATCHER}c!~"tenant"} > bool 0`,
    ],
    [
      'max_over_time(a[1h:5m]) or (a @ end())',
      `max_over_time(a{${MATCHER}}[1h:5m]) or (a{${MATCHER}} @ end())`,
    ],
    ['a # and {tenant="tnt_2"}', `a{${MATCHER}} # and {tenant="tnt_2"}`],
    ['a{ # all\n}', `a{${MATCHER} # all\n}`],
    ['sum', `sum{${MATCHER}}`],
  ])('%s', (query, expected) => expect(compile(query)).toBe(expected));
});

describe('what is refused', () => {
  test.each([
    ['a{tenant="tnt_2"}', 'selects the label tenant'],
    ['a + b{x="1", tenant=~".*"}', 'selects the label tenant'],
    ['a{"tenant"="tnt_2"}', 'has names in quotes'],
    ['{"a", x="1"}', 'has names in quotes'],
    ['a{"\\x74enant"="tnt_2"}', 'has names in quotes'],
    ['vector(1)', 'selects no series'],
    ['', 'no PromQL: see character 1'],
    ['rate(a[', 'no PromQL: see character 8'],
    ['a} or b{', 'no PromQL'],
  ])('%s', (query, words) => expect(compile(query)).toContain(words));
});
