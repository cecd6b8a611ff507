/** A review as SARIF 2.1.0 (OASIS), which code hosts show at the lines of a change. */
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { sarifLocations, sarifLog } from '../../../../output/reports/sarif-log.ts';
import type { Finding, Level, Review, VerdictChange } from './review-model.ts';

const LEVELS: Readonly<Record<Level, Result.level>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

/** The log of one run. */
export function writeSarif({ findings, verdictChanges = [] }: Review, version: string): Log {
  const rules = rulesOf(findings, verdictChanges);
  const ids = rules.map(({ id }) => id);
  const driver = { name: 'novacron policy review', version, rules };
  const results = [
    ...findings.map((finding) => resultOf(finding, ids)),
    ...verdictChanges.map((change) => changeResult(change, ids)),
  ];
  return sarifLog(driver, results);
}

const CHANGED = 'verdict-changes';

function rulesOf(
  findings: readonly Finding[],
  changes: readonly VerdictChange[],
): ReportingDescriptor[] {
  const byName = new Map(findings.map((finding) => [finding.policy, finding]));
  const rules = [...byName.values()].map(({ policy, policyFile, rulePath }) => ({
    id: policy,
    shortDescription: { text: policy },
    ...(policyFile === undefined
      ? {}
      : { fullDescription: { text: `${rulePath ?? 'policy'} in ${policyFile}` } }),
  }));
  if (changes.length === 0) return rules;
  return [...rules, { id: CHANGED, shortDescription: { text: 'Changed verdicts' } }];
}

function resultOf(finding: Finding, ids: readonly string[]): Result {
  const { policy, level, message, address, attribute, place, waiver } = finding;
  const at = attribute === undefined ? '' : `, ${attribute}`;
  return {
    ruleId: policy,
    ruleIndex: ids.indexOf(policy),
    level: LEVELS[level],
    message: { text: `${address}${at}: ${message}` },
    locations: sarifLocations(address, place),
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'inSource',
              status: 'accepted',
              justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`,
            },
          ],
        }),
  };
}

function changeResult(
  { address, now, scope, reasons, place }: VerdictChange,
  ids: readonly string[],
): Result {
  return {
    ruleId: CHANGED,
    ruleIndex: ids.indexOf(CHANGED),
    level: now === 'denied' ? 'warning' : 'note',
    message: { text: `${address} (${scope}) is newly ${now}: ${reasons.join('; ')}` },
    locations: sarifLocations(address, place),
  };
}
