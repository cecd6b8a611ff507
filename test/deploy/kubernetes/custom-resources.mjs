/**
 * The kinds of operators that the manifests use, with the fields that they use: a strict excerpt of
 * the operators' definitions.
 */
import { z } from 'zod';

const duration = z.string().regex(/^([0-9]+(h|m|s))+$/);
const secretKey = z.strictObject({ name: z.string(), key: z.string() });

const Certificate = z.strictObject({
  secretName: z.string(),
  duration: duration.optional(),
  renewBefore: duration.optional(),
  privateKey: z.strictObject({
    algorithm: z.enum(['RSA', 'ECDSA', 'Ed25519']),
    size: z.int(),
    rotationPolicy: z.enum(['Never', 'Always']),
  }),
  dnsNames: z.array(z.string()).min(1),
  issuerRef: z.strictObject({ group: z.string(), kind: z.string(), name: z.string() }),
});

const ExternalSecret = z.strictObject({
  refreshInterval: duration,
  secretStoreRef: z.strictObject({
    kind: z.enum(['SecretStore', 'ClusterSecretStore']),
    name: z.string(),
  }),
  target: z.strictObject({
    name: z.string(),
    creationPolicy: z.enum(['Owner', 'Orphan', 'Merge', 'None']),
    deletionPolicy: z.enum(['Delete', 'Merge', 'Retain']),
  }),
  data: z
    .array(
      z.strictObject({
        secretKey: z.string(),
        remoteRef: z.strictObject({ key: z.string(), property: z.string() }),
      }),
    )
    .min(1),
});

const ServiceMonitor = z.strictObject({
  selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
  endpoints: z.array(
    z.strictObject({
      port: z.string(),
      scheme: z.enum(['http', 'https']),
      path: z.string(),
      interval: duration,
      authorization: z.strictObject({ type: z.string(), credentials: secretKey }),
      tlsConfig: z.strictObject({
        serverName: z.string(),
        ca: z.strictObject({ secret: secretKey }),
      }),
    }),
  ),
});

/** Schemas of `spec`, by version and kind. */
export const CUSTOM_RESOURCES = {
  'cert-manager.io/v1/Certificate': Certificate,
  'external-secrets.io/v1/ExternalSecret': ExternalSecret,
  'monitoring.coreos.com/v1/ServiceMonitor': ServiceMonitor,
};
