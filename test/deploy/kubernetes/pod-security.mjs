/**
 * The Pod Security standard `restricted` (Kubernetes 1.34), as rules over a pod's specification.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

const PROFILES = ['RuntimeDefault', 'Localhost'];

/** Sysctls that are safe for other pods of a node. */
const SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
];

/** @returns {readonly string[]} what the standard refuses in a template of pods */
export function findInsecure({ metadata, spec }) {
  const containers = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...(spec.ephemeralContainers ?? []),
  ];
  return [
    ...refuse(
      ['hostNetwork', 'hostPID', 'hostIPC'].filter((name) => spec[name] === true),
      'is not allowed',
    ),
    ...refuse(
      (spec.volumes ?? []).filter((volume) => !hasPlainSource(volume)).map(({ name }) => name),
      'is a volume of a kind that is not allowed',
    ),
    ...refuse(
      (spec.securityContext?.sysctls ?? [])
        .map(({ name }) => name)
        .filter((name) => !SYSCTLS.includes(name)),
      'is a sysctl that is not allowed',
    ),
    ...refuse(
      Object.keys(metadata?.annotations ?? {}).filter((name) => name.includes('apparmor')),
      'overrides AppArmor',
    ),
    ...containers.flatMap((container) => findInsecureContainer(container, spec.securityContext)),
  ];
}

function hasPlainSource({ name: _name, ...source }) {
  return Object.keys(source).every((kind) => VOLUMES.includes(kind));
}

function findInsecureContainer({ name, ports = [], ...container }, ofPod = {}) {
  const own = container.securityContext ?? {};
  const added = own.capabilities?.add ?? [];
  const rules = {
    'privileged has to be off': own.privileged !== true,
    'hostPort is not allowed': ports.every(({ hostPort = 0 }) => hostPort === 0),
    'procMount has to be Default': (own.procMount ?? 'Default') === 'Default',
    'seLinuxOptions are not allowed': own.seLinuxOptions === undefined,
    'allowPrivilegeEscalation has to be false': own.allowPrivilegeEscalation === false,
    'capabilities have to drop ALL': own.capabilities?.drop?.includes('ALL') === true,
    'only NET_BIND_SERVICE may be added': added.every((each) => each === 'NET_BIND_SERVICE'),
    'runAsNonRoot has to be true': (own.runAsNonRoot ?? ofPod.runAsNonRoot) === true,
    'runAsUser must not be 0': (own.runAsUser ?? ofPod.runAsUser) !== 0,
    'seccompProfile has to be RuntimeDefault or Localhost': PROFILES.includes(
      (own.seccompProfile ?? ofPod.seccompProfile)?.type,
    ),
    'probes and hooks must not name a host': findHosts(container).length === 0,
  };
  const broken = Object.keys(rules).filter((rule) => !rules[rule]);
  return broken.map((rule) => `${name}: ${rule}`);
}

function findHosts({ startupProbe, livenessProbe, readinessProbe, lifecycle = {} }) {
  const handlers = [startupProbe, livenessProbe, readinessProbe, ...Object.values(lifecycle)];
  return handlers.flatMap((handler) =>
    [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined),
  );
}

function refuse(names, why) {
  return names.map((name) => `${name} ${why}`);
}
