/** Blocks of addresses that nothing on the Internet has. */

/**
 * Private blocks (RFC 1918, RFC 4193), shared ones (RFC 6598), and those for tests and
 * documentation (RFC 2544, RFC 5737, RFC 3849); in canonical form.
 */
export const PRIVATE_BLOCKS = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  'fc00::/7',
  '2001:db8::/32',
] as const;
