/**
 * Renders the page of deployment artifacts from what the checks declare.
 *
 * @typedef {object} Artifact
 * @property {string} path - from the root; with a `/` at its end all files below it
 * @property {'RAN' | 'VALIDATED'} label - RAN: the artifact itself is executed
 * @property {string} how - what the check does with it, in a few words
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {readonly Artifact[]} artifacts
 * @property {() => string | undefined} missing - why it cannot run on this machine
 * @property {(task: { say: (text: string) => void, directory: string }) => Promise<void>} run
 */

const HEAD = `# Deployment artifacts

\`make deploy-test\` executes what NovaCron is deployed with, and writes this page when every check
has passed.

- **RAN**: the artifact itself was executed by the run.
- **VALIDATED**: schemas and rules were applied to it, and nothing else, because it needs a real
  cluster.

| artifact | label | how | check |
| -------- | ----- | --- | ----- |
`;

/**
 * @param {readonly Check[]} checks
 * @returns {string} the page, in Markdown
 */
export function renderArtifacts(checks) {
  const rows = checks.flatMap(({ name, artifacts }) =>
    artifacts.map(({ path, label, how }) => `| \`${path}\` | ${label} | ${how} | \`${name}\` |\n`),
  );
  return HEAD + rows.join('');
}

/**
 * @param {string} file - from the root
 * @param {readonly Check[]} checks
 * @returns {boolean} whether a check declares the file
 */
export function isDeclared(file, checks) {
  return checks.some(({ artifacts }) =>
    artifacts.some(({ path }) => (path.endsWith('/') ? file.startsWith(path) : file === path)),
  );
}
