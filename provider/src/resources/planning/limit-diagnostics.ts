/** Limits what a large plan says: the same warning about 150 VMs hides the others. */
import type { Diagnostic, Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import type { Session } from '../../rpc/session.ts';

/** The summary of what is said of one resource: `Quota exceeded: create novacron_vm "web-01"`. */
const KIND = /^(.+?): .*\bnovacron_/;

/**
 * Keeps the first warnings and errors of each kind of a run as they are, `warnings_max` of each.
 * One warning stands for further ones; further errors, which fail their resources, have one
 * paragraph.
 */
export function limitDiagnostics(
  { reported, warningsMax }: Pick<Session, 'reported' | 'warningsMax'>,
  diagnostics: Diagnostics,
): void {
  diagnostics.rewrite((found) => {
    const kind = KIND.exec(found.summary)?.[1];
    if (kind === undefined) return found;
    const key = `${found.severity} ${kind}`;
    const number = (reported.get(key) ?? 0) + 1;
    reported.set(key, number);
    if (number <= warningsMax) return found;
    if (found.severity === 'error') return shortened(found);
    return number === warningsMax + 1 ? standingFor(kind, warningsMax) : undefined;
  });
}

function shortened(found: Diagnostic): Diagnostic {
  const [first = ''] = found.detail.split('\n');
  return { ...found, detail: first };
}

function standingFor(kind: string, warningsMax: number): Diagnostic {
  return {
    severity: 'warning',
    summary: `${kind}: more than ${warningsMax} resources`,
    detail:
      `Only the first ${warningsMax} are shown. For all of them, raise warnings_max in the ` +
      'provider block.',
    path: undefined,
  };
}
