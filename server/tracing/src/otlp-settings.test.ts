import { describe, expect, test } from '@jest/globals';
import { isExposed, maskOtlpHeaders, readOtlpEndpoint, readOtlpHeaders } from './otlp-settings.ts';

describe('the settings of tracing', () => {
  test.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318'],
    ['https://collector.example/base', 'https://collector.example/base'],
    ['collector:4318', undefined],
    ['grpc://collector:4317', undefined],
    ['nothing', undefined],
  ])('take %s for the endpoint %s', (text, expected) => {
    expect(readOtlpEndpoint(text)).toBe(expected);
  });

  test.each([
    ['key=value', { key: 'value' }],
    ['a=1, b=two%20words', { a: '1', b: 'two words' }],
    ['a=', { a: '' }],
    ['key', undefined],
    ['a=1,,b=2', undefined],
    ['a b=1', undefined],
    ['a=%0d%0aX-Other: 1', undefined],
    ['a=%zz', undefined],
  ])('take %s for the headers %j', (text, expected) => {
    expect(readOtlpHeaders(text)).toEqual(expected);
  });

  test('show headers without their values', () => {
    expect(maskOtlpHeaders('key=secret,other=too')).toBe('key=***,other=***');
  });

  test.each([
    ['http://far:4318', { key: 'x' }, true],
    ['http://far:4318', {}, false],
    ['https://far:4318', { key: 'x' }, false],
    ['http://127.0.0.1:4318', { key: 'x' }, false],
    ['http://[::1]:4318', { key: 'x' }, false],
    [undefined, { key: 'x' }, false],
  ])('of %s and %j are exposed: %s', (endpoint, headers, expected) => {
    expect(isExposed({ endpoint, headers })).toBe(expected);
  });
});
