/**
 * Routes that need no key: the public keys of tokens, the OpenAPI document and its page for people.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '@novacron/contract/json';
import express, { type Router } from 'express';
import type { Core } from '../dispatch/dispatch.ts';
import { refuseMethod } from '../http/create-router.ts';
import type { ExchangeHandler } from '../http/exchange.ts';
import { DOCS_STYLE } from './docs-style.ts';
import { codeDocument, sendDocument } from './send-document.ts';
import { docsRoutes } from './serve-docs.ts';

/** Names the page's style sheet to the content security policy. */
export const DOCS_STYLE_SOURCE = `'sha256-${hashOf(DOCS_STYLE)}'`;

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** Dependencies of the public pages. */
interface PublicOptions extends Core {
  readonly openApiDocument: () => JsonObject | Promise<JsonObject>;
}

/** The routes that come before authentication. */
export function createPublicRouter(options: PublicOptions): Router {
  const router = express.Router({ caseSensitive: true });
  const openApi = once(async () => options.openApiDocument());
  // Bytes, which all answers share: a text would be copied for each client that does not read it.
  const text = once(async () => codeDocument(JSON.stringify(await openApi()), 'application/json'));
  const page = once(async () => {
    // Loaded on demand: most servers run for months without a request for the page.
    const { renderDocsPage } = await import('./render-docs-page.ts');
    return codeDocument(renderDocsPage(await openApi()), 'text/html; charset=utf-8');
  });
  const pages: Readonly<Record<string, ExchangeHandler>> = {
    '/.well-known/jwks.json': async (_request, response) => {
      const keys = await options.application.tokenKeys();
      // RFC 7517, section 8.5. A new key is used at once: a cache of this is refreshed when a
      // token names a key that he has not seen.
      response.set('Content-Type', 'application/jwk-set+json');
      response.set('Cache-Control', 'public, max-age=300').end(JSON.stringify({ keys }));
    },
    '/openapi.json': async (request, response) => sendDocument(request, response, await text()),
    ...docsRoutes(),
    '/docs/plain': async (request, response) => sendDocument(request, response, await page()),
  };
  for (const [path, handler] of Object.entries(pages)) {
    router
      .route(path)
      .get(handler)
      .all(refuseMethod(['GET']));
  }
  return router;
}

/** Makes something on first demand and keeps it; a failure is not kept. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((cause: unknown) => {
      made = undefined;
      throw cause;
    });
    return made;
  };
}
