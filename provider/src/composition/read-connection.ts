/** Reads endpoint and API key from the provider block and the environment. */
import type { Diagnostics } from '../framework/diagnostics/diagnostics.ts';
import { ENDPOINT_DEFAULT } from './provider-schema.ts';

/** A configured value, if any, and the environment variable that replaces it. */
export interface Given {
  readonly block: string | null;
  readonly env: string | undefined;
}

/** @returns undefined if it is not the address of a server, which is reported */
export function readEndpoint({ block, env }: Given, diagnostics: Diagnostics): URL | undefined {
  // An empty variable counts as unset, as in the CLI.
  const text = block ?? (env || ENDPOINT_DEFAULT);
  const subject = block === null && env ? `NOVACRON_ENDPOINT, ${JSON.stringify(text)},` : 'It';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const refuse = (summary: string, detail: string): undefined => {
    diagnostics.error({ summary, detail, path: ['endpoint'] });
  };
  if (url === undefined || !(url.protocol === 'http:' || url.protocol === 'https:')) {
    const what = block === null ? subject : JSON.stringify(text);
    const detail = `${what} is not an http or https URL such as ${ENDPOINT_DEFAULT}.`;
    return refuse('The endpoint is not a URL', detail);
  }
  if (url.username !== '' || url.password !== '') {
    // The value is not repeated because it contains a secret.
    const who = block === null ? 'NOVACRON_ENDPOINT' : 'It';
    return refuse(
      'The endpoint contains a user name or a password',
      `${who} would expose it in every log. Remove the part before the @ and set an API key: ` +
        'api_key of the provider (from a variable) or NOVACRON_API_KEY.',
    );
  }
  if (url.search === '' && url.hash === '') return url;
  return refuse(
    'The endpoint has a query or a fragment',
    `${subject} must be only the address of the server, such as ${ENDPOINT_DEFAULT}.`,
  );
}

/** @returns undefined if it cannot be a key, which is reported */
export function readApiKey({ block, env }: Given, diagnostics: Diagnostics): string | undefined {
  // A file such as admin.key ends with a line break.
  const key = (block ?? env ?? '').trim();
  const report = (summary: string, detail: string): undefined => {
    diagnostics.error({ summary, detail, path: ['api_key'] });
  };
  if (key === '') {
    return report(
      'No API key',
      'Set api_key of the provider (from a variable) or NOVACRON_API_KEY. The first key is in ' +
        'admin.key in the data directory of the server.',
    );
  }
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  const who = block === null ? 'NOVACRON_API_KEY' : 'The text';
  return report(
    'Invalid API key',
    `${who} contains spaces, line breaks or characters that no key has. A key is one word: ` +
      'check whether more than the key was copied, or several lines were read from a file.',
  );
}
