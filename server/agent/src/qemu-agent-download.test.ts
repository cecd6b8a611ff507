/** An agent is killed while it downloads the image of a VM. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { certificateIn, keyIn } from '../../../test/support/services/certificate-files.ts';
import { makeCertificate } from '../../../test/support/services/make-certificate.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { smallSpec } from './drivers/qemu/test-kit/qemu-bench.ts';
import { SIZE_FLAGS, useQemuAgent } from './test-kit/use-qemu-agent.ts';

const { site, ids, launch, send, awaitOutcome, inspect } = useQemuAgent();

const CONTENT = randomBytes(4 * 1_048_576);
const CHECKSUM = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;
const HALF = CONTENT.length / 2;

const TEMPLATE = 'tmpl_01jd3v6t7re3h8z9k2m4n5p6q7';
const IMAGE = {
  version: 1,
  checksum: CHECKSUM,
  firmware: 'bios',
  architecture: 'x86_64',
} as const;

let server: Server;

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Serves the image; the first answer stops in the middle. @returns what was asked for */
async function serveHalf() {
  makeCertificate(site.directory, { host: 'IP:127.0.0.1', identity: undefined });
  const [key, cert] = [keyIn, certificateIn].map((of) => readFileSync(of(site.directory)));
  const ranges: (string | undefined)[] = [];
  server = createServer({ key, cert }, ({ headers: { range } }, response) => {
    ranges.push(range);
    if (range === undefined) {
      response
        .writeHead(200, { 'content-length': CONTENT.length })
        .write(CONTENT.subarray(0, HALF));
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    const part = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
    response.writeHead(206, { 'content-range': part }).end(CONTENT.subarray(start));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${Object(server.address()).port}`, ranges };
}

test('its next start downloads the other half, and makes the VM', async () => {
  const { host, ranges } = await serveHalf();
  const start = () =>
    launch([...SIZE_FLAGS, '--image-hosts', host], {
      NODE_EXTRA_CA_CERTS: certificateIn(site.directory),
    });
  const images = join(site.storageDir, 'images');
  const filesOf = (): readonly string[] =>
    readdirSync(images, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(images, name)).isFile(),
    );
  const first = start();
  await first.ready();
  const reference = `https://${host}/tiny.raw`;
  const image = { ...IMAGE, reference };
  const create = ids('op');
  await send({ kind: 'create', spec: smallSpec({ template: TEMPLATE, image }) }, 1, create);
  const half = await waitUntil('half of the image', () => {
    const [part] = readdirSync(images, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.part'),
    );
    return part !== undefined && statSync(join(images, part)).size === HALF ? part : undefined;
  });
  await first.end('SIGKILL');
  expect(filesOf()).toEqual([half]);

  const second = start();
  await second.ready();
  expect(await awaitOutcome(create)).toMatchObject({ kind: 'succeeded' });
  expect(ranges).toEqual([undefined, `bytes=${HALF}-`]);
  const names = filesOf();
  expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
  const [whole = ''] = names.filter((name) => name.endsWith('disk.raw'));
  expect(readFileSync(join(images, whole)).equals(CONTENT)).toBe(true);
  expect(await inspect()).toMatchObject([{ status: 'stopped', generation: 1 }]);
});
