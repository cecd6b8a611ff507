/** Checks of the platform: nodes, servers, the audit log and backups. Only its tenant sees them. */
import type { Judgement } from '../model/check.ts';
import { hoursSince } from '../rules/ages.ts';
import { defineCheck, expectThat, notApplicable } from '../rules/define-check.ts';

const HOURS_PER_DAY = 24;

const INVENTORY_HOURS_MAX = 24;

/** Links to other programs that are encrypted and verified, or do not leave the process. */
const SAFE_LINKS = new Set(['local', 'verified-tls']);

const FREE_RATIO_MIN = 0.25;

const ACKNOWLEDGE_HOURS_MAX = 1;

const TLS_MIN = 1.2;

/** CIS Controls 8.1, 4.3: 15 minutes. */
const IDLE_MINUTES_MAX = 15;
const SESSION_HOURS_MAX = 12;

/** A walk over the log takes a day; the next one begins after it. */
const VERIFICATION_HOURS_MAX = 48;

export const PLATFORM_CHECKS = [
  defineCheck('node', {
    id: 'NC-INV-008',
    title: 'Nodes report regularly',
    severity: 'low',
    coverage: 'full',
    needs: ['last_seen_at'],
    judge: ({ last_seen_at: at }, around) => {
      if (at === null)
        return expectThat(false, 'its agent has never reported', { last_seen_at: at });
      const hours = Math.floor(hoursSince(at, around));
      const isFresh = hours <= INVENTORY_HOURS_MAX;
      return expectThat(isFresh, `its agent reported ${hours} hours ago`, { last_seen_at: at });
    },
  }),
  defineCheck('node', {
    id: 'NC-INV-011',
    title: 'Nodes name their location',
    severity: 'low',
    coverage: 'full',
    needs: ['zone', 'rack'],
    judge: ({ zone, rack }) => {
      const missing = [zone === null ? ['zone'] : [], rack === null ? ['rack'] : []].flat();
      return expectThat(missing.length === 0, `${missing.join(' and ')} is not set`, {
        zone,
        rack,
      });
    },
  }),
  defineCheck('node', {
    id: 'NC-NOD-001',
    title: "Agents have the server's release",
    severity: 'high',
    coverage: 'partial',
    needs: ['agent_release'],
    asOf: 'last_seen_at',
    uses: ['release'],
    judge: ({ agent_release: own }, { release }) =>
      expectThat(
        own === release,
        `its agent has release ${own ?? 'unknown'}, the server ${release}`,
        {
          agent_release: own,
          release,
        },
      ),
  }),
  defineCheck('server', {
    id: 'NC-SRV-001',
    title: 'The API is served over TLS',
    severity: 'high',
    coverage: 'partial',
    needs: ['listens_on_loopback', 'tls'],
    judge: ({ listens_on_loopback: isLocal, tls }) =>
      expectThat(isLocal || tls, 'it listens on the network without TLS', { isLocal, tls }),
  }),
  defineCheck('server', {
    id: 'NC-SRV-005',
    title: 'Links to the store and to the bus are encrypted and verified',
    severity: 'high',
    coverage: 'full',
    needs: ['store_link', 'bus_link'],
    judge: ({ store_link: store, bus_link: bus }) => {
      const open = [
        SAFE_LINKS.has(store) ? [] : ['store'],
        SAFE_LINKS.has(bus) ? [] : ['bus'],
      ].flat();
      const what = `the link to the ${open.join(' and the ')} is not encrypted and verified`;
      return expectThat(open.length === 0, what, { store_link: store, bus_link: bus });
    },
  }),
  defineCheck('server', {
    id: 'NC-SRV-002',
    title: 'Old versions of TLS are refused',
    severity: 'high',
    coverage: 'partial',
    needs: ['tls', 'tls_min_version'],
    judge: ({ tls, tls_min_version: version }) => {
      if (!tls) return notApplicable({ tls });
      return expectThat(Number(version) >= TLS_MIN, `TLS ${version} is accepted`, { version });
    },
  }),
  defineCheck('server', {
    id: 'NC-SRV-007',
    title: 'Nodes are not simulated',
    severity: 'medium',
    coverage: 'partial',
    needs: ['simulated'],
    judge: ({ simulated }) => expectThat(!simulated, 'it simulates its nodes', { simulated }),
  }),
  defineCheck('server', {
    id: 'NC-SRV-013',
    title: 'Floods of requests are limited',
    severity: 'medium',
    coverage: 'full',
    needs: ['rate_limited'],
    judge: ({ rate_limited: isLimited }) =>
      expectThat(isLimited, 'rate-limit or rate-limit-per-address is not set', { isLimited }),
  }),
  defineCheck('server', {
    id: 'NC-IAM-004',
    title: 'People sign in at the central identity provider',
    severity: 'high',
    coverage: 'partial',
    needs: ['single_sign_on'],
    judge: ({ single_sign_on: isOn }) =>
      expectThat(isOn, 'oidc-issuer is not set', { single_sign_on: isOn }),
  }),
  defineCheck('server', {
    id: 'NC-IAM-018',
    title: 'Idle sessions end',
    severity: 'medium',
    coverage: 'full',
    needs: ['session_idle_minutes', 'session_hours'],
    judge: ({ session_idle_minutes: idle, session_hours: hours }) => {
      const isShort = idle <= IDLE_MINUTES_MAX && hours <= SESSION_HOURS_MAX;
      return expectThat(isShort, `sessions end after ${idle} idle minutes, or ${hours} hours`, {
        session_idle_minutes: idle,
        session_hours: hours,
      });
    },
  }),
  defineCheck('server', {
    id: 'NC-CHG-002',
    title: 'Policies are signed',
    severity: 'high',
    coverage: 'partial',
    needs: ['signed_policies'],
    judge: ({ signed_policies: isRequired }) =>
      expectThat(isRequired, 'require-signed-policies is off', { signed_policies: isRequired }),
  }),
  defineCheck('server', {
    id: 'NC-AVL-002',
    title: 'Several servers share the store',
    severity: 'medium',
    coverage: 'partial',
    needs: ['replicas'],
    judge: ({ replicas }) => expectThat(replicas > 1, 'there is one server', { replicas }),
  }),
  defineCheck('server', {
    id: 'NC-LOG-007',
    title: 'The audit chain is verified regularly',
    severity: 'critical',
    coverage: 'partial',
    needs: ['audit_verified_at'],
    judge: ({ audit_verified_at: at }, around) =>
      judgeAge({ what: 'verified', at, hoursMax: VERIFICATION_HOURS_MAX }, around),
  }),
  defineCheck('server', {
    id: 'NC-LOG-009',
    title: 'Audit entries are kept long enough',
    severity: 'high',
    coverage: 'full',
    needs: ['audit_days'],
    judge: ({ audit_days: days }, { parameters }) =>
      expectThat(
        days >= parameters.auditDays,
        `they are kept for ${days} days; ${parameters.auditDays} are required`,
        { audit_days: days },
      ),
  }),
  defineCheck('server', {
    id: 'NC-BCK-007',
    title: 'The store is backed up, and restores are tested',
    severity: 'high',
    coverage: 'full',
    needs: ['backup_at', 'backup_verified_at'],
    judge: ({ backup_at: at, backup_verified_at: verified }, around) => {
      const { recoveryPointHours: hoursMax, restoreTestDays } = around.parameters;
      const age = judgeAge({ what: 'backed up', at, hoursMax }, around);
      if (age.state === 'fail') return age;
      const testHoursMax = restoreTestDays * HOURS_PER_DAY;
      return judgeAge({ what: 'restored', at: verified, hoursMax: testHoursMax }, around);
    },
  }),
  defineCheck('server', {
    id: 'NC-BCK-005',
    title: 'Restores of the store are tested',
    severity: 'high',
    coverage: 'partial',
    needs: ['backup_verified_at'],
    judge: ({ backup_verified_at: at }, around) => {
      const hoursMax = around.parameters.restoreTestDays * HOURS_PER_DAY;
      return judgeAge({ what: 'restored', at, hoursMax }, around);
    },
  }),
  defineCheck('server', {
    id: 'NC-LOG-010',
    title: 'The store of the audit log has room',
    severity: 'medium',
    coverage: 'partial',
    needs: ['store_free_ratio'],
    judge: ({ store_free_ratio: ratio }) =>
      expectThat(ratio >= FREE_RATIO_MIN, `${Math.floor(ratio * 100)} % of its room is free`, {
        store_free_ratio: ratio,
      }),
  }),
  defineCheck('incident', {
    id: 'NC-INC-001',
    title: 'Open incidents have a severity and are acknowledged within an hour',
    severity: 'high',
    coverage: 'full',
    needs: ['state', 'severity', 'opened_at', 'acknowledged_at'],
    judge: ({ state, severity, opened_at: at, acknowledged_at: acknowledged }, around) => {
      if (state !== 'open') return notApplicable();
      const evidence = { severity, opened_at: at, acknowledged_at: acknowledged };
      if (severity === null) return expectThat(false, 'it has no severity', evidence);
      const isLate = acknowledged === null && hoursSince(at, around) > ACKNOWLEDGE_HOURS_MAX;
      return expectThat(!isLate, 'it is not acknowledged', evidence);
    },
  }),
];

function judgeAge(
  given: { readonly what: string; readonly at: string | null; readonly hoursMax: number },
  around: { readonly nowMs: number },
): Judgement {
  const { what, at, hoursMax } = given;
  if (at === null) return expectThat(false, `it was never ${what}`, { [what]: null });
  const hours = Math.floor(hoursSince(at, around));
  return expectThat(hours <= hoursMax, `it was ${what} ${hours} hours ago`, { [what]: at });
}
