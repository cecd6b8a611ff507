/** Every dependency is here for a reason that somebody wrote down. */
import type { Finding, Rule } from './finding.ts';
import type { TrackedFile } from './tracked-file.ts';

const REASONS = 'docs/dependencies.md';

/** A row of the document: `| name | … |`, the name as code. */
const ROW = /^\| `([^`]+)`/;

/** Dependencies without a line in docs/dependencies.md, and lines without a dependency. */
export const findUnexplainedDependencies: Rule = (files) => {
  const explained = rowsOf(files.find(({ path }) => path === REASONS));
  const used = files
    .filter(({ path }) => path.endsWith('package.json'))
    .flatMap((file) => namesIn(file).map((name) => ({ path: file.path, name })));
  const unexplained = used
    .filter(({ name }) => !explained.some((row) => row.name === name))
    .map(({ path, name }): Finding => {
      return { path, line: 1, advice: `needs ${name}; say why in a line of ${REASONS}.` };
    });
  const stale = explained
    .filter((row) => !used.some(({ name }) => name === row.name))
    .map(({ name, line }): Finding => {
      return { path: REASONS, line, advice: `explains ${name}, which nothing needs; delete it.` };
    });
  return [...unexplained, ...stale];
};

function rowsOf(file: TrackedFile | undefined) {
  return (file?.text ?? '').split('\n').flatMap((text, index) => {
    const name = ROW.exec(text)?.[1];
    return name === undefined ? [] : [{ name, line: index + 1 }];
  });
}

/** Other people's packages; ours explain themselves. */
function namesIn(file: TrackedFile): readonly string[] {
  const manifest: unknown = JSON.parse(file.text);
  if (typeof manifest !== 'object' || manifest === null) return [];
  return Object.entries(manifest)
    .filter(([field]) => /^(d|devD|peerD|optionalD)ependencies$/.test(field))
    .flatMap(([, list]) => Object.keys(Object(list)))
    .filter((name) => !name.startsWith('@novacron/'));
}
