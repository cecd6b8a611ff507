/**
 * The security headers of the dashboard. Its pages run scripts of this server only, turn no text
 * into markup (Trusted Types), and may not be framed. The nonce is for the style elements that the
 * editor makes; scripts have none.
 */

/** Directives that every answer of the dashboard has. */
const COMMON = [
  "default-src 'none'",
  "script-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/** Nothing that is loaded as an asset may load or run anything by itself. */
export const ASSET_POLICY = "default-src 'none';frame-ancestors 'none';sandbox";

/** Features of browsers that the dashboard does not use. */
const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

/** The headers of a page, besides those that every answer of the server has. */
export function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  const policy = [...COMMON, `style-src 'self' 'nonce-${nonce}'`].join(';');
  return {
    'Content-Security-Policy': policy,
    'Permissions-Policy': PERMISSIONS,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
    'Content-Type': 'text/html; charset=utf-8',
  };
}
