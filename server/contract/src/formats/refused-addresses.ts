/**
 * IPv4 addresses that nothing is connected to for others, as blocks with their bits: those of one
 * link, services of clouds that issue credentials, and special addresses. Source: IANA IPv4
 * special-purpose address registry.
 */
export const REFUSED_IPV4 = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  // Of Azure, which gives virtual machines their certificates, and of Oracle.
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['0.0.0.0', 8],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
