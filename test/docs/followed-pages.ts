/** Maps pages to the tests that follow them, and explains why some pages are not followed. */

/** Test coverage of a page of docs/tutorials, docs/how-to or docs/provider/guides. */
export type Coverage =
  /** The test runs its commands; the page and the test name each other's subject. */
  | { readonly kind: 'followed'; readonly by: string }
  | { readonly kind: 'shown'; readonly why: string };

/** Every page with instructions to follow, by its path from the root. */
export const PAGES: Readonly<Record<string, Coverage>> = {
  'README.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/provider/guides/getting-started.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/provider/guides/importing.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/provider/guides/changes.md': { kind: 'shown', why: 'explains plans; has no commands' },
  'docs/how-to/edit-policies.md': {
    kind: 'shown',
    why:
      'needs editors; server/cli/src/commands/policy/lsp/serve-language.test.ts ' +
      'makes its request',
  },
  'docs/how-to/command-line.md': {
    kind: 'followed',
    by: 'server/cli/src/command-line-page.test.ts',
  },
  'docs/how-to/forecast-load.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/forecast/examples.test.ts',
  },
  'docs/how-to/run-a-workflow.md': {
    kind: 'followed',
    by: 'test/docs/run-a-workflow.test.ts',
  },
  'docs/how-to/follow-a-runbook.md': {
    kind: 'followed',
    by: 'test/docs/follow-a-runbook.test.ts',
  },
  'docs/how-to/draft-a-runbook.md': {
    kind: 'shown',
    why:
      'needs an endpoint of a model; test/scenarios/automation/runbook-drafts.test.ts plays ' +
      'one, and read-ai-endpoint.test.ts reads the file',
  },
  'docs/how-to/write-a-workflow.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/workflow/examples.test.ts',
  },
  'docs/how-to/dashboard.md': {
    kind: 'shown',
    why: 'needs a browser; server/dashboard/test/pages does in one what it says',
  },
  'docs/how-to/sign-in.md': { kind: 'followed', by: 'test/integration/oidc-provider.test.ts' },
  'docs/how-to/notify-people.md': { kind: 'followed', by: 'test/docs/notify-people.test.ts' },
  'docs/how-to/start-from-outside.md': {
    kind: 'followed',
    by: 'test/docs/start-from-outside.test.ts',
  },
  'docs/how-to/secrets.md': { kind: 'followed', by: 'test/docs/secrets.test.ts' },
  'docs/how-to/scale-a-group.md': { kind: 'followed', by: 'test/docs/scale-a-group.test.ts' },
  'docs/how-to/find-anomalies.md': { kind: 'followed', by: 'test/docs/find-anomalies.test.ts' },
  'docs/how-to/debug-policies.md': { kind: 'followed', by: 'test/docs/debug-policies.test.ts' },
  'docs/provider/guides/newer-terraform.md': {
    kind: 'shown',
    why:
      'needs newer releases of Terraform; ' +
      'test/acceptance/provider/newer-protocol.test.ts makes their calls',
  },
  'docs/provider/guides/opentofu.md': { kind: 'shown', why: 'needs OpenTofu' },
  'docs/provider/guides/pinning.md': {
    kind: 'shown',
    why: 'its commands need a mirror and keys of the reader',
  },
  'docs/provider/guides/placement.md': {
    kind: 'shown',
    why: 'its command needs an id that a failed plan of the reader names',
  },
  'docs/provider/guides/policies.md': { kind: 'shown', why: 'has no commands of its own' },
  'docs/provider/guides/tenants.md': {
    kind: 'shown',
    why: 'test/acceptance/resources/api-keys.test.ts applies such a configuration',
  },
  'docs/provider/guides/testing.md': {
    kind: 'shown',
    why: 'its command serves until it is interrupted',
  },
  'docs/tutorials/README.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/first-vm.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/drift.md': { kind: 'followed', by: 'test/docs/tutorials.test.ts' },
  'docs/tutorials/a-policy-that-refuses.md': {
    kind: 'followed',
    by: 'test/docs/tutorials.test.ts',
  },
  'docs/how-to/running.md': { kind: 'followed', by: 'test/docs/running.test.ts' },
  'docs/how-to/metrics.md': { kind: 'followed', by: 'test/docs/metrics.test.ts' },
  'docs/how-to/export-a-snapshot.md': {
    kind: 'followed',
    by: 'test/docs/export-a-snapshot.test.ts',
  },
  'docs/how-to/fencing.md': {
    kind: 'followed',
    by: 'test/docs/fencing.test.ts',
  },
  'docs/how-to/incidents.md': { kind: 'followed', by: 'test/docs/incidents.test.ts' },
  'docs/how-to/failing-nodes.md': { kind: 'followed', by: 'test/docs/failing-nodes.test.ts' },
  'docs/how-to/keep-room-for-failover.md': {
    kind: 'shown',
    why: 'the scenario failover-room has what it says',
  },
  'docs/how-to/install-a-host.md': {
    kind: 'followed',
    by: 'test/docs/install-a-host.test.ts',
  },
  'docs/how-to/find-and-watch.md': {
    kind: 'followed',
    by: 'test/docs/find-and-watch.test.ts',
  },
  'docs/how-to/console.md': { kind: 'followed', by: 'test/docs/console.test.ts' },
  'docs/how-to/drift.md': { kind: 'followed', by: 'test/scenarios/drift/drift-page.test.ts' },
  'docs/how-to/security.md': {
    kind: 'followed',
    by: 'test/scenarios/access/security-page.test.ts',
  },
  'docs/reference/orchestration.md': {
    kind: 'followed',
    by: 'server/cli/src/commands/simulate/examples.test.ts',
  },
  'docs/placement.md': { kind: 'followed', by: 'test/scenarios/placement/capacity-page.test.ts' },
  'docs/how-to/README.md': { kind: 'shown', why: 'a list of the guides' },
  'docs/how-to/pipelines.md': {
    kind: 'shown',
    why:
      'code hosts run these steps; ' +
      'test/acceptance/examples/pipelines.test.ts runs their commands',
  },
  'docs/how-to/windows-guests.md': {
    kind: 'shown',
    why:
      'no test has an image of Windows; test/acceptance/examples/examples.test.ts runs the ' +
      'example, and seed-disk.test.ts of the driver reads the disc',
  },
  'docs/how-to/v1-to-v2.md': {
    kind: 'shown',
    why: 'has no commands; the answers of v1 are files that tests compare',
  },
};
