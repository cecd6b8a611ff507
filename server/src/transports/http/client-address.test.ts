import { describe, expect, test } from '@jest/globals';
import { clientAddressOf, NO_PROXIES, trustProxies } from './client-address.ts';

const BLOCKS = ['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.7'];
const PROXIES = trustProxies(BLOCKS, 'x-forwarded-for');

function requestOf(remoteAddress: string, headers: Readonly<Record<string, string[]>>) {
  return { socket: { remoteAddress }, headersDistinct: headers };
}

describe('the address of a client', () => {
  test.each([
    ['of a direct connection', '198.51.100.1', {}, '198.51.100.1'],
    [
      'of a caller that only claims to be behind a proxy',
      '198.51.100.1',
      { 'x-forwarded-for': ['1.1.1.1'] },
      '198.51.100.1',
    ],
    ['behind a proxy', '10.0.0.1', { 'x-forwarded-for': ['203.0.113.5'] }, '203.0.113.5'],
    [
      'is the rightmost that is not a proxy',
      '10.0.0.1',
      { 'x-forwarded-for': ['6.6.6.6, 203.0.113.5, 10.9.9.9'] },
      '203.0.113.5',
    ],
    [
      'in repeated headers',
      '10.0.0.1',
      { 'x-forwarded-for': ['6.6.6.6', '203.0.113.5'] },
      '203.0.113.5',
    ],
    [
      'beside a header of RFC 7239, which the client has written',
      '10.0.0.1',
      { forwarded: ['for=6.6.6.6'], 'x-forwarded-for': ['203.0.113.5'] },
      '203.0.113.5',
    ],
    ['behind a proxy that names no client', '10.0.0.1', { forwarded: ['for=6.6.6.6'] }, '10.0.0.1'],
    ['with a port', '10.0.0.1', { 'x-forwarded-for': ['203.0.113.5:4711'] }, '203.0.113.5'],
    ['where all hops are proxies', '10.0.0.1', { 'x-forwarded-for': ['10.0.0.9'] }, '10.0.0.9'],
    [
      'of IPv4 within IPv6',
      '::ffff:10.0.0.1',
      { 'x-forwarded-for': ['::ffff:203.0.113.5'] },
      '203.0.113.5',
    ],
    [
      'of a proxy with IPv6',
      '2001:db8:1::5',
      { 'x-forwarded-for': ['203.0.113.5'] },
      '203.0.113.5',
    ],
  ])('%s', (_what, remote, headers, expected) => {
    expect(clientAddressOf(requestOf(remote, headers), PROXIES)).toBe(expected);
  });

  test.each([
    [
      'with a port',
      { forwarded: ['for=6.6.6.6;proto=https, For="[2001:db8::17]:4711";by=x'] },
      '2001:db8::17',
    ],
    ['that a proxy hides', { forwarded: ['for=6.6.6.6, for=_hidden'] }, '10.0.0.1'],
    [
      'beside the other header, which the client has written',
      { forwarded: ['for=203.0.113.5'], 'x-forwarded-for': ['6.6.6.6'] },
      '203.0.113.5',
    ],
    ['that only the other header names', { 'x-forwarded-for': ['6.6.6.6'] }, '10.0.0.1'],
  ])('%s, in the header of RFC 7239', (_what, headers, expected) => {
    const proxies = trustProxies(BLOCKS, 'forwarded');
    expect(clientAddressOf(requestOf('10.0.0.1', headers), proxies)).toBe(expected);
  });

  test('is that of the connection where no proxy is trusted', () => {
    const request = requestOf('10.0.0.1', { 'x-forwarded-for': ['203.0.113.5'] });
    expect(clientAddressOf(request, NO_PROXIES)).toBe('10.0.0.1');
  });
});
