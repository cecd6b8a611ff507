/** What the guide says of connections and meshes is what the manifests have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const ROOT = join(__dirname, '../..');
const KUBERNETES = join(ROOT, 'server/deploy/kubernetes');

const FILES = [
  'base/network-policies.yaml',
  'components/replicated/network-policies.yaml',
  'components/nats/network-policies.yaml',
  'components/fencing/network-policy.yaml',
];

const Labels = z.strictObject({ matchLabels: z.record(z.string(), z.string()).optional() });

const Peer = z.strictObject({
  podSelector: Labels.optional(),
  namespaceSelector: Labels.optional(),
  ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).optional() }).optional(),
});

const Ports = z.array(z.strictObject({ protocol: z.string(), port: z.int() }));

const Policy = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.strictObject({
    podSelector: Labels,
    policyTypes: z.array(z.string()),
    ingress: z.array(z.strictObject({ from: z.array(Peer), ports: Ports })).optional(),
    egress: z.array(z.strictObject({ to: z.array(Peer), ports: Ports })).optional(),
  }),
});

function readDocuments(files: readonly string[]): readonly unknown[] {
  return files.flatMap((file) =>
    parseAllDocuments(readFileSync(join(KUBERNETES, file), 'utf8')).map((each) => each.toJS()),
  );
}

function nameLabels({ matchLabels = {} }: z.infer<typeof Labels>): string {
  const names = Object.entries(matchLabels).map(([key, value]) =>
    key === 'novacron.dev/database' ? 'with the database' : value,
  );
  return names.length === 0 ? 'all' : names.join(' ');
}

function namePeer({ podSelector, namespaceSelector, ipBlock }: z.infer<typeof Peer>): string {
  if (ipBlock !== undefined) {
    return [ipBlock.cidr, ...(ipBlock.except ?? []).map((cidr) => `but ${cidr}`)].join(' ');
  }
  const pods = podSelector === undefined ? 'all' : nameLabels(podSelector);
  if (namespaceSelector === undefined) return pods;
  return `${pods} of ${nameLabels(namespaceSelector)}`;
}

/** Rows without their last cell, which says why. */
function listConnections(): readonly string[] {
  return readDocuments(FILES).flatMap((document) => {
    const { metadata, spec } = Policy.parse(document);
    const pods = nameLabels(spec.podSelector);
    const describe = (from: string, to: string, ports: z.infer<typeof Ports>) => {
      const all = ports.map(({ protocol, port }) => `${port}/${protocol.toLowerCase()}`);
      return `| \`${metadata.name}\` | ${from} | ${to} | ${all.join(', ')} |`;
    };
    const incoming = (spec.ingress ?? []).flatMap(({ from, ports }) =>
      from.map((peer) => describe(namePeer(peer), pods, ports)),
    );
    const outgoing = (spec.egress ?? []).flatMap(({ to, ports }) =>
      to.map((peer) => describe(pods, namePeer(peer), ports)),
    );
    return [...incoming, ...outgoing];
  });
}

test('the guide lists every connection that a network policy allows, and no others', () => {
  const guide = readFileSync(join(ROOT, 'docs/how-to/kubernetes.md'), 'utf8');
  const rows = guide.split('\n').filter((line) => /^\| `[a-z-]+` .*\d\/(tcp|udp)/.test(line));
  const listed = rows.map((row) =>
    row
      .replace(/[^|]*\|$/, '')
      .replace(/\s+\|/g, ' |')
      .replace(/\|\s+/g, '| '),
  );
  expect(listed.map((row) => row.trim()).sort()).toEqual([...listConnections()].sort());
});

test('pods may do nothing on the network that no policy allows', () => {
  const [first] = readDocuments(FILES);
  expect(Policy.parse(first).spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
});

describe('what the guide says of service meshes', () => {
  const Server = z.object({
    spec: z.object({
      template: z.object({
        spec: z.object({
          containers: z.array(
            z.record(z.string(), z.unknown()).and(
              z.object({
                ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
              }),
            ),
          ),
        }),
      }),
    }),
  });
  const Service = z.object({
    kind: z.literal('Service'),
    spec: z.object({ ports: z.array(z.object({ port: z.int(), appProtocol: z.string() })) }),
  });

  test.each(['components/replicated/deployment.yaml', 'overlays/development/stateful-set.yaml'])(
    'probes use port 7481 only, in plain HTTP: %s',
    (file) => {
      const servers = readDocuments([file]).flatMap((each) => {
        const found = Server.safeParse(each);
        return found.success ? found.data.spec.template.spec.containers : [];
      });
      expect(servers).toHaveLength(1);
      for (const server of servers) {
        expect(server.ports).toContainEqual(
          expect.objectContaining({ name: 'health', containerPort: 7481 }),
        );
        for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
          const path = probe === 'readinessProbe' ? '/readyz' : '/healthz';
          expect(server[probe]).toMatchObject({ httpGet: { path, port: 'health' } });
          expect(JSON.stringify(server[probe])).not.toContain('scheme');
        }
      }
    },
  );

  test('services name the protocol of the API and of NATS, and none leads to the probes', () => {
    const files = ['base/service.yaml', 'components/nats/stateful-set.yaml'];
    const ports = readDocuments(files).flatMap((each) => {
      const found = Service.safeParse(each);
      return found.success ? found.data.spec.ports : [];
    });
    expect(ports).toEqual([
      { port: 7480, appProtocol: 'https' },
      { port: 4222, appProtocol: 'tcp' },
      { port: 4222, appProtocol: 'tcp' },
    ]);
  });

  test('pods of the backup opt out', () => {
    const [, backup] = readDocuments(['components/replicated/backup.yaml']);
    expect(backup).toMatchObject({
      spec: {
        jobTemplate: {
          spec: {
            template: {
              metadata: {
                labels: { 'sidecar.istio.io/inject': 'false' },
                annotations: { 'linkerd.io/inject': 'disabled' },
              },
            },
          },
        },
      },
    });
  });
});
