/**
 * Implementation of `make chaos`: many kills, all checks after each, and a seed to reproduce them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KillReport, runKills } from './run-kills.ts';

/** Seed and number of kills. */
export interface Chaos {
  readonly seed: string;
  /** Number of kills; 1 or more. */
  readonly kills: number;
}

/**
 * Stops at the first broken promise and keeps the data directory then.
 * @returns the exit code: 0 when everything held, 1 when something did not, 2 for wrong usage
 */
export async function runChaos(
  { seed, kills }: Chaos,
  out: { readonly write: (text: string) => unknown },
): Promise<number> {
  if (!Number.isInteger(kills) || kills < 1) {
    out.write('KILLS must be a whole number of 1 or more.\n');
    return 2;
  }
  out.write(`seed ${seed}: ${kills} kills\n`);
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-chaos-'));
  const onKill = (line: string): unknown => out.write(`${line}\n`);
  const report = await runKills({ seed, kills, dataDir, killsPerAudit: 1, onKill });
  out.write(`${describeKills(report)}\n`);
  if (report.faults.length === 0) {
    rmSync(dataDir, { recursive: true, force: true });
    return 0;
  }
  const again = `make chaos SEED=${seed} KILLS=${report.kills}`;
  out.write(['', ...report.faults, '', `data: ${dataDir}`, `again: ${again}`, ''].join('\n'));
  return 1;
}

function describeKills(report: KillReport): string {
  const { kills, acknowledged, unknown, operations, events, auditEntries, faults } = report;
  return (
    `${kills} kills: ${acknowledged} acknowledged writes, ${unknown} without an answer, ` +
    `${operations} operations, ${events} events, ${auditEntries} audit entries, ` +
    `${faults.length} faults`
  );
}
