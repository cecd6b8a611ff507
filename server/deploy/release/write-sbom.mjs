/** Describes what a release contains, in the CycloneDX format, and judges its licenses. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Licenses that ask for no more than their text beside the package. */
const LICENSES_ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/**
 * Lists all packages of the lock file that run in production, and Node.js.
 * @param {{ madeAt: Date }} release
 * @returns {object} a document of CycloneDX, the same for the same commit
 */
export function makeSbom({ madeAt }) {
  // With --omit=dev, it leaves out packages that are needed in production and for tests.
  const text = runNpm('sbom', '--sbom-format=cyclonedx');
  // The number of the document is random.
  const { serialNumber, ...sbom } = JSON.parse(text);
  const shipped = listProduction();
  const components = sbom.components.filter((component) => shipped.has(component['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((id) => shipped.has(id)) }));
  const { metadata } = sbom;
  const node = {
    'bom-ref': `node@${process.versions.node}`,
    type: 'platform',
    name: 'node',
    version: process.versions.node,
    scope: 'required',
    purl: `pkg:generic/node@${process.versions.node}`,
    licenses: [{ license: { id: 'MIT' } }],
  };
  return {
    ...sbom,
    metadata: {
      ...metadata,
      timestamp: madeAt.toISOString(),
      // npm names it after the folder of the checkout.
      component: { ...metadata.component, name: 'novacron' },
    },
    components: [...components, node],
    dependencies,
  };
}

/** Names and versions of the packages that run in production: `ajv@8.20.0`. */
function listProduction() {
  const lines = runNpm('ls', '--omit=dev', '--all', '--parseable', '--long').split('\n');
  return new Set(lines.map((line) => line.split(':')[1]));
}

function runNpm(...words) {
  return execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/**
 * @param {{ components: readonly object[] }} sbom
 * @returns {readonly string[]} a line for each package whose license is not allowed
 */
export function findRefusedLicenses({ components }) {
  return components
    .filter(({ licenses = [] }) => licenses.length === 0 || !licenses.every(isAllowed))
    .map(({ name, version, licenses = [] }) => {
      const named = licenses.map(nameOf).join(', ');
      return `${name} ${version}: ${named === '' ? 'no license' : named}`;
    });
}

/** Of a choice such as `(MIT OR GPL-3.0)`, one allowed license is enough. */
function isAllowed(license) {
  const choices = nameOf(license)
    .replace(/^\(|\)$/g, '')
    .split(' OR ');
  return choices.some((choice) =>
    choice.split(' AND ').every((each) => LICENSES_ALLOWED.includes(each)),
  );
}

function nameOf({ license, expression }) {
  return expression ?? license?.id ?? license?.name ?? 'unknown';
}
