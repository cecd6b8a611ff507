/** The files of a release, named as provider registries expect them. */
import { createHash } from 'node:crypto';
import { PLATFORMS_USUAL } from './list-platforms.ts';
import { MODULE_SCOPE } from './module-scope.ts';
import { writeZip } from './write-zip.ts';

/** Contents of a release. */
export interface ReleaseContent {
  /** `0.1.0` */
  readonly version: string;
  /** The one file that runs on every platform that has Node. */
  readonly executable: Buffer;
}

const NAME = 'terraform-provider-novacron';
const EXECUTABLE_MODE = 0o755;

/** The protocol versions, from which Terraform decides whether it supports a provider. */
const MANIFEST = { version: 1, metadata: { protocol_versions: ['6.0'] } };

/**
 * Returns the files by name: a zip for each platform, the manifest and the checksums of all. The
 * same content gives the same bytes. `SHA256SUMS.sig`, which registries require, is added by the
 * owner of the key.
 */
export function releaseFiles({ version, executable }: ReleaseContent): ReadonlyMap<string, Buffer> {
  const stem = `${NAME}_${version}`;
  // Nothing but what a mirror has: so the checksum of the zip's content is that of the mirror.
  const entry = { name: `${NAME}_v${version}`, content: executable, mode: EXECUTABLE_MODE };
  const zip = writeZip([MODULE_SCOPE, entry]);
  const files = new Map(PLATFORMS_USUAL.map((platform) => [`${stem}_${platform}.zip`, zip]));
  files.set(`${stem}_manifest.json`, Buffer.from(`${JSON.stringify(MANIFEST, null, 2)}\n`));
  const sums = [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  return files.set(`${stem}_SHA256SUMS`, Buffer.from(sums.join('')));
}
