/** Names the prop of a construct that an attribute of its resource comes from. */

/** Props by attribute; a name that ends with `)` is a call. All others differ in spelling only. */
interface Names {
  readonly [attribute: string]: string;
}

const RULE: Names = { cidr: 'peer', group_id: 'peer', ports: 'port', protocol: 'port' };

const MACHINE: Names = {
  anti_affinity: 'antiAffinityGroup',
  disk_gb: 'disk',
  further_network_ids: 'furtherNetworks',
  memory_gb: 'memory',
  metadata: 'labels',
  network_id: 'network',
  'placement.affinity': 'keepNear()',
  'placement.anti_affinity': 'keepAway()',
  'placement.node': 'nodeName',
  'placement.spread_domain': 'spread()',
  ssh_key_ids: 'authorizedKeys',
  template_id: 'template',
};

const NAMES: { readonly [type: string]: Names } = {
  novacron_network: { metadata: 'labels', name: 'networkName' },
  novacron_policy: { name: 'policyName', scope: 'policyScope' },
  novacron_policy_waiver: { policy_id: 'policy' },
  novacron_reservation: { ...MACHINE, name: 'reservationName', ttl_seconds: 'duration' },
  novacron_role: { name: 'roleName' },
  novacron_budget: { name: 'budgetName' },
  novacron_gitops_application: { name: 'applicationName' },
  novacron_security_group: { metadata: 'labels', name: 'securityGroupName' },
  novacron_snapshot: { metadata: 'labels', name: 'snapshotName', volume_id: 'volume' },
  novacron_ssh_key: { metadata: 'labels', name: 'sshKeyName' },
  novacron_storage: {
    attached_to: 'attachTo()',
    metadata: 'labels',
    name: 'volumeName',
    size_gb: 'size',
    source_snapshot_id: 'source',
  },
  novacron_template: {
    disk_gb: 'disk',
    disk_gb_min: 'diskMin',
    image_checksum: 'image.checksum',
    memory_gb: 'memory',
    metadata: 'labels',
    name: 'templateName',
    network_id: 'network',
    network_ids: 'networks',
  },
  novacron_tenant: {
    name: 'tenantName',
    'quotas.disk_gb': 'quotas.disk',
    'quotas.image_gb': 'quotas.imageStorage',
    'quotas.memory_gb': 'quotas.memory',
    'quotas.terraform_state_gb': 'quotas.terraformStates',
    'quotas.volume_gb': 'quotas.volumeStorage',
  },
  novacron_vm: {
    ...MACHINE,
    name: 'vmName',
    password_wo: 'password',
    password_wo_version: 'secretVersion',
    power_state: 'stopped',
    unattend_wo: 'unattend',
    unattend_wo_version: 'secretVersion',
    user_data_wo: 'secretUserData',
    user_data_wo_version: 'secretVersion',
  },
  novacron_vm_group: {
    anti_affinity: 'separate',
    metadata: 'groupLabels',
    name: 'vmGroupName',
    spread: 'spread()',
  },
};

/** Attributes whose own attributes are props of the construct itself. */
const FLAT: readonly string[] = ['placement', 'selector'];

/** Maps whose keys users choose. */
const MAPS: readonly string[] = ['labels', 'nodeLabels', 'preferredNodeLabels', 'groupLabels'];

/**
 * Returns a prop as a program writes it: `cpuCores`, `sshKeys[0]`, `labels["cost.center"]`, or the
 * call that sets it: `allowFrom(peer)`.
 * @param type - Terraform type, such as `novacron_vm`
 * @param path - attribute and path below it, such as `requirements`, `devices`, `0`, `count`
 * @param direction - that of the firewall rule that the path leads to
 */
export function nameProp(type: string, path: readonly string[], direction = 'ingress'): string {
  // A group has the props of its members as its own.
  const isOfMember = type === 'novacron_vm_group' && path[0] === 'vm' && path.length > 1;
  const names = isOfMember ? MACHINE : (NAMES[type] ?? {});
  const [name = '', ...inner] = isOfMember ? path.slice(1) : path;
  if (['firewall_rules', 'rules'].includes(name)) return nameOfRule(inner, direction);
  const [first, ...rest] = inner;
  const below = names[`${name}.${first}`];
  if (below !== undefined) return write(below, rest);
  if (FLAT.includes(name) && first !== undefined) return write(toCamelCase(first), rest);
  return write(names[name] ?? toCamelCase(name), inner);
}

function nameOfRule([, field]: readonly string[], direction: string): string {
  const call = direction === 'egress' ? 'allowTo' : 'allowFrom';
  return field === undefined ? `${call}()` : `${call}(${RULE[field] ?? toCamelCase(field)})`;
}

/** A prop and the path below it. What is below a call has no name in a program. */
function write(prop: string, path: readonly string[]): string {
  if (prop.endsWith(')')) return prop;
  const isMap = MAPS.includes(prop);
  return path.reduce((written, step) => {
    if (/^\d+$/.test(step) && !isMap) return `${written}[${step}]`;
    const name = isMap ? step : toCamelCase(step);
    return /^[A-Za-z_$][\w$]*$/.test(name)
      ? `${written}.${name}`
      : `${written}[${JSON.stringify(name)}]`;
  }, prop);
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
