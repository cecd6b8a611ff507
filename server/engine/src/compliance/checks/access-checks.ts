/** Checks of API keys, roles, tenants and waivers. */
import { daysBetween, daysSince } from '../rules/ages.ts';
import { defineCheck, expectThat, notApplicable } from '../rules/define-check.ts';

/** Creator of the key that the first start of a server makes. */
const FIRST_START = 'platform';

const WAIVER_DAYS_MAX = 365;

const CHANNEL_DAYS_MAX = 90;
const CHANNEL_KINDS_MIN = 2;

export const ACCESS_CHECKS = [
  defineCheck('api_key', {
    id: 'NC-IAM-005',
    title: 'The admin key of the first start is gone',
    severity: 'high',
    coverage: 'full',
    needs: ['created_at', 'created_by', 'role'],
    judge: ({ created_at: at, created_by: by, role }, around) => {
      if (by !== FIRST_START || role !== 'admin') return notApplicable();
      const days = Math.floor(daysSince(at, around));
      const isYoung = days <= around.parameters.bootstrapDays;
      return expectThat(isYoung, `it is ${days} days old`, { created_at: at });
    },
  }),
  defineCheck('api_key', {
    id: 'NC-IAM-006',
    title: 'API keys expire',
    severity: 'high',
    coverage: 'full',
    needs: ['created_at', 'expires_at'],
    judge: ({ created_at: at, expires_at: until }, { parameters }) => {
      const evidence = { created_at: at, expires_at: until };
      if (until === null) return expectThat(false, 'it never expires', evidence);
      const days = Math.ceil(daysBetween(at, until));
      return expectThat(
        days <= parameters.keyDaysMax,
        `it is valid for ${days} days; at most ${parameters.keyDaysMax} are allowed`,
        evidence,
      );
    },
  }),
  defineCheck('api_key', {
    id: 'NC-IAM-007',
    title: 'Unused API keys are deleted',
    severity: 'high',
    coverage: 'full',
    needs: ['created_at', 'last_used_at'],
    judge: ({ created_at: at, last_used_at: used }, around) => {
      const days = Math.floor(daysSince(used ?? at, around));
      return expectThat(
        days <= around.parameters.inactiveDays,
        `it has not been used for ${days} days`,
        { created_at: at, last_used_at: used },
      );
    },
  }),
  defineCheck('api_key', {
    id: 'NC-IAM-023',
    title: 'API keys name the person who uses them',
    severity: 'medium',
    coverage: 'partial',
    needs: ['person'],
    judge: ({ person }) => expectThat(person !== null, 'person is not set', { person }),
  }),
  defineCheck('role', {
    id: 'NC-IAM-010',
    title: 'Custom roles do not permit everything',
    severity: 'high',
    coverage: 'partial',
    needs: ['built_in', 'operations'],
    judge: ({ built_in: isBuiltIn, operations }) =>
      isBuiltIn
        ? notApplicable()
        : expectThat(!operations.includes('*'), 'it permits all operations', {
            operations: operations.length,
          }),
  }),
  defineCheck('role', {
    id: 'NC-LOG-011',
    title: 'Few roles read the audit log',
    severity: 'high',
    coverage: 'partial',
    needs: ['built_in', 'allowed', 'operations'],
    judge: ({ built_in: isBuiltIn, allowed, name }) => {
      if (isBuiltIn) return notApplicable();
      const reads = allowed.includes('audit.list');
      return expectThat(!reads || name === 'auditor', 'it permits `audit.list`', { reads });
    },
  }),
  defineCheck('tenant', {
    id: 'NC-IAM-010',
    title: 'Few API keys have the role admin',
    severity: 'high',
    coverage: 'partial',
    needs: ['admins'],
    judge: ({ admins }, { parameters }) =>
      expectThat(
        admins <= parameters.adminsMax,
        `${admins} keys have the role admin; at most ${parameters.adminsMax} are allowed`,
        { admins },
      ),
  }),
  defineCheck('tenant', {
    id: 'NC-TEN-006',
    title: 'Tenants have quotas',
    severity: 'low',
    coverage: 'full',
    needs: ['quotas'],
    judge: ({ quotas }) => {
      const missing = ['vms', 'cpu_cores', 'memory_gb', 'volume_gb'].filter(
        (name) => (quotas[name] ?? null) === null,
      );
      return expectThat(missing.length === 0, `no quota for ${missing.join(', ')}`, {
        missing: missing.length,
      });
    },
  }),
  defineCheck('tenant', {
    id: 'NC-CHG-001',
    title: 'Policies block writes',
    severity: 'high',
    coverage: 'partial',
    needs: ['blocking_policies'],
    judge: ({ blocking_policies: count }) =>
      expectThat(count > 0, 'no enabled policy blocks', { blocking_policies: count }),
  }),
  defineCheck('tenant', {
    id: 'NC-LOG-014',
    title: 'Notifications reach people by two kinds of channels',
    severity: 'high',
    coverage: 'partial',
    needs: ['channels'],
    judge: ({ channels }, around) => {
      const recent = channels.filter(
        ({ type, delivered_at: at }) =>
          type !== 'log' && at !== null && daysSince(at, around) <= CHANNEL_DAYS_MAX,
      );
      const kinds = new Set(recent.map(({ type }) => type)).size;
      return expectThat(
        kinds >= CHANNEL_KINDS_MIN,
        `${kinds} kinds of channels have delivered within ${CHANNEL_DAYS_MAX} days`,
        { channels: channels.length, kinds },
      );
    },
  }),
  defineCheck('policy_waiver', {
    id: 'NC-CHG-011',
    title: 'Waivers are limited and owned by another person',
    severity: 'medium',
    coverage: 'partial',
    needs: ['state', 'owner', 'created_by', 'created_at', 'expires_at'],
    judge: ({ state, owner, created_by: by, created_at: from, expires_at: until }) => {
      if (state !== 'active') return notApplicable();
      const days = Math.ceil(daysBetween(from, until));
      const evidence = { owner, created_by: by, expires_at: until };
      if (owner === by) return expectThat(false, 'its owner created it', evidence);
      return expectThat(days <= WAIVER_DAYS_MAX, `it lasts ${days} days`, evidence);
    },
  }),
];
