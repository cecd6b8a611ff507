import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { parse } from 'yaml';
import { METRICS } from '../../server/src/ports/metrics/metrics-table.ts';

const ROOT = join(__dirname, '../..');
const RULES = 'server/deploy/monitoring/rules';
const RUNBOOKS = 'examples/runbooks';
const PAGE = 'docs/how-to/respond-to-alerts.md';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const rules: readonly Rule[] = readdirSync(join(ROOT, RULES))
  .flatMap((file) => parse(readText(`${RULES}/${file}`)).groups)
  .flatMap((group) => group.rules);

const alerts = rules.filter(({ alert }) => alert !== undefined);

describe('the rules', () => {
  test('name metrics of the registry', () => {
    const known = new Set(Object.keys(METRICS));
    const named = rules.flatMap(({ expr }) => expr.match(/\b(?:novacron|workflow)_[a-z_]+/g) ?? []);
    const unknown = named
      .map((name) => (known.has(name) ? name : name.replace(/_(bucket|count|sum)$/, '')))
      .filter((name) => !known.has(name));
    expect(unknown).toEqual([]);
  });

  test.each(alerts)('$alert leads a person to what to do', ({ alert = '', ...rule }) => {
    const { severity, service } = rule.labels ?? {};
    expect(['critical', 'warning', 'none']).toContain(severity);
    expect(service).toBe('novacron');
    const { summary, description, runbook_url: url } = rule.annotations ?? {};
    expect([summary, description]).toEqual([
      expect.stringMatching(/^.+\.$/),
      expect.stringMatching(/^.+\.$/),
    ]);
    expect(url).toMatch(new RegExp(`/${PAGE}#${alert.toLowerCase()}$`));
    expect(readText(PAGE)).toMatch(new RegExp(`^### ${alert}\\n\\n.+\\n\\n1\\. `, 'm'));
  });
});

test.each(readdirSync(join(ROOT, RUNBOOKS)).filter((name) => name.endsWith('.yaml')))(
  'the runbook %s is valid, and the page leads to it',
  (name) => {
    expect(readDefinition(readText(`${RUNBOOKS}/${name}`))).toMatchObject({ ok: true });
    expect(readText(PAGE)).toContain(`(../../${RUNBOOKS}/${name})`);
  },
);
