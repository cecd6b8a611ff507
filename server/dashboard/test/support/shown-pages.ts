/** The pages that the tests of access and the pictures go through. */
import { expect, type Page } from '@playwright/test';
import type { Seeded } from './seed.ts';

/** A page, and what it shows when it is complete. */
export interface ShownPage {
  readonly name: string;
  readonly path: (seeded: Seeded) => string;
  readonly ready: (page: Page) => Promise<void>;
  /** Page shows seeded resources, so it looks different in an empty fleet. */
  readonly needsSeed?: boolean;
}

const headed = (title: string | RegExp) => async (page: Page) => {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
};

/** A page whose chart is drawn, too. */
const charted = (title: string, chart: string) => async (page: Page) => {
  await headed(title)(page);
  await expect(page.getByRole('slider', { name: chart })).toBeVisible();
};

/** A page of the seeded workflow or execution, when its graph is drawn. */
const graphed = async (page: Page) => {
  await headed('e2e-seeded')(page);
  await expect(page.getByRole('group', { name: /^Steps, each below/ })).toBeVisible();
};

const listed = (path: string, title: string): ShownPage => ({
  name: path.slice(1),
  path: () => path,
  ready: headed(title),
});

/** All of them. */
export const SHOWN_PAGES: readonly ShownPage[] = [
  { name: 'overview', path: () => '/', ready: headed('Overview') },
  listed('/operations', 'Operations'),
  listed('/incidents', 'Incidents'),
  listed('/alerts', 'Alerts'),
  {
    name: 'console',
    path: ({ vmIds }) => `/vms/${vmIds[0]}/console`,
    ready: headed('Console of e2e-web-01'),
    needsSeed: true,
  },
  listed('/reachability', 'Reachability'),
  listed('/scaling-events', 'Scaling events'),
  listed('/autonomous-decisions', 'Autonomous decisions'),
  listed('/models', 'Models'),
  {
    name: 'model',
    path: ({ modelId }) => `/models/${modelId}`,
    ready: async (page) => {
      await headed('e2e-latency')(page);
      await expect(page.getByRole('region', { name: 'Versions' })).toContainText('champion');
    },
    needsSeed: true,
  },
  listed('/recommendations', 'Recommendations'),
  listed('/workflows', 'Workflows'),
  { name: 'create-workflow', path: () => '/workflows/new', ready: headed('Create workflow') },
  {
    name: 'workflow',
    path: ({ workflowId }) => `/workflows/${workflowId}`,
    ready: graphed,
    needsSeed: true,
  },
  listed('/executions', 'Executions'),
  {
    name: 'execution',
    path: ({ executionId }) => `/executions/${executionId}`,
    ready: graphed,
    needsSeed: true,
  },
  {
    name: 'execution-step',
    path: ({ executionId }) => `/executions/${executionId}?step=network`,
    ready: async (page) => {
      await graphed(page);
      await expect(page.getByRole('dialog', { name: 'Step network' })).toBeVisible();
    },
    needsSeed: true,
  },
  listed('/compliance', 'Compliance'),
  listed('/compliance-findings', 'Compliance findings'),
  listed('/gitops-applications', 'GitOps applications'),
  {
    name: 'gitops-application',
    path: ({ applicationId }) => `/gitops-applications/${applicationId}`,
    ready: headed('e2e-infra'),
    needsSeed: true,
  },
  listed('/approvals', 'Approvals'),
  listed('/secrets', 'Secrets'),
  listed('/notification-channels', 'Notification channels'),
  listed('/enrollments', 'Enrollments'),
  listed('/runners', 'Runners'),
  listed('/policy-data', 'Policy data'),
  listed('/policy-authors', 'Policy authors'),
  listed('/policy-signing-keys', 'Policy signing keys'),
  listed('/sealing-keys', 'Sealing keys'),
  {
    name: 'metrics',
    path: () => '/metrics',
    ready: charted('Metrics', 'CPU'),
  },
  listed('/vms', 'VMs'),
  {
    name: 'vm',
    path: ({ vmIds }) => `/vms/${vmIds[0]}`,
    ready: headed('e2e-web-01'),
    needsSeed: true,
  },
  { name: 'create-vm', path: () => '/vms/new', ready: headed('Create VM') },
  listed('/networks', 'Networks'),
  listed('/volumes', 'Volumes'),
  listed('/terraform-states', 'Terraform states'),
  listed('/audit', 'Audit log'),
  listed('/decisions', 'Policy decisions'),
  listed('/tenants', 'Tenants and quotas'),
  listed('/roles', 'Roles'),
  listed('/api-keys', 'API keys'),
  listed('/features', 'Features'),
  listed('/sessions', 'Sessions'),
  listed('/settings', 'Settings'),
  listed('/fleet', 'Fleet'),
  {
    name: 'placement-decisions',
    path: () => '/placement-decisions',
    ready: charted('Placement decisions', 'Decisions over time'),
    needsSeed: true,
  },
  {
    name: 'placement-decision',
    path: ({ decisionId }) => `/placement-decisions/${decisionId}`,
    ready: headed(/^e2e-web-/),
    needsSeed: true,
  },
  listed('/scaling', 'Scaling'),
  listed('/drift', 'Drift'),
  listed('/policies', 'Policies'),
  {
    name: 'new-policy',
    path: () => '/policies/new',
    ready: async (page) => {
      await headed('Write a policy')(page);
      await expect(page.getByText('The server can read it.')).toBeVisible();
    },
  },
];
