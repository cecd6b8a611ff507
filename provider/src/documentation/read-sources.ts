/** Reads the sources of the pages besides the schema: the examples and the titles of the guides. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNovacronProvider } from '../composition/novacron-provider.ts';
import type { PageSources } from './render-pages.ts';

/** The sources that lie below the top level of the repository. */
export function readSources(topLevel: string): PageSources {
  const folder = join(topLevel, 'examples', 'terraform');
  const mains = readdirSync(folder)
    .sort()
    .map((name) => [name, join(folder, name, 'main.tf')] as const)
    .filter(([, file]) => existsSync(file))
    .map(([name, file]) => [name, readFileSync(file, 'utf8')] as const);
  const guides = readdirSync(join(topLevel, 'docs', 'provider', 'guides'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(topLevel, 'docs', 'provider', 'guides', name), 'utf8');
      return [`guides/${name}`, /^# (.+)$/m.exec(text)?.[1] ?? name] as const;
    });
  return {
    provider: createNovacronProvider({}),
    examples: new Map(mains),
    guides: Object.fromEntries(guides),
  };
}
