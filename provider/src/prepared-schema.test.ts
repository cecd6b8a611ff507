import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createNovacronProvider } from './composition/novacron-provider.ts';
import { PREPARED_SCHEMA } from './prepared-schema.ts';
import { encodeProviderSchema } from './protocol/encode-provider-schema.ts';

const BUNDLE_SCRIPT = resolve(__dirname, '../build/bundle.mjs');

/** The texts of the parts that a program contains, compressed, until it needs them. */
function partsOf(text: string): readonly string[] {
  return [...text.matchAll(/Buffer\.from\("([\w+/=]{1000,})","base64"\)/g)].map(([, packed = '']) =>
    inflateRawSync(Buffer.from(packed, 'base64')).toString(),
  );
}

describe('the prepared schema', () => {
  let directory: string;
  let program: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-bundle-'));
    const executable = join(directory, 'terraform-provider-novacron');
    await promisify(execFile)(process.execPath, [BUNDLE_SCRIPT, '--outfile', executable]);
    program = readFileSync(executable, 'utf8');
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('is in the bundle what the sources answer, whatever the environment says', () => {
    const env = {
      NOVACRON_ENDPOINT: 'http://a',
      NOVACRON_API_KEY: 'k',
      NOVACRON_FAIL_ON_DRIFT: 'x',
    };
    const answer = encodeProviderSchema(createNovacronProvider(env)).toString('base64');
    expect(program.split(answer)).toHaveLength(2);
  });

  test('leaves the code of the protocol once in the bundle: what waits brings none', () => {
    const [service = '', ...others] = partsOf(program);
    expect(service).toContain('novacron_network');
    const waiting = partsOf(service);
    // The rules of lint, and the export of spans.
    expect(waiting).toHaveLength(2);
    expect(others).toEqual([]);
    const all = [program, service, ...waiting].join('');
    expect(all.split('/tfplugin6.Provider/ReadResource')).toHaveLength(2);
  });

  test('is computed when asked for where nothing is bundled', () => {
    expect(PREPARED_SCHEMA).toBeUndefined();
  });
});
